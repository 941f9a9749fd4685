#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

namespace {

Attribute in_place(std::string name, Type type, std::string doc, Value fallback) {
  return {.name = std::move(name), .type = std::move(type), .doc = std::move(doc), .fallback = std::move(fallback)};
}

}  // namespace

Schema balancer_route_type() {
  return {
      .name = "balancer_route",
      .doc = "Routes through a load balancer that another stack has, on all nodes where that stands.",
      .attributes =
          {
              needed("balancer", string(), "LINEAGE/ADDRESS of the load balancer."),
              in_place("port", integer(), "The listener's port.", Value(0)),
              in_place("rules", list(map(Type())),
                       "[{ host?, path?, backend }] in the order in which they are tried among each other.",
                       Value(List())),
              in_place("backends", map(Type()), "As those of a `load_balancer`.", Value(Map())),
              {.name = "id", .type = string(), .doc = "Its token.", .computed = true},
          },
  };
}

}  // namespace infra::engine
