#include "apply/records/state_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "base/values/codec.h"

namespace infra {
namespace {

using Misfit = std::optional<std::string>;

bool is_value(const std::string& text) { return text.empty() || from_json(text).ok(); }

bool is_word(const std::string& text) {
  return !text.empty() && text.size() <= 200 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c != 0x7F; });
}

Misfit misfit_of_head(const Snapshot& state) {
  if (!is_word(state.lineage)) return "it has no lineage";
  if (state.serial.value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return "its serial is larger than there can be";
  return std::nullopt;
}

// Names of things that each may stand in it once.
template <class T, class Key>
Misfit twice(const std::vector<T>& all, std::string_view what, const Key& key) {
  std::set<std::string> seen;
  for (const auto& one : all) {
    if (key(one).empty()) return fmt::format("{} has no name", what);
    if (!seen.insert(key(one)).second) return fmt::format("{} \"{}\" stands in it twice", what, key(one));
  }
  return std::nullopt;
}

Misfit misfit_of_resource(const RecordedResource& row, const std::set<std::string>& platforms) {
  const auto name = row.address.text();
  if (row.type.empty()) return fmt::format("{} has no type", name);
  if (!platforms.contains(row.platform))
    return fmt::format("{} is on a platform \"{}\" that isn't in it", name, row.platform);
  if (!is_value(row.inputs)) return fmt::format("the inputs of {} are no value", name);
  if (!is_value(row.outputs)) return fmt::format("the outputs of {} are no value", name);
  return std::nullopt;
}

Misfit misfit_of_resources(const Snapshot& state, const std::set<std::string>& platforms) {
  std::set<std::tuple<std::string, bool, std::string>> seen;
  for (const auto& row : state.resources) {
    if (auto wrong = misfit_of_resource(row, platforms)) return wrong;
    const auto id = row.deposed ? row.id : std::string();
    if (!seen.emplace(row.address.text(), row.deposed, id).second)
      return fmt::format("{} stands in it twice", row.address.text());
  }
  return std::nullopt;
}

// What each needs must be destroyed after it, so a circle could never be.
Misfit circle_in(const Snapshot& state) {
  std::map<Address, const RecordedResource*> rows;
  for (const auto& row : state.resources) {
    if (!row.deposed) rows.emplace(row.address, &row);
  }
  std::map<Address, std::size_t> needed_by;  // rows that aren't taken off yet
  for (const auto& [address, row] : rows) {
    for (const auto& needs : row->depends_on) needed_by[needs] += rows.contains(needs) ? 1 : 0;
  }
  std::vector<const RecordedResource*> free;
  for (const auto& [address, row] : rows) {
    if (needed_by[address] == 0) free.push_back(row);
  }
  std::size_t taken = 0;
  while (!free.empty()) {
    const auto* row = free.back();
    free.pop_back();
    ++taken;
    for (const auto& needs : row->depends_on) {
      const auto at = rows.find(needs);
      if (at != rows.end() && --needed_by[needs] == 0) free.push_back(at->second);
    }
  }
  if (taken == rows.size()) return std::nullopt;
  const auto stuck = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return needed_by[row.first] != 0; });
  return fmt::format("{} needs itself, by what it depends on", stuck->first.text());
}

Misfit misfit_of_intents(const Snapshot& state, const std::set<std::string>& platforms) {
  for (const auto& intent : state.intents) {
    const auto name = fmt::format("the {} of {} that is under way", to_text(intent.operation), intent.address.text());
    if (!platforms.contains(intent.platform))
      return fmt::format("{} is on a platform \"{}\" that isn't in it", name, intent.platform);
    if (!is_value(intent.inputs)) return fmt::format("the inputs of {} are no value", name);
  }
  return twice(state.intents, "a change that is under way", [](const Intent& i) { return i.token; });
}

}  // namespace

std::optional<std::string> misfit_of(const Snapshot& state) {
  if (auto wrong = misfit_of_head(state)) return wrong;
  std::set<std::string> platforms;
  for (const auto& platform : state.platforms) {
    if (!is_value(platform.config)) return fmt::format("the config of platform \"{}\" is no value", platform.name);
    platforms.insert(platform.name);
  }
  if (auto wrong = twice(state.platforms, "a platform", [](const RecordedPlatform& p) { return p.name; })) return wrong;
  if (auto wrong = misfit_of_resources(state, platforms)) return wrong;
  if (auto wrong = circle_in(state)) return wrong;
  if (auto wrong = misfit_of_intents(state, platforms)) return wrong;
  for (const auto& output : state.outputs) {
    if (!is_value(output.value)) return fmt::format("the output \"{}\" is no value", output.name);
  }
  if (auto wrong = twice(state.outputs, "an output", [](const RecordedOutput& o) { return o.name; })) return wrong;
  return twice(state.secrets, "a secret", [](const RecordedSecret& s) { return s.name; });
}

}  // namespace infra
