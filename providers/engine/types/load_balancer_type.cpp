#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

namespace {

Attribute inplace(std::string name, Type type, std::string doc, Value fallback) {
  return {.name = std::move(name), .type = std::move(type), .doc = std::move(doc), .fallback = std::move(fallback)};
}

}  // namespace

Schema load_balancer_type() {
  return {
      .name = "load_balancer",
      .doc = "A load balancer on one node: HAProxy in a container.",
      .attributes =
          {
              needed("node", string(), "The node that it is on."),
              needed("name", string(), "The start of its container's name."),
              needed("image", string(), "An image with haproxy 2.6 or newer, and perl."),
              fixed("networks", list(string()),
                    "The engine's ids of the networks that alone reach it, at their gateways; empty: everybody does.",
                    Value(List())),
              fixed("inside", list(string()),
                    "The engine's ids of networks over several nodes that it stands in and that alone reach it.",
                    Value(List())),
              fixed("alias", string(), "The name that it has in those, which all of its containers share.", Value("")),
              inplace("labels", map(string()), "More labels of its container.", Value(Map())),
              inplace(
                  "listeners", list(map(Type())),
                  "[{ name, port, protocol, routes: [{ host?, path?, backend }], thumbprint?, hosts?, pages?: [{ "
                  "status, "
                  "content_type, content }], maintenance?: { content_type, content?, allow, retry_after? } }], each "
                  "one's routes in the order in which they are tried; `thumbprint` answers an ACME authority, and "
                  "`hosts` are those that it gives a certificate for.",
                  Value(List())),
              inplace("certificates", map(string().as_secret()), "Listener → certificates and key, as PEM.",
                      Value(Map())),
              inplace("backends", map(Type()),
                      "Name → { service, container, port, http, slots, hold, drain, slow_start?, health? }.",
                      Value(Map())),
              {.name = "id", .type = string(), .doc = "The engine's id of its container.", .computed = true},
              {.name = "address", .type = string(), .doc = "Where it is reached, without a port.", .computed = true},
          },
  };
}

}  // namespace infra::engine
