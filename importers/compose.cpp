#include "importers/compose.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/circle.h"
#include "importers/import.h"
#include "importers/values.h"
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
    if (const auto circle = circle_of(needs_of(out.services)); !circle.empty()) return no_first(source, circle);
    read_networks(out);
    note_all("volumes", "this version keeps no volumes: let a service outside of the stack hold the data");
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

  static Needs needs_of(const std::vector<ComposeService>& services) {
    Needs out;
    for (const auto& service : services) out[service.name] = {service.needs.begin(), service.needs.end()};
    return out;
  }

  static Error no_first(const std::string& source, const std::vector<std::string>& circle) {
    return {.code = "E0910",
            .message = fmt::format("{} can't be imported: its services need each other in a circle: {}", source,
                                   one_line(fmt::format("{}", fmt::join(circle, " → ")))),
            .help = "remove a `depends_on` of the circle: none of these services could be started first",
            .context = {}};
  }

  std::string stack_name() {
    const auto name = file_.text("name");
    return stack_name_of(name.empty() || name.find('$') != std::string::npos ? stack_ : name);
  }

  // Where its value comes from is said on the param.
  std::string secret_param(const std::string& name, const std::string& path, const std::string& variable) {
    const auto doc = fmt::format("The secret {} of the Compose file", name);
    auto param = variable.empty() ? variables_.secret_param("secret " + name, name, doc + ".")
                                  : variables_.secret_variable(variable, doc + ".");
    if (!variable.empty()) variables_.describe(param, fmt::format("{}: --secret {}=env:{}", doc, param, variable));
    if (!path.empty()) variables_.describe(param, fmt::format("{}: --secret {}=file:{}", doc, param, path));
    return param;
  }

  // The value itself never stands in the stack.
  void read_secrets() {
    const auto* all = file_.take("secrets");
    if (all == nullptr || !all->is_object()) return;
    for (const auto& [name, value] : all->items()) {
      Section secret(value, "secrets." + name, notes_);
      const auto path = secret.text("file");
      const auto variable = secret.text("environment");
      secret.ignore({"external", "name"});
      secret.finish();
      context_.secrets[name] = secret_param(name, path, variable);
    }
  }

  void read_services(ComposeFile& out) {
    const auto* all = file_.take("services");
    if (all == nullptr || !all->is_object()) return;
    for (const auto& [name, value] : all->items()) {
      const auto place = "services." + name;
      const auto whole = extended_service(name, *all, notes_);
      if (!whole.is_object()) {
        notes_.add(place, fmt::format("a service is a mapping, not {}", shown(whole)));
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

  static ComposeNetwork* network_of(ComposeFile& out, const std::string& name) {
    for (auto& network : out.networks) {
      if (std::find(network.names.begin(), network.names.end(), name) != network.names.end()) return &network;
    }
    return nullptr;
  }

  // All networks of one service become one.
  void join(ComposeFile& out, const std::vector<std::string>& names) {
    for (const auto& name : names) {
      if (network_of(out, name) == nullptr)
        out.networks.push_back({.names = {name}, .label = names_.of("subnet", name)});
      const auto* first = network_of(out, names.front());
      const auto* other = network_of(out, name);
      if (first == other) continue;
      auto& kept = out.networks[static_cast<std::size_t>(std::min(first, other) - out.networks.data())];
      const auto gone = std::max(first, other) - out.networks.data();
      kept.names.insert(kept.names.end(), out.networks[static_cast<std::size_t>(gone)].names.begin(),
                        out.networks[static_cast<std::size_t>(gone)].names.end());
      out.networks.erase(out.networks.begin() + gone);
    }
  }

  // Of the networks that the file describes.
  void note_networks(const Json& all, bool alone) {
    for (const auto& [name, value] : all.items()) {
      Section network(value, "networks." + name, notes_);
      const auto driver = network.text("driver");
      if (driver == "host")
        network.note("driver", "use network = host in the tasks");
      else if (!driver.empty() && driver != "bridge" && driver != "overlay")
        network.note("driver", fmt::format("{} has no counterpart", driver));
      if (const auto* ipam = network.take("ipam"))
        network.note("ipam", fmt::format("addresses are chosen anew, not {}", shown(*ipam)));
      network.ignore({"name", "attachable"});
      network.finish();
      if (alone) notes_.add("networks." + name, "one service alone needs no network");
    }
  }

  // Only networks that a service is in. One service alone needs none, and its ports can be published then.
  void read_networks(ComposeFile& out) {
    const auto* all = file_.take("networks");
    const bool alone = out.services.size() < 2;
    if (all != nullptr && all->is_object()) note_networks(*all, alone);
    if (alone) return;
    for (auto& service : out.services) {
      if (!service.mode.empty()) continue;
      if (service.networks.empty()) service.networks = {"default"};
      if (service.networks.size() > 1) {
        notes_.add("services." + service.name + ".networks",
                   fmt::format("a task is in one network, so {} become one", fmt::join(service.networks, " and ")));
      }
      join(out, service.networks);
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
