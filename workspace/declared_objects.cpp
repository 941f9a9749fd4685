#include "workspace/declared_objects.h"

#include <unordered_map>

#include "base/values/codec.h"
#include "planner/planner.h"
#include "state/state.h"
#include "workspace/open_session.h"

namespace infra {

namespace {

Result<Ok> add_record(const RecordedResource& row, DeclaredObject& object) {
  const auto doing = "reading what is recorded of " + row.address.text();
  auto inputs = from_json(row.inputs);
  if (!inputs) return std::move(inputs).take_error(doing);
  auto outputs = from_json(row.outputs);
  if (!outputs) return std::move(outputs).take_error(doing);
  object.id = row.id;
  object.recorded_inputs = *std::move(inputs);
  object.recorded_outputs = *std::move(outputs);
  return Ok();
}

}  // namespace

Result<DeclaredByPlatform> declared_objects(const StackOptions& options, const Graph& graph) {
  const auto tree = open_tree(options);
  if (!tree) return tree.error();
  auto state = load_state(options);
  if (!state && state.error().code == "E0004") state = Snapshot();  // the first apply makes it
  if (!state) return state.error();
  std::unordered_map<Address, const RecordedResource*, AddressHash> recorded;
  for (const auto& row : state->resources) {
    if (!row.deposed) recorded.emplace(row.address, &row);
  }
  Diagnostics unheard;
  const auto lowered = lower(graph, all_platforms(), **tree, unheard);
  DeclaredByPlatform out;
  for (const auto& resource : lowered.resources) {
    DeclaredObject object{.address = resource.address, .type = resource.type, .inputs = resource.inputs};
    const auto row = recorded.find(resource.address);
    if (row != recorded.end() && row->second->type == object.type) {
      if (auto added = add_record(*row->second, object); !added) return std::move(added).error();
    }
    out[resource.platform].push_back(std::move(object));
  }
  return out;
}

}  // namespace infra
