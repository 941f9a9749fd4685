#include "providers/engine/container_inputs.h"

#include <algorithm>
#include <map>

#include "providers/engine/task_group.h"
#include "providers/engine/task_volumes.h"

namespace infra::engine {

namespace {

// What isn't known yet may come out as a number; joining it alone makes a text of it.
Value as_text(const Value& value) {
  if (const auto* inner = value.secret()) return Value::secret(as_text(*inner));
  if (!value.known()) return Call{.function = "interpolate", .arguments = {value}};
  const auto text = to_text(value);
  return text ? Value(*text) : value;
}

void add_texts(Map& out, const Value& variables, bool secret) {
  if (variables.map() == nullptr) return;
  for (const auto& [name, value] : *variables.map()) {
    if (value.is_null()) continue;  // null leaves a variable unset
    out.set(name, secret ? Value::secret(as_text(value)) : as_text(value));
  }
}

void copy(Map& inputs, const Value& container, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (const auto& value = container[name]; !value.is_null()) inputs.set(name, value);
  }
}

// What nothing was said of isn't an input: what comes to the language later changes no revision.
void copy_stated(Map& inputs, const Value& container, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    const auto& value = container[name];
    if (!value.is_null() && (value.map() == nullptr || !value.map()->empty())) inputs.set(name, value);
  }
}

// By path, so that their order in the stack means nothing.
List files_of(const Value& container) {
  List out;
  const auto* files = container["file"].map();
  if (files == nullptr) return out;
  for (const auto& [path, file] : *files) {
    Map one({{"path", path}, {"content", file["content"]}});
    for (const auto* name : {"mode", "owner"}) {
      if (!file[name].is_null()) one.set(name, file[name]);
    }
    out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(),
            [](const Value& a, const Value& b) { return *a["path"].string() < *b["path"].string(); });
  return out;
}

// As ECS splits a task: what a container states for itself, else it may use all that the task has.
void add_limit(Map& inputs, const Value& container, const Resource& task, const char* name) {
  const auto& own = container[name];
  const auto& limit = own.is_null() ? task.config[name] : own;
  if (!limit.is_null()) inputs.set(name, limit);
}

void add_labels(Map& out, const Value& labels) {
  if (labels.map() == nullptr) return;
  for (const auto& [name, value] : *labels.map()) out.set(name, as_text(value));
}

}  // namespace

Map environment(const Value& container) {
  Map out;
  add_texts(out, container["env"], false);
  add_texts(out, container["secrets"], true);
  return out;
}

std::int64_t longest_start(const Value& container) {
  const auto ms = [](const Value& value, std::int64_t fallback) {
    const auto* duration = value.get<Duration>();
    return duration != nullptr ? duration->ms : fallback;
  };
  const auto own = ms(container["start_timeout"], 120'000);
  const auto& health = container["health"];
  if (health.map() == nullptr) return own;
  const auto* retries = health["retries"].integer();
  const auto each = ms(health["every"], 30'000) + ms(health["timeout"], 5'000);
  return std::max(own, ms(health["grace"], 0) + (retries != nullptr ? *retries : 3) * each);
}

namespace {

// When each container of a group begins at the latest. There are no cycles (E0409).
class Beginnings {
 public:
  explicit Beginnings(const Map& containers) : containers_(containers) {}
  std::int64_t of(const std::string& label) {
    const auto [at, fresh] = known_.try_emplace(label, 0);
    const auto* container = containers_.find(label);
    const auto* after = container != nullptr ? (*container)["after"].map() : nullptr;
    if (!fresh || after == nullptr) return at->second;
    std::int64_t out = 0;
    for (const auto& [needed, condition] : *after) {
      const auto* other = containers_.find(needed);
      const bool only_started = condition == Value("started");
      out = std::max(out, of(needed) + (only_started || other == nullptr ? 0 : longest_start(*other)));
    }
    return known_[label] = out;
  }

 private:
  const Map& containers_;
  std::map<std::string, std::int64_t> known_;
};

}  // namespace

std::int64_t longest_start_of_group(const Map& containers) {
  Beginnings beginnings(containers);
  std::int64_t out = 0;
  for (const auto& [label, container] : containers)
    out = std::max(out, beginnings.of(label) + longest_start(container));
  return out;
}

Map container_inputs(const ServiceView& view, const std::string& label) {
  const Value& container = *view.containers->find(label);
  Map inputs;
  copy(inputs, container,
       {"image", "entrypoint", "command", "memory_reservation", "health", "user", "working_dir", "read_only",
        "stop_timeout", "start_timeout"});
  copy_stated(inputs, container, {"ulimits", "tmpfs", "capabilities", "log"});
  if (auto files = files_of(container); !files.empty()) inputs.set("files", std::move(files));
  if (auto mounts = mounts_of(*view.task, container); !mounts.empty()) inputs.set("mounts", std::move(mounts));
  add_limit(inputs, container, *view.task, "memory");
  add_limit(inputs, container, *view.task, "cpu");
  inputs.set("env", environment(container));
  Map labels;
  add_labels(labels, view.task->config["labels"]);
  add_labels(labels, view.service->config["labels"]);
  add_labels(labels, container["labels"]);
  inputs.set("labels", std::move(labels));
  if (const auto until = runs_until(*view.containers, label); until != "running") inputs.set("until", until);
  return inputs;
}

}  // namespace infra::engine
