#include "providers/aws/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "providers/aws/api/xml.h"

namespace infra::aws {

namespace {

constexpr std::size_t kShownOfAList = 3;

bool is_empty(const Value& value) {
  if (const auto* list = value.list()) return list->empty();
  if (const auto* map = value.map()) return map->empty();
  return value.is_null() || text_of(value).empty();
}

bool same_number(const std::string& a, const std::string& b) {
  char* end_a = nullptr;
  char* end_b = nullptr;
  const double left = std::strtod(a.c_str(), &end_a);
  const double right = std::strtod(b.c_str(), &end_b);
  return *end_a == '\0' && *end_b == '\0' && left == right;
}

bool same_scalar(const Value& recorded, const Value& live) {
  const auto a = text_of(recorded);
  const auto b = text_of(live);
  return a == b || (!a.empty() && !b.empty() && same_number(a, b));
}

// What of `some` has no counterpart in `others`; each counterpart counts once.
template <class Fits>
std::vector<const Value*> without_counterpart(const List& some, const List& others, const Fits& fits) {
  std::vector<const Value*> out;
  std::vector<bool> taken(others.size());
  for (const auto& one : some) {
    std::size_t at = 0;
    while (at < others.size() && (taken[at] || !fits(one, others[at]))) ++at;
    if (at == others.size()) {
      out.push_back(&one);
    } else {
      taken[at] = true;
    }
  }
  return out;
}

std::string short_text(const Value& value) {
  if (const auto* map = value.map()) {
    std::string out;
    for (const auto& [name, member] : *map) {
      const auto text = short_text(member);
      if (!text.empty()) out += fmt::format("{}{}={}", out.empty() ? "" : " ", name, text);
    }
    return out;
  }
  if (const auto* list = value.list()) {
    std::string out;
    for (const auto& item : *list) out += (out.empty() ? "" : " ") + short_text(item);
    return out;
  }
  const auto text = text_of(value);
  return text.starts_with("arn:") ? text.substr(text.rfind(':') + 1) : text;
}

std::string list_of(const std::vector<const Value*>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size() && i < kShownOfAList; ++i) {
    out += (out.empty() ? "" : ", ") + short_text(*items[i]);
  }
  return items.size() > kShownOfAList ? fmt::format("{} and {} more", out, items.size() - kShownOfAList) : out;
}

std::string difference(const Value& recorded, const Value& live) {
  if (const auto* before = recorded.list(), *now = live.list(); before != nullptr && now != nullptr) {
    const auto fits = [](const Value& asked, const Value& found) { return holds(asked, found); };
    const auto lost = without_counterpart(*before, *now, fits);
    const auto more =
        without_counterpart(*now, *before, [&](const Value& found, const Value& asked) { return fits(asked, found); });
    std::string out;
    if (!more.empty()) out = "added: " + list_of(more);
    if (!lost.empty()) out += (out.empty() ? "" : "; ") + ("removed: " + list_of(lost));
    return out;
  }
  if (recorded.map() != nullptr || live.map() != nullptr) return {};
  const auto was = short_text(recorded);
  const auto now = short_text(live);
  return fmt::format("{}, now {}", was.empty() ? "none" : was, now.empty() ? "none" : now);
}

}  // namespace

bool holds(const Value& recorded, const Value& live) {
  if (recorded.is_null()) return true;
  if (recorded.has_secret() || !recorded.known()) return true;
  if (is_empty(recorded) || is_empty(live)) return is_empty(recorded) && is_empty(live);
  if (const auto* asked = recorded.map()) {
    if (live.map() == nullptr) return false;
    for (const auto& [name, value] : *asked) {
      if (!holds(value, live[name])) return false;
    }
    return true;
  }
  if (const auto* asked = recorded.list()) {
    const auto* found = live.list();
    return found != nullptr && asked->size() == found->size() &&
           without_counterpart(*asked, *found, [](const Value& a, const Value& b) { return holds(a, b); }).empty();
  }
  if (const auto* several = live.list()) {
    return std::any_of(several->begin(), several->end(), [&](const Value& one) { return holds(recorded, one); });
  }
  return same_scalar(recorded, live);
}

namespace {

std::optional<Value> map_as_asked(const Map& asked, const Value& live) {
  if (live.map() == nullptr) return std::nullopt;
  Map out;
  for (const auto& [name, value] : asked) {
    auto member = as_asked(value, live[name]);
    if (!member) return std::nullopt;
    out.set(name, *std::move(member));
  }
  return out;
}

std::optional<Value> list_as_asked(const List& asked, const Value& live) {
  const auto* found = live.list();
  if (found == nullptr || found->size() != asked.size()) return std::nullopt;
  List out;
  std::vector<bool> taken(found->size());
  for (const auto& one : asked) {
    const auto before = out.size();
    for (std::size_t at = 0; at < found->size() && out.size() == before; ++at) {
      auto item = taken[at] ? std::nullopt : as_asked(one, (*found)[at]);
      if (!item) continue;
      taken[at] = true;
      out.push_back(*std::move(item));
    }
    if (out.size() == before) return std::nullopt;
  }
  return out;
}

}  // namespace

std::optional<Value> as_asked(const Value& asked, const Value& live) {
  if (asked.ref() != nullptr || asked.call() != nullptr || asked.unknown() != nullptr) {
    const auto* several = live.list();  // where one thing is asked for
    return several != nullptr && several->size() == 1 ? several->front() : live;
  }
  const bool nothing = is_empty(asked) || is_empty(live);
  if (const auto* map = asked.map(); map != nullptr && !nothing) return map_as_asked(*map, live);
  if (const auto* list = asked.list(); list != nullptr && !nothing) return list_as_asked(*list, live);
  return holds(asked, live) ? std::optional(asked) : std::nullopt;
}

std::vector<Drift> drift_between(const Value& recorded_inputs, const Map& live, const std::set<std::string>& whole) {
  std::vector<Drift> out;
  for (const auto& [input, now] : live) {
    const auto& recorded = recorded_inputs[input];
    const bool as_asked = recorded.is_null() ? !whole.contains(input) || is_empty(now) : holds(recorded, now);
    if (as_asked) continue;
    out.push_back({.input = input, .said = difference(recorded, now)});
  }
  return out;
}

}  // namespace infra::aws
