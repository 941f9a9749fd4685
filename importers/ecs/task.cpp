#include <fmt/format.h>

#include <algorithm>

#include "importers/circle.h"
#include "importers/credentials.h"
#include "importers/defaults.h"
#include "importers/ecs/stack.h"
#include "importers/shell.h"
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
  Container(const Json& json, std::string place, EcsContext& context)
      : section_(json, std::move(place), context.notes), context_(context) {}

  EcsContainer read(const std::string& name) {
    name_ = name;
    EcsContainer result{.name = name, .label = context_.names.of("container", name), .place = section_.place()};
    StackText out, tail;
    section_.ignore({"name"});
    const auto image = section_.text("image");
    if (image.empty()) section_.note("image", "a container needs an image");
    out.set("image", text_literal(image.empty() ? "scratch" : image));
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
    const auto start = seconds(section_, "startTimeout");
    out.set("start_timeout", start.empty() ? written_default(ecs_defaults(), "task.container.start_timeout") : start);
    environment(out);
    secrets();
    out.set("entrypoint", command("entryPoint"));
    out.set("command", command("command"));
    health(tail);
    out.map("secrets", secrets_);
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
        secrets_.emplace_back(name, with_params(value, parts, name, "environment"));
    }
    out.map("env", clear);
  }

  // The text with params for its secrets.
  std::string with_params(const std::string& value, const std::vector<Part>& parts, const std::string& name,
                          std::string_view key) {
    const bool whole = parts.size() == 1 && parts.front() == Part{0, value.size()};
    std::string out;
    std::size_t at = 0;
    for (const auto& [begin, end] : parts) {
      const auto param = clear_secret(whole ? name : name + "_PASSWORD", value.substr(begin, end - begin), name, key);
      if (whole) return param;
      out += inside(value.substr(at, begin - at)) + "${" + param + "}";
      at = end;
    }
    return '"' + out + inside(value.substr(at)) + '"';
  }

  std::string clear_secret(const std::string& name, const std::string& secret, const std::string& where,
                           std::string_view key) {
    auto param = secret_param(name, secret, "in clear in its " + std::string(key));
    section_.note(key, fmt::format("{}{}a secret isn't repeated: infra secret set {} keeps it, encrypted", where,
                                   where.empty() ? "" : ": ", param));
    return param;
  }

  static std::string inside(const std::string& text) {
    const auto literal = text_literal(text);
    return literal.substr(1, literal.size() - 2);
  }

  // A secret on a command line comes from a variable of the container. "" if absent, "[]" if explicitly empty.
  std::string command(std::string_view key) {
    if (section_.take(key) == nullptr) return {};
    return command_of(section_.texts(key), key);
  }

  std::string command_of(std::vector<std::string> words, std::string_view key) {
    const bool shell = words.size() == 3 && words[0].ends_with("sh") && words[1].ends_with("c");
    if (shell) {
      words[2] = with_variables(words[2], credentials_of_script(words[2]), key);
      return list_of_texts(words);
    }
    const auto parts = credentials_of_command(words);
    const bool secret = std::any_of(parts.begin(), parts.end(), [](auto& p) { return !p.empty(); });
    if (!secret) return list_of_texts(words);
    return list_of({text_literal("/bin/sh"), text_literal("-c"), through_shell(words, parts, key)});
  }

  // A script with variables of the container for its secrets.
  std::string with_variables(const std::string& script, const std::vector<Part>& parts, std::string_view key) {
    ShellQuotes quotes;
    std::string out;
    std::size_t at = 0;
    for (const auto& [begin, end] : parts) {
      quotes.pass(std::string_view(script).substr(at, begin - at));
      const auto param = clear_secret(name_ + "_PASSWORD", script.substr(begin, end - begin), "", key);
      out += script.substr(at, begin - at) + quotes.around("${" + variable_for(param) + "}");
      at = end;
    }
    return out + script.substr(at);
  }

  std::string through_shell(const std::vector<std::string>& words, const std::vector<std::vector<Part>>& parts,
                            std::string_view key) {
    std::string out = "exec";
    for (std::size_t i = 0; i < words.size(); ++i) {
      out += ' ';
      std::size_t at = 0;
      for (const auto& [begin, end] : parts[i]) {
        if (begin > at) out += shell_quoted(words[i].substr(at, begin - at));
        const auto secret = words[i].substr(begin, end - begin);
        out += "\"${" + variable_for(clear_secret(name_ + "_PASSWORD", secret, words[i].substr(0, begin), key)) + "}\"";
        at = end;
      }
      if (at < words[i].size() || parts[i].empty()) out += shell_quoted(words[i].substr(at));
    }
    if (key == "entryPoint") out += " \"$@\"";
    section_.note(key,
                  "it runs below /bin/sh, so that its secret comes from a variable of the container and isn't shown");
    return text_literal(out);
  }

  // A variable of the container with the value of a param.
  std::string variable_for(const std::string& param) {
    for (const auto& [name, expression] : secrets_) {
      if (expression == param) return name;
    }
    std::string name;
    for (const char c : param) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const auto taken = [&] {
      return std::any_of(secrets_.begin(), secrets_.end(), [&](auto& s) { return s.first == name; });
    };
    while (taken()) name += "_SECRET";
    secrets_.emplace_back(name, param);
    return name;
  }

  void secrets() {
    for (const auto& [name, from] : named("secrets", "name", "valueFrom")) {
      secrets_.emplace_back(name, secret_param(name, from, from));
    }
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
    const auto expression = command_of(command, "healthCheck");
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
  Pairs secrets_;
  std::string name_;
};

}  // namespace

namespace {

// What ECS would refuse: a wait for a container that isn't there, or for each other.
void check_waits(EcsContainer& container, const Needs& all, Notes& notes) {
  std::erase_if(container.after, [&](const EcsWait& wait) {
    if (all.contains(wait.container)) return false;
    notes.add(container.place + ".dependsOn", fmt::format("the task has no container {}", wait.container));
    return true;
  });
}

void check_waits(std::vector<EcsContainer>& containers, Notes& notes) {
  Needs needs;
  for (const auto& container : containers) needs[container.name];
  for (auto& container : containers) {
    check_waits(container, needs, notes);
    auto with = needs;
    std::erase_if(container.after, [&](const EcsWait& wait) {
      with[container.name].insert(wait.container);
      const auto circle = circle_of(with);
      if (circle.empty()) return false;
      notes.add(container.place + ".dependsOn", fmt::format("{}: they would wait for each other for ever: {}",
                                                            wait.container, fmt::join(circle, " → ")));
      with[container.name].erase(wait.container);
      return true;
    });
    needs = std::move(with);
  }
}

std::vector<EcsContainer> containers_of(Section& task, EcsContext& context) {
  std::vector<EcsContainer> out;
  const auto* all = task.take("containerDefinitions");
  if (all != nullptr && !all->is_array())
    task.note("containerDefinitions", fmt::format("a list is expected here, not {}", shown(*all)));
  if (all == nullptr || !all->is_array()) return out;
  for (const auto& one : *all) {
    auto name = one.is_object() && one.contains("name") ? text_of(one["name"]) : std::string();
    if (name.empty()) name = "main";
    const auto place = task.below("containerDefinitions") + "." + name;
    if (std::any_of(out.begin(), out.end(), [&](auto& other) { return other.name == name; }))
      context.notes.add(place, fmt::format("another container of the task has this name, too: {}", shown(one)));
    else
      out.push_back(Container(one, place, context).read(name));
  }
  check_waits(out, context.notes);
  return out;
}

}  // namespace

void read_task_definition(const Json& json, EcsContext& context) {
  const auto family = json.is_object() && json.contains("family") ? text_of(json["family"]) : std::string("task");
  Section task(json, "taskDefinition." + family, context.notes);
  task.ignore({"family", "taskDefinitionArn", "revision", "status", "registeredAt", "registeredBy", "compatibilities",
               "requiresAttributes", "deregisteredAt"});
  if (task.texts("requiresCompatibilities") == std::vector<std::string>{"FARGATE"})
    task.note("requiresCompatibilities", "only for the platform aws: fargate { } in the cluster");
  EcsTask out{.family = family, .label = context.names.of("task", family), .mode = lower(task.text("networkMode"))};
  const bool known = out.mode == "awsvpc" || out.mode == "host" || out.mode == "none" || out.mode == "bridge";
  if (!known && !out.mode.empty() && out.mode != "default")
    task.note("networkMode", fmt::format("{} isn't known", out.mode));
  if (!known) out.mode = "bridge";  // what ECS takes
  StackText text;
  text.set("network", out.mode);
  text.set("cpu", cpu(task, "cpu"));
  text.set("memory", memory(task, "memory"));
  text.map("labels", labels_of(task));
  out.containers = containers_of(task, context);
  for (const auto& [key, role] : {std::pair("executionRoleArn", "execution_role"), {"taskRoleArn", "task_role"}}) {
    if (const auto arn = task.text(key); !arn.empty())
      task.note(key, fmt::format("only for the platform aws: aws {{ {} = {} }} in the task", role, text_literal(arn)));
  }
  for (const auto& volume : task.texts_of("volumes", "name"))
    task.note("volumes", fmt::format("{}: this version keeps no volumes", volume));
  task.finish();
  out.body = text.text();
  const auto same = [&](const EcsTask& other) { return other.family == family; };
  if (out.containers.empty())
    context.notes.add(task.place(), "it has no container, and so it can't run");
  else if (std::any_of(context.out.tasks.begin(), context.out.tasks.end(), same))
    context.notes.add(task.place(),
                      "it is given twice, perhaps in two revisions: what is here is as it was given first");
  else
    context.out.tasks.push_back(std::move(out));
}

}  // namespace infra::importing
