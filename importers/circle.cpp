#include "importers/circle.h"

#include <algorithm>

namespace infra::importing {
namespace {

// A circle is in what is left when whatever can start has been taken away, again and again.
void take_startable(Needs& left) {
  std::map<std::string, std::vector<std::string>> needed_by;
  std::vector<std::string> startable;
  for (const auto& [name, needs] : left) {
    for (const auto& need : needs) needed_by[need].push_back(name);
    if (needs.empty()) startable.push_back(name);
  }
  while (!startable.empty()) {
    const auto name = std::move(startable.back());
    startable.pop_back();
    left.erase(name);
    for (const auto& other : needed_by[name]) {
      auto& needs = left[other];
      needs.erase(name);
      if (needs.empty()) startable.push_back(other);
    }
  }
}

}  // namespace

std::vector<std::string> circle_of(Needs left) {
  for (auto& [name, needs] : left) std::erase_if(needs, [&](const auto& need) { return !left.contains(need); });
  take_startable(left);
  if (left.empty()) return {};
  std::vector<std::string> path = {left.begin()->first};  // all that is left needs something that is left
  std::set<std::string> met;
  while (met.insert(path.back()).second) path.push_back(*left[path.back()].begin());
  return {std::find(path.begin(), path.end(), path.back()), path.end()};
}

}  // namespace infra::importing
