#include <fmt/format.h>

#include <algorithm>

#include "importers/ecs.h"
#include "importers/interpolate.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return lower(std::move(text));
}

// "512" MiB, or "1 GB" as the console writes it.
std::string memory(Section& section, std::string_view key) {
  const auto text = without_blanks(section.text(key));
  if (text.empty()) return {};
  const auto mib = parse_integer(text);
  constexpr std::int64_t kMost = 1 << 26;
  const auto bytes = mib && *mib > 0 && *mib < kMost ? std::optional(*mib * kMiB)
                     : mib                           ? std::nullopt
                                                     : parse_bytes(text);
  if (bytes && *bytes > 0) return bytes_of(*bytes);
  section.note(key, fmt::format("{} is no size", text));
  return {};
}

// "256" units, or ".25 vCPU".
std::string cpu(Section& section, std::string_view key) {
  auto text = without_blanks(section.text(key));
  if (text.empty() || text == "0") return {};
  constexpr std::string_view kUnit = "vcpu";
  constexpr double kMost = 1024.0 * 1024;
  const bool whole = text.ends_with(kUnit);
  const auto number =
      parse_number(whole ? (text.starts_with('.') ? "0" : "") + text.substr(0, text.size() - kUnit.size()) : text);
  const auto units = number ? *number * (whole ? 1024 : 1) : 0;
  if (units >= 1 && units <= kMost) return cpu_of(static_cast<std::int64_t>(units));
  section.note(key, fmt::format("{} is no amount of CPU", text));
  return {};
}

std::string seconds(Section& section, std::string_view key) {
  const auto text = section.text(key);
  if (text.empty()) return {};
  const auto value = parse_integer(text);
  constexpr std::int64_t kMost = 1'000'000;
  if (value && *value >= 0 && *value <= kMost) return duration_of(*value * 1000);
  section.note(key, fmt::format("{} is no number of seconds", text));
  return {};
}

class Container {
 public:
  Container(const Json& json, std::string place, std::string mode, EcsContext& context)
      : section_(json, std::move(place), context.notes), mode_(std::move(mode)), context_(context) {}

  [[nodiscard]] bool fixed_port() const { return fixed_port_; }

  void write(StackText& out, const std::string& label) {
    out.open("container " + label);
    section_.ignore({"name"});
    const auto image = section_.text("image");
    if (image.empty()) section_.note("image", "a container needs an image");
    out.set("image", text_literal(image.empty() ? "scratch" : image));
    if (auto words = section_.texts("entryPoint"); !words.empty()) out.set("entrypoint", list_of_texts(words));
    if (auto words = section_.texts("command"); !words.empty()) out.set("command", list_of_texts(words));
    out.set("cpu", cpu(section_, "cpu"));
    out.set("memory", memory(section_, "memory"));
    out.set("memory_reservation", memory(section_, "memoryReservation"));
    if (const auto* essential = section_.take("essential"); essential != nullptr && *essential == false) {
      out.set("essential", "false");
    }
    if (auto user = section_.text("user"); !user.empty()) out.set("user", text_literal(user));
    if (auto folder = section_.text("workingDirectory"); !folder.empty()) out.set("working_dir", text_literal(folder));
    if (section_.flag("readonlyRootFilesystem")) out.set("read_only", "true");
    out.set("stop_timeout", seconds(section_, "stopTimeout"));
    out.set("start_timeout", seconds(section_, "startTimeout"));
    environment(out);
    secrets(out);
    after(out);
    labels(out);
    ports(out);
    health(out);
    out.close();
    for (const auto& mount : section_.texts_of("mountPoints", "sourceVolume")) {
      section_.note("mountPoints",
                    fmt::format("{}: this version mounts nothing: what is written there is lost with the "
                                "container",
                                mount));
    }
    section_.finish();
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

  // What stands there in clear and sounds like a secret becomes a param without a value.
  void environment(StackText& out) {
    Pairs clear;
    for (auto& [name, value] : named("environment", "name", "value")) {
      if (!is_clear_secret(name, value)) {
        clear.emplace_back(name, text_literal(value));
        continue;
      }
      const auto param = secret_param(name, value, "in clear in its environment");
      section_.note("environment",
                    fmt::format("{}: a secret isn't repeated: infra secret set {} keeps it, encrypted", name, param));
      secrets_.emplace_back(name, param);
    }
    out.map("env", clear);
  }

  void secrets(StackText& out) {
    for (const auto& [name, from] : named("secrets", "name", "valueFrom")) {
      secrets_.emplace_back(name, secret_param(name, from, from));
    }
    out.map("secrets", secrets_);
  }

  std::string secret_param(const std::string& name, const std::string& identity, const std::string& from) {
    auto param = context_.names.of("param", name + "\n" + identity, lower(name));
    const auto known = [&](const auto& secret) { return secret.first == param; };
    if (std::none_of(context_.out.secrets.begin(), context_.out.secrets.end(), known)) {
      context_.out.secrets.emplace_back(param, from);
    }
    return param;
  }

  void labels(StackText& out) {
    const auto* all = section_.take("dockerLabels");
    if (all == nullptr || !all->is_object()) return;
    std::vector<std::pair<std::string, std::string>> labels;
    for (const auto& [name, value] : all->items()) labels.emplace_back(name, text_literal(text_of(value)));
    out.map("labels", labels);
  }

  void after(StackText& out) {
    auto all = named("dependsOn", "containerName", "condition");
    std::vector<std::pair<std::string, std::string>> waits;
    for (const auto& [name, condition] : all) {
      static const std::map<std::string, std::string> kWords = {
          {"START", "started"}, {"COMPLETE", "completed"}, {"SUCCESS", "succeeded"}, {"HEALTHY", "healthy"}};
      const auto word = kWords.find(condition);
      if (word == kWords.end())
        section_.note("dependsOn", fmt::format("{} is no condition", condition));
      else
        waits.emplace_back(context_.names.of("container", name), word->second);
    }
    out.map("after", waits);
  }

  void ports(StackText& out) {
    const auto* list = section_.take("portMappings");
    if (list == nullptr || !list->is_array()) return;
    std::set<std::string> seen;
    for (const auto& one : *list) {
      Section port(one, section_.below("portMappings"), context_.notes);
      const auto container = parse_integer(port.text("containerPort"));
      const auto host = port.text("hostPort");
      const auto protocol = lower(port.text("protocol"));
      const auto name = port.text("name");
      port.finish();
      constexpr std::int64_t kLast = 65'535;
      const bool known = protocol.empty() || protocol == "tcp" || protocol == "udp";
      if (!container || *container < 1 || *container > kLast || !known) {
        section_.note("portMappings", fmt::format("{} is no port", shown(one)));
        continue;
      }
      const auto label = name.empty() ? fmt::format("{}{}", protocol == "udp" ? "udp" : "p", *container)
                                      : context_.names.of(section_.place() + ".port", name);
      if (!seen.insert(fmt::format("{}/{}", *container, protocol == "udp" ? "udp" : "tcp")).second) {
        section_.note("portMappings", fmt::format("{}: the container's port is published once", shown(one)));
        continue;
      }
      std::string text = fmt::format("port {} {{ container = {}", label, *container);
      const bool dynamic = host.empty() || host == "0";
      if (mode_ == "bridge") text += fmt::format("; host = {}", dynamic ? "dynamic" : host);
      fixed_port_ = fixed_port_ || mode_ == "host" || (mode_ == "bridge" && !dynamic);
      if (protocol == "udp") text += "; protocol = udp";
      out.line(text + " }");
    }
  }

  void health(StackText& out) {
    const auto* value = section_.take("healthCheck");
    if (value == nullptr) return;
    Section check(*value, section_.below("healthCheck"), context_.notes);
    auto command = check.texts("command");
    const auto every = seconds(check, "interval"), timeout = seconds(check, "timeout"),
               grace = seconds(check, "startPeriod");
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
    out.open("health");
    out.set("command", list_of_texts(command));
    out.set("every", every);
    out.set("timeout", timeout);
    if (possible) out.set("retries", fmt::format("{}", *retries));
    out.set("grace", grace);
    out.close();
  }

  Section section_;
  std::string mode_;
  EcsContext& context_;
  Pairs secrets_;
  bool fixed_port_ = false;
};

}  // namespace

void read_task_definition(const Json& json, EcsContext& context) {
  const auto family = json.is_object() && json.contains("family") ? text_of(json["family"]) : std::string("task");
  Section task(json, "taskDefinition." + family, context.notes);
  task.ignore({"family", "taskDefinitionArn", "revision", "status", "registeredAt", "registeredBy", "compatibilities",
               "requiresAttributes", "deregisteredAt"});
  if (task.texts("requiresCompatibilities") == std::vector<std::string>{"FARGATE"})
    task.note("requiresCompatibilities", "only for the platform aws: fargate { } in the cluster");
  EcsTask out{
      .family = family, .label = context.names.of("task", family), .mode = lower(task.text("networkMode")), .body = {}};
  const bool known = out.mode == "awsvpc" || out.mode == "host" || out.mode == "none" || out.mode == "bridge";
  if (!known && !out.mode.empty() && out.mode != "default")
    task.note("networkMode", fmt::format("{} isn't known", out.mode));
  if (!known) out.mode = "bridge";  // what ECS takes
  StackText text;
  text.set("network", out.mode);
  text.set("cpu", cpu(task, "cpu"));
  text.set("memory", memory(task, "memory"));
  text.map("labels", labels_of(task));
  if (const auto* containers = task.take("containerDefinitions"); containers != nullptr && containers->is_array()) {
    for (const auto& one : *containers) {
      auto name = one.is_object() && one.contains("name") ? text_of(one["name"]) : std::string();
      if (name.empty()) name = "main";
      Container container(one, task.below("containerDefinitions") + "." + name, out.mode, context);
      if (&one != &containers->front()) text.blank();
      container.write(text, context.names.of("container", name));
      out.fixed_port = out.fixed_port || container.fixed_port();
    }
  }
  for (const auto& [key, role] : {std::pair("executionRoleArn", "execution_role"), {"taskRoleArn", "task_role"}}) {
    if (const auto arn = task.text(key); !arn.empty())
      task.note(key, fmt::format("only for the platform aws: aws {{ {} = {} }} in the task", role, text_literal(arn)));
  }
  for (const auto& volume : task.texts_of("volumes", "name"))
    task.note("volumes", fmt::format("{}: this version keeps no volumes", volume));
  task.finish();
  out.body = text.text();
  context.out.tasks.push_back(std::move(out));
}

}  // namespace infra::importing
