#include "providers/engine/types/type_schemas.h"

#include "facts/rollout.h"

namespace infra::engine {

using namespace infra::types;

namespace {

Attribute told(std::string name, Type type, std::string doc) {
  return {.name = std::move(name), .type = std::move(type), .doc = std::move(doc), .computed = true};
}

Attribute own(std::string name, Type type, std::string doc, bool required = false) {
  return {.name = std::move(name), .type = std::move(type), .doc = std::move(doc), .required = required};
}

}  // namespace

Schema task_type() {
  return {
      .name = "task",
      .doc = "One copy of a service: all containers of its task, on one node, in the same networks.",
      .attributes =
          {
              needed("node", string(), "The node that it runs on."),
              needed("name", string(),
                     "The start of its containers' names; the engine's names end in six characters of their own, so "
                     "that a replacement can stand beside it."),
              needed("mode", one_of({"bridge", "host", "none", "network"}), "How its containers are connected."),
              fixed("networks", list(string()),
                    "Of mode `network`: the engine's ids of those that it joins; its address is the one in the first.",
                    Value(List())),
              fixed("aliases", list(string()), "Its names in those networks, which all copies share.", Value(List())),
              needed("containers", map(Type()), "Label → a container's inputs, and `essential`, `after`."),
              fixed("reserve", map(Type()), "The cpu and memory that placement counts.", Value(Map())),
              {.name = "access",
               .type = map(Type()),
               .doc = "Label → who signs in to the registry of its image.",
               .fallback = Value(Map())},
              {.name = "settle",
               .type = duration(),
               .doc = "How long a container without a health check runs before it is healthy.",
               .fallback = Value(facts::kSettlingTime)},
              told("name", string(), "The name of its first container on the engine."),
              told("node", string(), "The node that it runs on."),
              told("address", string(), "Its address in its network, or its node's."),
              told("ports", map(port()), "The node's port for each published one, by name."),
              told("urls", list(string()), "Where its TCP ports answer."),
              told("containers", map(string()), "Label → the engine's id."),
          },
  };
}

Schema task_set_type() {
  return {
      .name = "task_set",
      .doc = "The tasks of a service: how many, of which revision, where. It is changed by a deployment.",
      .attributes =
          {
              own("task", map(Type()), "The inputs of each task, but for its node and networks.", true),
              own("desired", integer(), "How many; of a daemon it isn't counted.", true),
              own("daemon", boolean(), "One on each node."),
              own("scale", map(Type()), "The range that `desired` is in by load, and the targets; a loop decides."),
              own("deploy", map(Type()), "min and max in percent, rollback, start, settle and drain times, deadline."),
              own("place", map(Type()), "Strategy and constraints."),
              own("nodes", map(Type()), "Node → what only holds there: its networks."),
              own("access", map(Type()), "Label → who signs in to the registry of its image."),
              told("address", string(), "Its name in its networks, which all tasks share; else a node's address."),
              told("urls", list(string()), "Where the tasks' TCP ports answer, in the order of their numbers."),
              told("revision", string(), "Of the tasks, as the last complete deployment left them."),
              told("copies", integer(), "How many that were."),
          },
  };
}

}  // namespace infra::engine
