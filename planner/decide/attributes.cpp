#include "planner/decide/attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/values/codec.h"

namespace infra {
namespace {

bool plain_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c >= 0x80;
  });
}

std::string member(const std::string& path, const std::string& key) {
  if (!plain_key(key)) return fmt::format("{}[{}]", path, json_quote(key));
  return path.empty() ? key : path + "." + key;
}

bool same_lists(const List& a, const List& b, const HashKey& key) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const Value& x, const Value& y) { return same_value(x, y, key); });
}

bool same_maps(const Map& a, const Map& b, const HashKey& key) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const Entry& x, const Entry& y) {
    return x.first == y.first && same_value(x.second, y.second, key);
  });
}

class Comparison {
 public:
  explicit Comparison(const HashKey& key) : key_(key) {}
  std::vector<AttributeChange> found;

  void compare(const std::string& path, const Value& before, const Value& after) {
    if (same_value(before, after, key_)) return;
    const auto* old_map = before.map();
    const auto* new_map = after.map();
    const auto* old_list = before.list();
    const auto* new_list = after.list();
    if (old_map != nullptr && new_map != nullptr) {
      compare_maps(path, *old_map, *new_map);
    } else if (old_list != nullptr && new_list != nullptr) {
      compare_lists(path, *old_list, *new_list);
    } else {
      found.push_back({path, before, after, forces_});
    }
  }

  void compare_top(const Map& before, const Map& after, const Schema* schema) {
    schema_ = schema;
    top_ = true;
    compare_maps({}, before, after);
  }

 private:
  void compare_maps(const std::string& path, const Map& before, const Map& after) {
    const bool top = std::exchange(top_, false);
    auto one = [&](const std::string& key, const Value& old_value, const Value& new_value) {
      if (top) forces_ = forces_replace(key);
      compare(top ? key : member(path, key), old_value, new_value);
    };
    auto a = before.begin();
    auto b = after.begin();
    while (a != before.end() || b != after.end()) {
      const bool only_old = b == after.end() || (a != before.end() && a->first < b->first);
      const bool only_new = a == before.end() || (b != after.end() && b->first < a->first);
      if (only_old) {
        one(a->first, a->second, Null{}), ++a;
      } else if (only_new) {
        one(b->first, Null{}, b->second), ++b;
      } else {
        one(a->first, a->second, b->second), ++a, ++b;
      }
    }
  }

  void compare_lists(const std::string& path, const List& before, const List& after) {
    const Value missing;
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      compare(fmt::format("{}[{}]", path, i), i < before.size() ? before[i] : missing,
              i < after.size() ? after[i] : missing);
    }
  }

  [[nodiscard]] bool forces_replace(const std::string& name) const {
    if (schema_ == nullptr) return true;
    if (const auto* attribute = schema_->attribute(name)) return attribute->change == OnChange::replace;
    const auto* block = schema_->block(name);
    return block == nullptr || block->change == OnChange::replace;
  }

  const HashKey& key_;
  const Schema* schema_ = nullptr;
  bool top_ = false;
  bool forces_ = false;
};

Value with_path(const Value& after, const Value& before, std::string_view path) {
  const auto dot = path.find('.');
  const std::string name(path.substr(0, dot));
  auto members = after.map() != nullptr ? *after.map() : Map{};
  const auto& old_value = before[name];
  if (dot != std::string_view::npos) {
    if (after[name].map() != nullptr) members.set(name, with_path(after[name], old_value, path.substr(dot + 1)));
  } else if (old_value.is_null()) {
    members.erase(name);
  } else if (!old_value.has_secret()) {
    members.set(name, old_value);
  }
  return members;
}

}  // namespace

bool same_value(const Value& before, const Value& after, const HashKey& key) {
  const auto* old_secret = before.secret();
  const auto* new_secret = after.secret();
  if (old_secret != nullptr && new_secret != nullptr) {
    if (!old_secret->known() || !new_secret->known()) return *old_secret == *new_secret;
    return secret_hash(*old_secret, key) == secret_hash(*new_secret, key);
  }
  if (const auto* a = before.list(), *b = after.list(); a != nullptr && b != nullptr) return same_lists(*a, *b, key);
  if (const auto* a = before.map(), *b = after.map(); a != nullptr && b != nullptr) return same_maps(*a, *b, key);
  return before == after;
}

std::vector<AttributeChange> attribute_changes(const Value& before, const Value& after, const Schema* schema,
                                               const HashKey& key) {
  static const Map kNone;
  Comparison comparison(key);
  comparison.compare_top(before.map() != nullptr ? *before.map() : kNone, after.map() != nullptr ? *after.map() : kNone,
                         schema);
  auto& found = comparison.found;
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return std::move(found);
}

std::vector<AttributeChange> all_attributes(const Value& after) {
  std::vector<AttributeChange> out;
  if (after.map() == nullptr) return out;
  for (const auto& [name, value] : *after.map()) {
    const bool empty = value.is_null() || (value.map() != nullptr && value.map()->empty()) ||
                       (value.list() != nullptr && value.list()->empty());
    if (!empty) out.push_back({name, Null{}, value, false});
  }
  return out;
}

Value with_ignored(const Value& after, const Value& before, const std::vector<std::string>& ignored) {
  auto out = after;
  for (const auto& path : ignored) out = with_path(out, before, path);
  return out;
}

Value with_kept(const Value& after, const Value& before, const std::function<bool(const Value&)>& keep) {
  if (after.map() == nullptr) return after;
  std::vector<Entry> out;
  for (const auto& [name, value] : *after.map()) out.emplace_back(name, keep(value) ? before[name] : value);
  return Map(std::move(out));
}

}  // namespace infra
