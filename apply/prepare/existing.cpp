#include "apply/prepare/existing.h"

#include <fmt/format.h>

namespace infra {
namespace {

class Reading {
 public:
  Reading(const Platforms& platforms, const Providers& providers) : platforms_(platforms), providers_(providers) {}

  void read(const SoughtOwner& owner) {
    const auto provider = providers_.find(owner.platform.name);
    if (provider == providers_.end() || silent_.contains(owner.platform.name)) return;  // reported
    std::vector<FoundObject> found;
    for (const auto& sought : owner.objects) {
      auto object = provider->second->read(sought.type, sought.id, sought.wanted);
      if (!object && object.error().code == "E0714") return unreadable(*owner.existing, object.error());
      if (!object) {
        if (!is_denied(object.error())) silent_.insert(owner.platform.name);
        report.errors.push_back(std::move(object).take_error("reading the existing " + owner.existing->address.text()));
        return;
      }
      if (!*object || !is_at(sought, **object)) return missing(owner, sought);
      found.push_back(**std::move(object));
    }
    auto attributes = platforms_.find(owner.platform.kind)->attributes_of(*owner.existing, owner.platform, found);
    if (is_as_written(*owner.existing, attributes)) report.values[owner.existing->address] = std::move(attributes);
  }

  ExistingReport report;

 private:
  // Another one may be read all the same.
  static bool is_denied(const Error& error) { return error.code == "E0622" || error.code == "E0633"; }

  // A name may be found on another node than the one that was asked for.
  static bool is_at(const Sought& sought, const FoundObject& object) {
    const auto& node = sought.wanted["node"];
    return node.is_null() || object.inputs["node"] == node;
  }

  void missing(const SoughtOwner& owner, const Sought& sought) {
    const auto& existing = *owner.existing;
    const auto place = sought.where.empty() ? fmt::format("platform `{}`", owner.platform.name)
                                            : fmt::format("{} of platform `{}`", sought.where, owner.platform.name);
    report.diagnostics.add({.code = "E0716",
                            .message = fmt::format("{} isn't there: {} has no {} `{}`", existing.address.text(), place,
                                                   sought.type, sought.id),
                            .primary = {existing.span, "not there"},
                            .help = "make it there first, correct the name, or declare it without `existing`"});
  }

  // There are several of that name, or it is elsewhere.
  void unreadable(const Resource& existing, const Error& why) {
    report.diagnostics.add({.code = "E0716",
                            .message = fmt::format("{} can't be read: {}", existing.address.text(), why.message),
                            .primary = {existing.span, "not found by this"},
                            .help = why.help});
  }

  // What its block says beside its id is what it must be: the wrong network would do harm.
  bool is_as_written(const Resource& existing, const Value& read) {
    for (const auto& [name, value] : *existing.config.map()) {
      if (name == "id" || name == "name" || read[name].is_null() || read[name] == value) continue;
      report.diagnostics.add({.code = "E0716",
                              .message = fmt::format("the {} of {} is {}, not {}", name, existing.address.text(),
                                                     to_source(read[name]), to_source(value)),
                              .primary = {existing.place(name), "not so"},
                              .help = "leave it out to have it as it is, or refer to another one"});
      return false;
    }
    return true;
  }

  const Platforms& platforms_;
  const Providers& providers_;
  std::set<std::string> silent_;
};

}  // namespace

ExistingReport read_existing(const LoweredGraph& lowered, const Platforms& platforms, const Providers& providers) {
  Reading reading(platforms, providers);
  for (const auto& owner : lowered.sought) reading.read(owner);
  return std::move(reading.report);
}

}  // namespace infra
