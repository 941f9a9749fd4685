// Objects that this program may not have made, by their id or name: for imports, and for the imported ones among what
// is known.
#pragma once
#include <optional>

#include "providers/nodes/context.h"

namespace infra::nodes {

// nullopt: this engine has none of that name. `wanted` are the declared inputs: a container's ports have their names
// from there.
Result<std::optional<FoundObject>> find_container(Engine& engine, const std::string& id, const Value& wanted);
Result<std::optional<FoundObject>> find_network(Engine& engine, const std::string& id);

// Of an inspected container's PortBindings, {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}: its ports as inputs,
// named as in `wanted`.
List published_ports(const Value& bindings, const Value& wanted);

// Something known that isn't among what carries our labels.
struct Unlabelled {
  Address address = {};
  std::string type;
  std::string id;
  Value ports = {};  // a container's, with their names
};

// Those of them that are there. One list call a type, and only if there are such objects.
Result<std::vector<ObservedObject>> list_unlabelled(Engine& engine, const std::vector<Unlabelled>& known);

}  // namespace infra::nodes
