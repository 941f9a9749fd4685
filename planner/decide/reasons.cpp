#include "planner/decide/reasons.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra {

std::string name_list(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 4;
  std::string out;
  const bool cut = names.size() > kMost;
  const auto shown = cut ? kMost - 1 : names.size();
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += fmt::format("`{}`", names[i]);
  }
  return cut ? out + fmt::format(" and {} more", names.size() - shown) : out;
}

namespace {
// "env" for "env.LOG": what the schema speaks of.
std::string top_of(const std::string& path) { return path.substr(0, path.find_first_of(".[")); }

std::string with_detail(std::string text, const std::string& detail) {
  return detail.empty() ? text : fmt::format("{}: {}", text, detail);
}
}  // namespace

namespace reasons {

Reason declared_new() { return {Reason::declared_new, "newly declared"}; }
Reason not_declared() { return {Reason::not_declared, "no longer declared"}; }
Reason kept(bool asked) {
  return {asked ? Reason::asked : Reason::not_declared,
          asked ? "`keep` is set: it stays, and only the record goes"
                : "no longer declared; `keep` is set: it stays, and only the record goes"};
}
Reason asked() { return {Reason::asked, "destroy was asked for"}; }
Reason asked_to_replace() { return {Reason::asked, "its replacement was asked for"}; }
Reason refreshed() { return {Reason::refreshed, "it isn't what was recorded"}; }

Reason come_late(const std::vector<std::string>& outputs) {
  return {Reason::refreshed, fmt::format("its platform has given it {}", name_list(outputs))};
}

Reason input_changed(const std::vector<AttributeChange>& attributes) {
  std::vector<std::string> names;
  names.reserve(attributes.size());
  for (const auto& attribute : attributes) names.push_back(attribute.path);
  return {Reason::input_changed, fmt::format("{} changed", name_list(names))};
}

Reason cannot_update(const std::vector<AttributeChange>& attributes) {
  std::vector<std::string> names;
  for (const auto& attribute : attributes) {
    if (!attribute.forces_replace) continue;
    const auto name = top_of(attribute.path);
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return {Reason::cannot_update, fmt::format("{} can't change in place", name_list(names))};
}

Reason moved(const std::string& what, const std::string& before, const std::string& after) {
  return {Reason::cannot_update, fmt::format("its {} was `{}` and is `{}` now", what, before, after)};
}

Reason gone() { return {Reason::gone, "it is gone: removed outside infra"}; }
Reason gone_and_not_declared() { return {Reason::gone, "it is gone already, and no longer declared"}; }
Reason failed(const std::string& detail) { return {Reason::unhealthy, with_detail("it failed", detail)}; }
Reason still_runs() { return {Reason::unhealthy, "it still runs: a run that was cut short had started it"}; }
Reason rollout_goes_on() { return {Reason::unhealthy, "its rollout isn't over, and no run waits for it"}; }
Reason task_is_wrong(const std::string& sentence) { return {Reason::unhealthy, sentence}; }
Reason deployment_incomplete() { return {Reason::unhealthy, "its last deployment is not complete"}; }
Reason deployment_failed(const RecordedDeployment& last) {
  const auto how = last.status == "rolled_back" ? "was rolled back" : "gave up";
  return {Reason::unhealthy, fmt::format("its last deployment failed at {} and {}: {}", last.ended, how, last.reason)};
}
Reason changed_outside(const std::vector<std::string>& attributes) {
  // "desired (4, now 7)": the name alone is an attribute's.
  std::vector<std::string> names;
  std::string more;
  for (const auto& one : attributes) {
    const auto end = one.find(" (");
    names.push_back(one.substr(0, end));
    if (end == std::string::npos) continue;
    const auto words = one.substr(end + 2, one.size() - end - 3);
    more += (more.empty() ? ": " : "; ") + (attributes.size() > 1 ? names.back() + " " : std::string()) + words;
  }
  return {Reason::changed_outside, fmt::format("{} changed outside infra{}", name_list(names), more)};
}

Reason depends_on(const std::vector<std::string>& owners) {
  return {Reason::dependency_replaced,
          fmt::format("{} {}, which it refers to", name_list(owners), owners.size() == 1 ? "changes" : "change")};
}

Reason must_go_first(const std::string& owner) {
  return {Reason::dependency_replaced,
          fmt::format("`{}`, which it uses, can only be replaced after this is destroyed", owner)};
}

Reason must_make_way(const std::string& holder, const std::string& taker) {
  return {Reason::dependency_replaced,
          fmt::format("`{}`, which it uses, is destroyed before `{}` can have its place", holder, taker)};
}

Reason tasks_go_first() {
  return {Reason::dependency_replaced,
          "tasks can't move create-first: those of the one platform go before those of the other come"};
}

Reason half_updated() { return {Reason::unhealthy, "its last update failed half-way, so it is set again"}; }
Reason cannot_overlap() {
  return {Reason::dependency_replaced, "the old one goes first: what is tied to it leaves no room for both"};
}
Reason deposed() { return {Reason::left_over, "left over from a replacement that was cut short"}; }
Reason unknown_object() { return {Reason::left_over, "carries this stack's labels, and no record knows it"}; }
Reason makes_room() {
  return {Reason::left_over, "what stands there isn't recorded, or isn't as declared: it goes first"};
}
Reason found_unrecorded() { return {Reason::found_unrecorded, "it exists as declared, and was not recorded"}; }
Reason record_only() { return {Reason::input_changed, "only the record changes"}; }
Reason before_deletion(const std::string& service) {
  return {Reason::before_deletion, fmt::format("runs before {} is deleted", service)};
}
Reason has_run_before_deletion(const std::string& service) {
  return {Reason::before_deletion, fmt::format("has run before {} is deleted: a run was cut short after it", service)};
}
Reason hook_not_needed(const std::string& service, bool asked) {
  return {asked ? Reason::asked : Reason::not_declared, fmt::format("doesn't run: {} isn't deleted by this", service)};
}

}  // namespace reasons

}  // namespace infra
