#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

std::vector<std::string> labels_of(const Map& blocks) {
  std::vector<std::string> out;
  for (const auto& [label, block] : blocks) out.push_back(label);
  return out;
}

// Unknown counts as essential: nothing is said against what may be right.
bool may_be_essential(const Value& container) {
  const auto* essential = container["essential"].boolean();
  return essential == nullptr || *essential;
}

bool is_essential(const Value& container) {
  const auto* essential = container["essential"].boolean();
  return essential != nullptr && *essential;
}

class Group {
 public:
  Group(const Use& use, Diagnostics& diagnostics)
      : task_(*use.task), containers_(use.containers()), diagnostics_(diagnostics) {}

  void check() {
    essential();
    bool good = true;
    for (const auto& [label, container] : containers_) {
      if (const auto* after = container["after"].map()) {
        for (const auto& wait : *after) good = wait_for(label, wait) && good;
      }
      if (const auto* mounts = container["mounts"].map()) {
        for (const auto& mount : *mounts) volume(label, mount.first);
      }
    }
    if (good) cycle();
  }

 private:
  void essential() {
    if (containers_.empty()) {
      diagnostics_.error("E0409", task_.span, fmt::format("{} has no container", named(task_)),
                         "needs at least one `container`", "add: container web { image = \"…\" }");
      return;
    }
    if (std::any_of(containers_.begin(), containers_.end(), [](const Entry& e) { return may_be_essential(e.second); }))
      return;
    const auto& first = containers_.begin()->first;
    const auto place = task_.place(container_path(first) + "essential");
    auto& diagnostic = diagnostics_.error("E0409", place, fmt::format("{} has no essential container", named(task_)),
                                          "nothing says when the task has stopped",
                                          "let one be essential: when it ends, the task ends");
    if (const auto written = task_.written(container_path(first) + "essential"))
      diagnostic.fixes.push_back({*written, "true"});
  }

  // The entry's key is the container, its value the condition.
  [[nodiscard]] Span place(const std::string& label, const char* attribute, const std::string& key, bool of_key) const {
    const auto path = container_path(label) + attribute;
    if (const auto entry = task_.written(fmt::format("{}.{}{}", path, key, of_key ? ":" : ""))) return *entry;
    return task_.place(path);
  }

  bool wait_for(const std::string& label, const Entry& wait) {
    const auto* target = containers_.find(wait.first);
    const auto* condition = wait.second.string();
    if (target == nullptr) {
      unknown(place(label, "after", wait.first, true),
              fmt::format("container `{}` waits for `{}`, which its task doesn't have", label, wait.first),
              did_you_mean(wait.first, labels_of(containers_)), "no such container", "the task's containers are",
              labels_of(containers_));
      return false;
    }
    if (condition == nullptr) return true;
    if (*condition == "healthy" && (*target)["health"].is_null()) return unhealthy(label, wait.first);
    const bool ends = *condition == "completed" || *condition == "succeeded";
    return !ends || !is_essential(*target) || never_ends(label, wait.first);
  }

  bool unhealthy(const std::string& label, const std::string& target) {
    const auto at = place(label, "after", target, false);
    auto& diagnostic = diagnostics_.error(
        "E0409", at,
        fmt::format("container `{}` waits until `{}` is healthy, but that has no health check", label, target),
        "never becomes true", fmt::format("give `{}` a `health` block, or wait until it is started", target));
    diagnostic.secondary.push_back({task_.place("container." + target), "has no `health`"});
    if (task_.written(fmt::format("{}after.{}", container_path(label), target)))
      diagnostic.fixes.push_back({at, "started"});
    return false;
  }

  bool never_ends(const std::string& label, const std::string& target) {
    const auto path = container_path(target);
    const auto stated = task_.written(path + "essential");
    auto& diagnostic = diagnostics_.error(
        "E0409", place(label, "after", target, false),
        fmt::format("container `{}` waits until `{}` has ended, but that is essential: its end stops the task", label,
                    target),
        "the task would stop then", fmt::format("set `essential = false` in container `{}`", target));
    diagnostic.secondary.push_back({stated.value_or(task_.place("container." + target)), "is essential"});
    if (stated) {
      diagnostic.fixes.push_back({*stated, "false"});
    } else if (const auto image = task_.written(path + "image")) {
      diagnostic.fixes.push_back({{image->file, image->end, image->end}, "; essential = false"});
    }
    return false;
  }

  void volume(const std::string& label, const std::string& name) {
    static const Map kNone;
    const auto* found = task_.config["volume"].map();
    const Map& volumes = found != nullptr ? *found : kNone;
    if (volumes.find(name) != nullptr) return;
    unknown(place(label, "mounts", name, true),
            fmt::format("container `{}` mounts `{}`, a volume that its task doesn't have", label, name),
            did_you_mean(name, labels_of(volumes)), "no such volume", "the task's volumes are", labels_of(volumes));
  }

  void unknown(Span at, std::string message, const std::string& near, std::string label, std::string_view what,
               const std::vector<std::string>& all) {
    auto& diagnostic = diagnostics_.error("E0410", at, std::move(message), std::move(label),
                                          !near.empty() ? fmt::format("did you mean `{}`?", near)
                                          : all.empty() ? std::string("declare it in the task")
                                                        : fmt::format("{} {}", what, fmt::join(all, ", ")));
    if (!near.empty()) diagnostic.fixes.push_back({at, near});
  }

  // Follows `after` from the first container that waits in a circle, until it comes round.
  void cycle() {
    std::set<std::string> left;
    for (const auto& [label, container] : containers_) left.insert(label);
    for (std::size_t before = 0; before != left.size();) {
      before = left.size();
      std::erase_if(left, [&](const std::string& label) { return next(label, left).empty(); });
    }
    if (left.empty()) return;
    std::vector<std::string> path;
    for (std::string at = *left.begin(); std::find(path.begin(), path.end(), at) == path.end(); at = next(at, left))
      path.push_back(at);
    path.erase(path.begin(), std::find(path.begin(), path.end(), next(path.back(), left)));
    auto& diagnostic = diagnostics_.error(
        "E0409", place(path.front(), "after", next(path.front(), left), false),
        path.size() == 1 ? fmt::format("container `{}` waits for itself", path.front())
                         : fmt::format("containers of {} wait for each other: {} → {}", named(task_),
                                       fmt::join(path, " → "), path.front()),
        path.size() == 1 ? "never starts" : fmt::format("`{}` waits for `{}`", path.front(), next(path.front(), left)),
        "remove one of these waits");
    for (std::size_t i = 1; i < path.size(); ++i) {
      diagnostic.secondary.push_back({place(path[i], "after", next(path[i], left), false),
                                      fmt::format("`{}` waits for `{}`", path[i], next(path[i], left))});
    }
  }

  [[nodiscard]] std::string next(const std::string& label, const std::set<std::string>& among) const {
    const auto* after = (*containers_.find(label))["after"].map();
    if (after == nullptr) return "";
    const auto at = std::find_if(after->begin(), after->end(), [&](const Entry& e) { return among.contains(e.first); });
    return at != after->end() ? at->first : "";
  }

  const Resource& task_;
  const Map& containers_;
  Diagnostics& diagnostics_;
};

}  // namespace

void groups(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) Group(use, diagnostics).check();
}

}  // namespace infra::checks
