#include "importers/compose/compose_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "importers/circle.h"
#include "importers/importers.h"
#include "importers/values.h"
#include "importers/yaml.h"

namespace infra {
namespace importing {
namespace {

class ComposeReader {
 public:
  ComposeReader(const Json& json, std::string stack, const Environment& environment, const ReadFile& read_file,
                FileFacts known)
      : file_(json, {}, notes_),
        stack_(std::move(stack)),
        variables_(notes_, environment, std::move(known)),
        context_{.notes = notes_, .variables = variables_, .names = names_, .read_file = read_file, .secrets = {}} {
    names_.reserve("service");
  }

  [[nodiscard]] const FileFacts& learned() const { return variables_.learned(); }

  Result<ImportedStack> run(const std::string& source) {
    ComposeFile out{.stack = stack_name(), .networks = {}, .services = {}};
    read_secrets();
    read_services(out);
    find_jobs(out);
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
    const auto name = variables_.usual(parse_template(file_.text("name"))).value_or("");
    if (!name.empty()) return stack_name_of(name);
    return stack_name_of(variable("COMPOSE_PROJECT_NAME").value_or(stack_));
  }

  [[nodiscard]] std::optional<std::string> variable(const std::string& name) const {
    auto value = variables_.usual(parse_template("${" + name + "}"));
    return value && !value->empty() ? value : std::nullopt;
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

  // COMPOSE_PROFILES=debug,web
  [[nodiscard]] bool is_active(const Json& profiles) const {
    const auto active = "," + variable("COMPOSE_PROFILES").value_or("") + ",";
    const auto& all = profiles.is_array() ? profiles : Json::array({profiles});
    return std::any_of(all.begin(), all.end(), [&](const Json& one) {
      return active == ",*," || active.find("," + text_of(one) + ",") != std::string::npos;
    });
  }

  // What ends is started again here, whatever Compose does.
  void find_jobs(ComposeFile& out) {
    std::set<std::string> awaited;
    for (const auto& service : out.services) awaited.insert(service.awaited.begin(), service.awaited.end());
    std::vector<std::string> silent;
    for (auto& service : out.services) {
      service.job = awaited.contains(service.name);
      if (service.job) continue;
      if (service.restart.empty())
        silent.push_back(service.name);
      else if (service.restart == "no" || service.restart == "false" || service.restart.starts_with("on-failure"))
        notes_.add("services." + service.name + ".restart",
                   fmt::format("{}: what ends is always started again", service.restart));
    }
    if (!silent.empty())
      notes_.add("services", fmt::format("{}: without `restart` Compose leaves what ends stopped; a service is started "
                                         "again. One that ends by itself should be a job",
                                         fmt::join(silent, ", ")));
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
      if (whole.contains("profiles") && !whole["profiles"].empty() && !is_active(whole["profiles"])) {
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
        network.note("ipam", fmt::format("addresses are chosen again, not {}", shown(*ipam)));
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
  Variables variables_;
  Names names_;
  ComposeContext context_;
};

// A value may refer to variables that stand before it; what isn't there is asked for.
std::string with_earlier(const std::string& value, const Environment& earlier, int depth) {
  constexpr int kDeepest = 8;
  std::string out;
  for (const auto& piece : parse_template(value).pieces) {
    if (!piece.variable) {
      out += template_of(piece.text);
      continue;
    }
    const auto& use = *piece.variable;
    const auto at = earlier.find(use.name);
    const bool set = at != earlier.end() && (!at->second.empty() || !use.colon);
    const bool word = use.form == VariableUse::Form::replaced ? set : use.form == VariableUse::Form::otherwise && !set;
    if (word && depth < kDeepest)
      out += with_earlier(use.word, earlier, depth + 1);
    else if (set && use.form != VariableUse::Form::replaced)
      out += at->second;
    else if (at == earlier.end() && use.form != VariableUse::Form::replaced)
      out += "${" + use.name + "}";
  }
  return out;
}

Result<Environment> environment_of(const std::vector<ImportSource>& files) {
  Environment out;
  for (const auto& file : files) {
    auto entries = parse_dotenv(file.text, file.name);
    if (!entries) return std::move(entries).error();
    for (const auto& [name, value] : *entries) {
      if (value) out[name] = with_earlier(*value, out, 0);
    }
  }
  return out;
}

}  // namespace
}  // namespace importing

Result<ImportedStack> import_compose(const ImportSource& source, const std::string& stack,
                                     const ComposeBeside& beside) {
  using namespace importing;
  const auto json = parse_yaml(source.text, source.name);
  if (!json) return json.error();
  if (!json->is_object()) {
    return Error{.code = "E0910",
                 .message = fmt::format("{} can't be imported: it is no mapping", source.name),
                 .help = "a Compose file has its services below `services:`",
                 .context = {}};
  }
  const auto environment = environment_of(beside.variables);
  if (!environment) return environment.error();
  // The first reading learns what the file does with its variables, the second knows it.
  ComposeReader first(*json, stack, *environment, beside.read_file, {});
  if (auto read = first.run(source.name); !read && read.error().code != "E0910") return read;
  return ComposeReader(*json, stack, *environment, beside.read_file, first.learned()).run(source.name);
}

}  // namespace infra
