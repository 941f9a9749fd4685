#include "apply/prepare/import_task.h"

#include "base/values/codec.h"
#include "planner/rollout/task_set.h"

namespace infra {
namespace {

Value completed(const Value& read, const Value& declared) {
  Map out;
  if (read.map() != nullptr) out = *read.map();
  if (declared.map() == nullptr) return out;
  for (const auto& [name, value] : *declared.map()) {
    if (read[name].is_null() && value.known()) out.set(name, value);
  }
  return out;
}

// What all tasks are made from: without what only holds on a node.
Value shared_part(const Value& task, const Value& declared) {
  Map out;
  for (const auto& [name, value] : *task.map()) {
    if (name != "node" && (name != "networks" || !declared["networks"].is_null())) out.set(name, value);
  }
  return out;
}

RecordedResource blank_row(const LoweredResource& set, std::string_view type, const char* part) {
  return {.address = set.address.owner().with_part(part),
          .type = std::string(type),
          .platform = set.platform,
          .id = {},
          .protect = set.options.protect,
          .keep = set.options.keep,
          .depends_on = set.depends_on};
}

}  // namespace

ImportedTask imported_task(const LoweredResource& set, const FoundObject& found, const HashKey& key) {
  const auto* node = found.inputs["node"].string();
  const auto place = node != nullptr ? *node : std::string();
  const auto inputs = completed(found.inputs, task_inputs_on(set.inputs, place));
  const auto shared = shared_part(inputs, set.inputs["task"]);
  ImportedTask out{.set = blank_row(set, kTaskSet, kTaskSetPart), .task = blank_row(set, kTask, "0")};
  out.task.id = found.object.id;
  out.task.spec_hash = spec_hash(inputs, key);
  out.task.inputs = to_json(inputs, key);
  out.task.outputs = to_json(found.object.outputs, key);

  Map wanted;
  for (const auto& [name, value] : *set.inputs.map()) {
    if (value.known()) wanted.set(name, value);
  }
  wanted.set("task", shared);
  wanted.set("desired", 1);
  if (!inputs["networks"].is_null() && set.inputs["task"]["networks"].is_null()) {
    const Value local = Map(std::vector<Entry>{{"networks", inputs["networks"]}});
    wanted.set("nodes", Map(std::vector<Entry>{{place, local}}));
  }
  const Value recorded(std::move(wanted));
  out.set.id = set.address.text();
  out.set.spec_hash = spec_hash(recorded, key);
  out.set.inputs = to_json(recorded, key);
  out.set.outputs = to_json(Value(Map({{"address", set.inputs["address"].known() ? set.inputs["address"] : Value()},
                                       {"urls", found.object.outputs["urls"]},
                                       {"revision", spec_hash(shared, key)},
                                       {"copies", 1}})),
                            key);
  return out;
}

}  // namespace infra
