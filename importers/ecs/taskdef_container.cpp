#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "importers/defaults.h"
#include "importers/ecs/taskdef_amounts.h"
#include "importers/ecs/taskdef_container_secrets.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

class Container {
 public:
  Container(const Json& json, std::string name, std::string place, EcsContext& context)
      : section_(json, std::move(place), context.notes),
        context_(context),
        name_(std::move(name)),
        secrets_(name_, section_, context) {}

  EcsContainer read() {
    EcsContainer result{.name = name_, .label = context_.names.of("container", name_), .place = section_.place()};
    StackText out, tail;
    section_.ignore({"name"});
    const auto image = section_.text("image");
    if (image.empty()) section_.note("image", "a container needs an image");
    out.set("image", text_literal(image.empty() ? "scratch" : image));
    out.set("cpu", ecs_cpu(section_, "cpu"));
    out.set("memory", ecs_memory(section_, "memory"));
    out.set("memory_reservation", ecs_memory(section_, "memoryReservation"));
    if (const auto* essential = section_.take("essential"); essential != nullptr && *essential == false) {
      out.set("essential", "false");
    }
    if (auto user = section_.text("user"); !user.empty()) out.set("user", text_literal(user));
    if (auto folder = section_.text("workingDirectory"); !folder.empty()) out.set("working_dir", text_literal(folder));
    if (section_.flag("readonlyRootFilesystem")) out.set("read_only", "true");
    out.set("stop_timeout", ecs_seconds(section_, "stopTimeout"));
    const auto start = ecs_seconds(section_, "startTimeout");
    out.set("start_timeout", start.empty() ? written_default(ecs_defaults(), "task.container.start_timeout") : start);
    environment(out);
    secrets();
    out.set("entrypoint", command("entryPoint"));
    out.set("command", command("command"));
    health(tail);
    out.map("secrets", secrets_.all());
    labels(out);
    result.after = after();
    result.ports = ports();
    tail.close();
    for (const auto& mount : section_.texts_of("mountPoints", "sourceVolume")) {
      section_.note("mountPoints",
                    fmt::format("{}: this version mounts nothing: what is written there is lost with the "
                                "container",
                                mount));
    }
    section_.finish();
    result.head = out.text();
    result.tail = tail.text();
    return result;
  }

 private:
  // [{name, value}] with these keys.
  std::vector<std::pair<std::string, std::string>> named(std::string_view key, std::string_view of,
                                                         std::string_view is) {
    std::vector<std::pair<std::string, std::string>> out;
    const auto* list = section_.take(key);
    if (list == nullptr || !list->is_array()) {
      if (list != nullptr) section_.note(key, fmt::format("a list is expected here, not {}", shown(*list)));
      return out;
    }
    for (const auto& one : *list) {
      Section entry(one, section_.below(key), context_.notes);
      auto name = entry.text(of);
      auto value = entry.text(is);
      entry.finish();
      const bool again = std::any_of(out.begin(), out.end(), [&](const auto& o) { return o.first == name; });
      if (name.empty() || again)
        section_.note(key, fmt::format("{} has no name of its own", shown(one)));
      else
        out.emplace_back(std::move(name), std::move(value));
    }
    return out;
  }

  // What stands there in clear and is a secret becomes a param without a value.
  void environment(StackText& out) {
    Pairs clear;
    for (auto& [name, value] : named("environment", "name", "value")) {
      const auto parts = credentials_of(name, value);
      if (parts.empty())
        clear.emplace_back(name, text_literal(value));
      else
        secrets_.add(name, secrets_.text(value, parts, name, "environment"));
    }
    out.map("env", clear);
  }

  // "" if absent, "[]" if explicitly empty.
  std::string command(std::string_view key) {
    if (section_.take(key) == nullptr) return {};
    return secrets_.command(section_.texts(key), key);
  }

  void secrets() {
    for (const auto& [name, from] : named("secrets", "name", "valueFrom")) {
      secrets_.add(name, secrets_.param(name, from, from));
    }
  }

  void labels(StackText& out) {
    const auto* all = section_.take("dockerLabels");
    if (all == nullptr || !all->is_object()) return;
    std::vector<std::pair<std::string, std::string>> labels;
    for (const auto& [name, value] : all->items()) {
      if (!credentials_in(text_of(value)).empty())
        section_.note("dockerLabels", fmt::format("{}: it holds a secret in clear, as in ECS", name));
      labels.emplace_back(name, text_literal(text_of(value)));
    }
    out.map("labels", labels);
  }

  std::vector<EcsWait> after() {
    std::vector<EcsWait> out;
    for (auto& [name, condition] : named("dependsOn", "containerName", "condition")) {
      static const std::map<std::string, std::string> kWords = {
          {"START", "started"}, {"COMPLETE", "completed"}, {"SUCCESS", "succeeded"}, {"HEALTHY", "healthy"}};
      const auto word = kWords.find(condition);
      if (word == kWords.end())
        section_.note("dependsOn", fmt::format("{} is no condition", condition));
      else
        out.push_back({std::move(name), word->second});
    }
    return out;
  }

  std::vector<EcsPort> ports() {
    std::vector<EcsPort> out;
    const auto* list = section_.take("portMappings");
    if (list == nullptr || !list->is_array()) return out;
    for (const auto& one : *list) {
      Section mapping(one, section_.below("portMappings"), context_.notes);
      const auto inside = mapping.text("containerPort"), host = mapping.text("hostPort");
      const auto protocol = lower(mapping.text("protocol")), name = mapping.text("name");
      mapping.finish();
      const auto container = port_number(inside), published = host.empty() ? 0 : port_number(host);
      const bool known = protocol.empty() || protocol == "tcp" || protocol == "udp";
      if (!container || *container == 0 || !published || !known) {
        section_.note("portMappings", fmt::format("{} is no port", shown(one)));
        continue;
      }
      EcsPort port{.label = {}, .container = *container, .host = *published, .protocol = protocol};
      if (protocol.empty()) port.protocol = "tcp";
      port.label = name.empty() ? fmt::format("{}{}", protocol == "udp" ? "udp" : "p", *container)
                                : context_.names.of(section_.place() + ".port", name);
      const bool again = std::any_of(out.begin(), out.end(), [&](const EcsPort& p) {
        return p.container == port.container && p.protocol == port.protocol;
      });
      if (again)
        section_.note("portMappings", fmt::format("{}: the container's port is published once", shown(one)));
      else
        out.push_back(std::move(port));
    }
    return out;
  }

  static std::optional<std::int64_t> port_number(const std::string& text) {
    constexpr std::int64_t kLast = 65'535;
    const auto number = parse_integer(text);
    return number && *number >= 0 && *number <= kLast ? number : std::nullopt;
  }

  void health(StackText& out) {
    const auto* value = section_.take("healthCheck");
    if (value == nullptr) return;
    Section check(*value, section_.below("healthCheck"), context_.notes);
    auto command = check.texts("command");
    const auto every = ecs_seconds(check, "interval"), timeout = ecs_seconds(check, "timeout"),
               grace = ecs_seconds(check, "startPeriod");
    const auto tries = check.text("retries");
    const auto retries = parse_integer(tries);
    const bool possible = retries && *retries >= 1 && *retries <= 100;
    if (!tries.empty() && !possible) check.note("retries", fmt::format("1 to 100 are possible, not {}", tries));
    check.finish();
    if (!command.empty() && command.front() == "NONE")
      return section_.note("healthCheck", "a health check that the image has stays on");
    if (command.empty()) return;
    const bool shell = command.front() == "CMD-SHELL";
    if (shell || command.front() == "CMD") command.erase(command.begin());
    if (shell) command.insert(command.begin(), {"/bin/sh", "-c"});
    const auto expression = secrets_.command(command, "healthCheck");
    out.open("health");
    out.set("command", expression);
    out.set("every", every);
    out.set("timeout", timeout);
    if (possible) out.set("retries", fmt::format("{}", *retries));
    out.set("grace", grace);
    out.close();
  }

  Section section_;
  EcsContext& context_;
  std::string name_;
  ContainerSecrets secrets_;
};

}  // namespace

EcsContainer read_ecs_container(const Json& json, const std::string& name, const std::string& place,
                                EcsContext& context) {
  return Container(json, name, place, context).read();
}

}  // namespace infra::importing
