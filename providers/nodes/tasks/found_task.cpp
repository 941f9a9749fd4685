#include "providers/nodes/tasks/found_task.h"

#include "providers/engine/service_outputs.h"
#include "providers/nodes/tasks/container_spec.h"

namespace infra::nodes {
namespace {

// Label and inputs of the only container.
const Entry* only_container(const Value& task) {
  const auto* containers = task["containers"].map();
  return containers != nullptr && containers->size() == 1 ? &*containers->begin() : nullptr;
}

// Where the engine doesn't tell, what is declared is taken to be true.
Value member_of(const Value& found, const Value& declared) {
  Map out;
  for (const auto& [name, value] : *found.map()) {
    if (name != "node" && name != "network") out.set(name, value);
  }
  if (declared.map() == nullptr) return out;
  for (const auto& [name, value] : *declared.map()) {
    if (found[name].is_null() && value.known()) out.set(name, value);
  }
  return out;
}

engine::TaskSeen::Port port_of(const Value& port, const Value& outside) {
  const auto name = text_of(port["name"]);
  return {.name = name,
          .inside = number_of(port["container"]),
          .outside = number_of(outside[name]),
          .protocol = text_of(port["protocol"])};
}

}  // namespace

ObservedObject imported_task(const ObservedObject& seen, const Value& inputs, const std::string& node,
                             const std::string& host) {
  auto out = seen;
  out.type = "task";
  engine::TaskSeen task{.node = node, .host = host, .mode = text_of(inputs["mode"])};
  task.name = text_of(seen.outputs["name"]);
  task.address = text_of(seen.outputs["address"]);
  if (const auto* container = only_container(inputs)) {
    task.containers.set(container->first, seen.id);
    const auto* ports = container->second["ports"].list();
    if (ports != nullptr) {
      for (const auto& port : *ports) task.ports.push_back(port_of(port, seen.outputs["ports"]));
    }
  }
  out.outputs = engine::task_outputs(task);
  return out;
}

Result<std::optional<FoundObject>> find_task(Engine& engine, const std::string& id, const Value& wanted,
                                             const std::string& host) {
  const auto* container = only_container(wanted);
  const Value none;
  const auto& declared = container != nullptr ? container->second : none;
  auto found = find_container(engine, id, declared);
  if (!found || !*found) return found;
  auto& object = **found;
  const auto& network = object.inputs["network"];
  Map containers;
  containers.set(container != nullptr ? container->first : "main", member_of(object.inputs, declared));
  Map inputs({{"node", engine.node()}, {"mode", network["mode"]}, {"containers", std::move(containers)}});
  if (text_of(network["mode"]) == "network") inputs.set("networks", network["networks"]);
  object.inputs = std::move(inputs);
  object.object = imported_task(object.object, object.inputs, engine.node(), host);
  return found;
}

}  // namespace infra::nodes
