#include "base/values/value.h"

#include <algorithm>
#include <unordered_set>

namespace infra {

namespace {

class RefCollector {
 public:
  explicit RefCollector(std::vector<Ref>& out) : out_(out) {}
  void add(const Value& value) {
    const Facts facts = value.facts();
    if (!facts.refs) return;
    if (facts.size > kWorthRemembering && !met_.insert(value.identity()).second) return;
    if (const auto* r = value.ref()) out_.push_back(*r);
    if (const auto* items = value.list()) {
      for (const auto& item : *items) add(item);
    }
    if (const auto* members = value.map()) {
      for (const auto& [key, item] : *members) add(item);
    }
    if (const auto* c = value.call()) {
      for (const auto& item : c->arguments) add(item);
    }
    if (const auto* inner = value.secret()) add(*inner);
  }

 private:
  std::vector<Ref>& out_;
  std::unordered_set<const void*> met_;
};

}  // namespace

void collect_refs(const Value& value, std::vector<Ref>& out) { RefCollector(out).add(value); }

Value LeafMapper::mapped(const Value& value) {
  if (value.facts().size <= kWorthRemembering || value.identity() == nullptr) return rebuilt(value);
  if (const auto at = met_.find(value.identity()); at != met_.end()) return at->second.to;
  Value to = rebuilt(value);
  met_.emplace(value.identity(), Met{.from = value, .to = to});
  return to;
}

namespace {

// The same as before, down to what is shared.
bool untouched(const Value& before, const Value& after) {
  if (before.data().index() != after.data().index()) return false;
  return before.identity() != nullptr ? before.identity() == after.identity() : before == after;
}

}  // namespace

Value LeafMapper::rebuilt(const Value& value) {
  // Most have no leaf that changes: copied is what follows the first that does.
  if (const auto* items = value.list()) {
    std::optional<List> out;
    for (std::size_t i = 0; i < items->size(); ++i) {
      Value after = mapped((*items)[i]);
      if (untouched((*items)[i], after)) continue;
      if (!out) out = *items;
      (*out)[i] = std::move(after);
    }
    return out ? Value(*std::move(out)) : value;
  }
  if (const auto* members = value.map()) {
    std::optional<Map> out;
    for (const auto& [key, item] : *members) {
      Value after = mapped(item);
      if (untouched(item, after)) continue;
      if (!out) out = *members;
      out->set(key, std::move(after));
    }
    return out ? Value(*std::move(out)) : value;
  }
  if (auto different = change(value)) return *std::move(different);
  if (const auto* inner = value.secret()) {
    Value out = mapped(*inner);
    return untouched(*inner, out) ? value : Value::secret(std::move(out));
  }
  return value;
}

Value LeafMapper::map_arguments(const Call& call) {
  List arguments;
  arguments.reserve(call.arguments.size());
  for (const auto& argument : call.arguments) arguments.push_back(mapped(argument));
  return Call{.function = call.function, .arguments = std::move(arguments)};
}

Value map_leaves(const Value& value, LeafMapper& mapper) { return mapper.mapped(value); }

}  // namespace infra
