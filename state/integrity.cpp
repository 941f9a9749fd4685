#include "state/integrity.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace infra {
namespace {

class Checker {
 public:
  explicit Checker(const Snapshot& snapshot) : snapshot_(snapshot) {
    for (const auto& platform : snapshot.platforms) platforms_.insert(platform.name);
  }

  std::vector<std::string> check() {
    if (snapshot_.lineage.empty()) breach("the state has no lineage");
    check_order();
    check_current();
    check_ids();
    for (const auto& resource : snapshot_.resources) check_resource(resource);
    for (const auto& intent : snapshot_.intents) check_intent(intent);
    return std::move(breaches_);
  }

 private:
  void breach(std::string message) { breaches_.push_back(std::move(message)); }

  void check_order() {
    auto place = [](const RecordedResource& r) { return std::tie(r.address, r.deposed, r.id); };
    strictly_sorted(snapshot_.resources, "resources", place, [](const auto& r) { return r.address.text(); });
    auto token = [](const Intent& i) { return i.token; };
    strictly_sorted(snapshot_.intents, "intents", token, token);
    auto name = [](const auto& named) { return named.name; };
    strictly_sorted(snapshot_.outputs, "outputs", name, name);
    strictly_sorted(snapshot_.platforms, "platforms", name, name);
    strictly_sorted(snapshot_.deployments, "deployments", name, name);
    auto topic = [](const RecordedNote& n) { return std::tie(n.topic, n.name); };
    strictly_sorted(snapshot_.notes, "notes", topic, name);
  }

  template <class T, class Key, class Name>
  void strictly_sorted(const std::vector<T>& all, const char* what, Key key, Name name) {
    for (std::size_t i = 1; i < all.size(); ++i) {
      if (key(all[i]) < key(all[i - 1])) {
        breach(fmt::format("{} are not sorted: {} comes after {}", what, name(all[i]), name(all[i - 1])));
      } else if (key(all[i]) == key(all[i - 1])) {
        breach(fmt::format("{} hold {} twice", what, name(all[i])));
      }
    }
  }

  void check_current() {
    std::set<Address> current;
    for (const auto& resource : snapshot_.resources) {
      if (!resource.deposed && !current.insert(resource.address).second) {
        breach(fmt::format("{} has two current rows", resource.address.text()));
      }
    }
  }

  void check_ids() {
    std::set<std::tuple<std::string, std::string, std::string>> seen;
    for (const auto& r : snapshot_.resources) {
      if (!r.id.empty() && !seen.emplace(r.platform, r.type, r.id).second) {
        breach(fmt::format("{} has the id {} of another {}", r.address.text(), r.id, r.type));
      }
    }
  }

  void check_resource(const RecordedResource& resource) {
    const std::string name = resource.address.text();
    check_common(name, resource.address, resource.type, resource.platform);
    if (resource.id.empty()) breach(fmt::format("{} has no id", name));
    check_dependencies(name, resource.address, resource.depends_on);
  }

  void check_intent(const Intent& intent) {
    const std::string name = fmt::format("the intent to {} {}", to_text(intent.operation), intent.address.text());
    check_common(name, intent.address, intent.type, intent.platform);
    if (intent.token.empty()) breach(fmt::format("{} has no token", name));
    const bool creates = intent.operation == Operation::create;
    if (creates && !intent.id.empty()) breach(fmt::format("{} has an id already", name));
    if (!creates && intent.id.empty()) breach(fmt::format("{} doesn't say which object", name));
    if (intent.deposes && !creates) breach(fmt::format("{} can't depose anything", name));
    check_dependencies(name, intent.address, intent.depends_on);
  }

  void check_common(const std::string& name, const Address& address, const std::string& type,
                    const std::string& platform) {
    if (!well_formed(address)) breach(fmt::format("{} is no address", name));
    if (type.empty()) breach(fmt::format("{} has no type", name));
    if (!platforms_.contains(platform)) breach(fmt::format("{} is on an unknown platform \"{}\"", name, platform));
  }

  void check_dependencies(const std::string& name, const Address& self, const std::vector<Address>& all) {
    for (const auto& address : all) {
      if (!well_formed(address)) breach(fmt::format("{} needs \"{}\", which is no address", name, address.text()));
      if (address == self) breach(fmt::format("{} needs itself", name));
    }
    if (std::adjacent_find(all.begin(), all.end(), std::greater_equal<>{}) != all.end()) {
      breach(fmt::format("{} has dependencies that are unsorted or doubled", name));
    }
  }

  static bool well_formed(const Address& address) { return Address::parse(address.text()) == address; }

  const Snapshot& snapshot_;
  std::set<std::string> platforms_;
  std::vector<std::string> breaches_;
};

}  // namespace

std::vector<std::string> check_snapshot(const Snapshot& snapshot) { return Checker(snapshot).check(); }

}  // namespace infra
