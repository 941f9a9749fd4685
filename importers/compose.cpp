#include "importers/compose.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/import.h"
#include "importers/yaml.h"

namespace infra {
namespace importing {
namespace {

class ComposeReader {
 public:
  ComposeReader(const Json& json, std::string stack) : file_(json, {}, notes_), stack_(std::move(stack)) {
    names_.reserve("service");
  }

  Result<ImportedStack> run(const std::string& source) {
    ComposeFile out{.stack = stack_name(), .networks = {}, .services = {}};
    read_secrets();
    read_services(out);
    if (out.services.empty()) return nothing(source);
    read_networks(out);
    note_all("volumes",
             "containers keep no data of their own: give what it "
             "holds a service outside of the stack");
    note_all("configs", "put its content into the image or into `env`");
    file_.ignore({"version"});
    file_.finish();
    auto text = formatted(write_compose(out, source, context_), source);
    if (!text) return std::move(text).error();
    return ImportedStack{.text = *std::move(text), .left_out = notes_.all()};
  }

 private:
  static Error nothing(const std::string& source) {
    return {.code = "E0910",
            .message = fmt::format("{} can't be imported: it has no services", source),
            .help = "a Compose file has its services below `services:`",
            .context = {}};
  }

  std::string stack_name() {
    const auto name = file_.text("name");
    return stack_name_of(name.empty() || name.find('$') != std::string::npos ? stack_ : name);
  }

  // Where its value comes from is said on the param; the value itself never
  // stands in the stack.
  void read_secrets() {
    const auto* all = file_.take("secrets");
    if (all == nullptr || !all->is_object()) return;
    for (const auto& [name, value] : all->items()) {
      Section secret(value, "secrets." + name, notes_);
      const auto path = secret.text("file");
      const auto variable = secret.text("environment");
      std::string from = fmt::format("The secret {} of the Compose file.", name);
      if (!path.empty()) from = fmt::format("The secret {0}: --secret NAME=file:{1}", name, path);
      if (!variable.empty()) from = fmt::format("The secret {0}: --secret NAME=env:{1}", name, variable);
      secret.ignore({"external", "name"});
      secret.finish();
      context_.secrets[name] = variables_.secret_param(name, from);
    }
  }

  // Keys that this service doesn't have come from the one that it extends, if
  // that stands in the same file.
  Json extended(const std::string& name, const Json& service, const Json& all, int depth) {
    if (!service.is_object() || !service.contains("extends") || depth > 16) return service;
    const auto& base = service["extends"];
    const auto wanted = base.is_object() && base.contains("service") ? text_of(base["service"]) : text_of(base);
    const bool here = !base.is_object() || !base.contains("file");
    Json out = service;
    out.erase("extends");
    if (!here || !all.contains(wanted)) {
      notes_.add("services." + name + ".extends", fmt::format("{} isn't in this file", shown(base)));
      return out;
    }
    const auto from = extended(wanted, all[wanted], all, depth + 1);
    for (const auto& [key, value] : from.items()) {
      if (!out.contains(key))
        out[key] = value;
      else if (out[key].is_object() && value.is_object())
        for (const auto& [inner, one] : value.items()) {
          if (!out[key].contains(inner)) out[key][inner] = one;
        }
    }
    return out;
  }

  void read_services(ComposeFile& out) {
    const auto* all = file_.take("services");
    if (all == nullptr || !all->is_object()) return;
    for (const auto& [name, value] : all->items()) {
      const auto place = "services." + name;
      const auto whole = extended(name, value, *all, 0);
      if (!whole.is_object()) {
        notes_.add(place, fmt::format("a service is a mapping, not {}", shown(value)));
        continue;
      }
      if (whole.contains("profiles") && !whole["profiles"].empty()) {
        notes_.add(place, fmt::format("belongs to the profile {}, which "
                                      "Compose doesn't start by itself",
                                      shown(whole["profiles"])));
        continue;
      }
      auto service = read_service(name, whole, context_);
      if (service.image.empty() && !service.build) {
        notes_.add(place, "it has neither an image nor a build");
        continue;
      }
      out.services.push_back(std::move(service));
    }
  }

  void add_network(ComposeFile& out, const std::string& name) {
    const bool known = std::any_of(out.networks.begin(), out.networks.end(), [&](auto& n) { return n.name == name; });
    if (!known) out.networks.push_back({.name = name, .label = names_.of("subnet", name), .cidr = {}});
  }

  // Only networks that a service is in.
  void read_networks(ComposeFile& out) {
    const auto* all = file_.take("networks");
    std::size_t declared = 0;
    if (all != nullptr && all->is_object()) {
      for (const auto& [name, value] : all->items()) {
        ++declared;
        Section network(value, "networks." + name, notes_);
        if (network.text("driver") == "host") network.note("driver", "use network = host in the tasks");
        if (const auto* ipam = network.take("ipam"))
          network.note("ipam", fmt::format("addresses are chosen anew, not {}", shown(*ipam)));
        network.ignore({"name", "attachable", "labels"});
        network.finish();
      }
    }
    if (out.services.size() < 2 && declared == 0) return;
    for (const auto& service : out.services) {
      if (!service.mode.empty()) continue;
      add_network(out, service.networks.empty() ? "default" : service.networks.front());
    }
  }

  void note_all(std::string_view key, const std::string& why) {
    const auto* all = file_.take(key);
    if (all == nullptr || !all->is_object()) return;
    for (const auto& [name, value] : all->items()) notes_.add(fmt::format("{}.{}", key, name), why);
  }

  Notes notes_;
  Section file_;
  std::string stack_;
  Variables variables_{notes_};
  Names names_;
  ComposeContext context_{.notes = notes_, .variables = variables_, .names = names_, .secrets = {}};
};

}  // namespace
}  // namespace importing

Result<ImportedStack> import_compose(const ImportSource& source, const std::string& stack) {
  const auto json = importing::parse_yaml(source.text, source.name);
  if (!json) return json.error();
  if (!json->is_object()) {
    return Error{.code = "E0910",
                 .message = fmt::format("{} can't be imported: it is no mapping", source.name),
                 .help = "a Compose file has its services below `services:`",
                 .context = {}};
  }
  return importing::ComposeReader(*json, stack).run(source.name);
}

}  // namespace infra
