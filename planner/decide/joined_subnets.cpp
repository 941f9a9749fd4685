#include "planner/decide/joined_subnets.h"

#include <algorithm>

namespace infra {
namespace {

// Every node has the same ones, in the order of its zone.
const List* networks_of(const Value& inputs) {
  const auto* nodes = inputs["nodes"].map();
  return nodes != nullptr && !nodes->empty() ? nodes->begin()->second["networks"].list() : nullptr;
}

// "subnet.main.app". One that isn't this stack's is known by its id alone.
Value name_of(const Draft& draft, const Value& network) {
  if (const auto* ref = network.ref()) return ref->address.owner().text();
  const auto* id = network.string();
  if (id == nullptr) return network;
  const auto& all = draft.input.state.resources;
  const auto row = std::find_if(all.begin(), all.end(), [&](const RecordedResource& one) { return one.id == *id; });
  return row != all.end() ? row->address.owner().text() : id->substr(0, 12);
}

List names_of(const Draft& draft, const Value& inputs) {
  List out;
  const auto* networks = networks_of(inputs);
  if (networks == nullptr) return out;
  for (const auto& network : *networks) out.push_back(name_of(draft, network));
  return out;
}

}  // namespace

std::optional<AttributeChange> subnets_changed(const Draft& draft, const Value& before, const Value& after) {
  auto from = names_of(draft, before);
  auto to = names_of(draft, after);
  if (from == to || from.empty() || to.empty()) return std::nullopt;
  return AttributeChange{.path = "subnets", .before = std::move(from), .after = std::move(to)};
}

}  // namespace infra
