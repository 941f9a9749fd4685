#include "planner/render/owner_text.h"
#include "planner/render/plural.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace infra {
namespace {

std::string_view participle(Action action) {
  switch (action) {
    case Action::create:
      return "created";
    case Action::update:
      return "updated";
    case Action::replace:
      return "replaced";
    case Action::destroy:
      return "destroyed";
    case Action::forget:
      return "forgotten";
    case Action::adopt:
      return "adopted";
    case Action::no_op:
      break;
  }
  return "as declared";
}

struct Kind {
  bool left_over;
  Action action;
  std::string type;
  friend auto operator<=>(const Kind&, const Kind&) = default;
};

// Attributes by which one knows a thing, the most telling first. No schema is needed for showing a plan.
constexpr std::array<std::string_view, 13> kTelling = {
    "image", "cidr",   "context", "repository", "before_delete", "endpoint", "tag",
    "ports", "memory", "cpu",     "env",        "entrypoint",    "command"};
constexpr std::size_t kFew = 6;

// `image`, and in a task of several containers `container.web.image`.
bool tells(std::string_view path, std::string_view name) {
  constexpr std::string_view kContainer = "container.";
  return path == name || (path.starts_with(kContainer) && path.ends_with(name) &&
                          path.substr(0, path.size() - name.size()).ends_with('.') &&
                          path.find('.', kContainer.size()) == path.size() - name.size() - 1);
}

std::vector<CommonAttribute> few_telling(const std::vector<CommonAttribute>& all) {
  std::vector<CommonAttribute> out;
  for (const auto name : kTelling) {
    for (const auto& attribute : all) {
      if (tells(attribute.change.path, name) && out.size() < kFew) out.push_back(attribute);
    }
  }
  for (const auto& attribute : all) {
    if (!out.empty()) break;
    if (attribute.change.path == "name" && !attribute.several_after) out.push_back(attribute);
  }
  return out;
}

void merge(std::map<std::string, CommonAttribute>& all, const AttributeChange& one) {
  const auto [at, is_new] = all.try_emplace(one.path, CommonAttribute{one});
  if (is_new) return;
  auto& common = at->second;
  common.several_before = common.several_before || !(common.change.before == one.before);
  common.several_after = common.several_after || !(common.change.after == one.after);
}

}  // namespace

std::string parts_note(const Plan& plan, const OwnerChange& owner) {
  std::map<Kind, std::size_t> counts;
  std::map<std::string, std::size_t> current_of;  // by type
  std::size_t current = 0;
  for (const auto index : owner.changes) {
    const auto& change = plan.changes[index];
    if (change.ends) continue;  // the reasons say it
    if (!change.deposed) ++current, ++current_of[change.type];
    if (change.action != Action::no_op) ++counts[{change.deposed, change.action, change.type}];
  }
  const bool plain = counts.size() == 1 && current == 1 && !counts.begin()->first.left_over &&
                     counts.begin()->first.action == owner.action;
  if (plain) return {};
  std::vector<std::string> notes;
  for (const auto& [kind, count] : counts) {
    const auto all = current_of[kind.type];
    const bool some = !kind.left_over && all > count && counts.size() == 1;
    const auto number = some ? fmt::format("{} of {}", count, all) : fmt::format("{}", count);
    auto noun = plural(kind.type, some ? all : count);
    std::replace(noun.begin(), noun.end(), '_', ' ');
    notes.push_back(
        fmt::format("{} {}{} will be {}", number, kind.left_over ? "old " : "", noun, participle(kind.action)));
  }
  return fmt::format("{}", fmt::join(notes, ", "));
}

std::vector<CommonAttribute> common_attributes(const Plan& plan, const OwnerChange& owner) {
  std::map<std::string, CommonAttribute> merged;
  for (const auto index : owner.changes) {
    const auto& change = plan.changes[index];
    if (change.deposed || change.ends) continue;
    // A part that comes new beside others that change would drown what changes.
    if (change.action == Action::create && owner.action != Action::create) continue;
    for (const auto& attribute : change.attributes) merge(merged, attribute);
  }
  std::vector<CommonAttribute> out;
  out.reserve(merged.size());
  for (auto& [path, attribute] : merged) out.push_back(std::move(attribute));
  return owner.action == Action::create ? few_telling(out) : out;
}

std::vector<std::string> telling_reasons(const Plan& plan, const Change& change) {
  std::vector<std::string> out;
  for (const auto& reason : change.reasons) {
    const bool obvious = reason.code == Reason::declared_new || (reason.code == Reason::asked && plan.destroy) ||
                         (reason.code == Reason::input_changed && change.attributes.empty());
    // The attributes stand right above.
    const bool repeats = reason.code == Reason::input_changed && reason.text.ends_with(" changed");
    if (!obvious && !repeats) out.push_back(reason.text);
  }
  return out;
}

std::vector<std::string> telling_reasons(const Plan& plan, const OwnerChange& owner) {
  std::vector<std::string> out;
  for (const auto index : owner.changes) {
    for (auto& text : telling_reasons(plan, plan.changes[index])) {
      if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
    }
  }
  return out;
}

}  // namespace infra
