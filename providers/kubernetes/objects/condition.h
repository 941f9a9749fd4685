// How an object is, by its status. Pure but for what object_rollout.h asks about pods.
#pragma once
#include <string>
#include <vector>

#include "providers/health.h"
#include "providers/kubernetes/objects/object_json.h"
#include "providers/kubernetes/objects/object_type.h"

namespace infra::kubernetes {

struct Seen {
  Health health;
  Map outputs;
};
Seen seen_of(const ObjectType& type, const Json& object);

// An Ingress or a Gateway whose controller hasn't written its address (yet).
bool lacks_address(const ObjectType& type, const Map& outputs);
Health waits_for_address();

// Does it wait for pods under rules of its own?
bool rolls_out(const ObjectType& type);
// Counts of a Deployment or DaemonSet.
struct Counts {
  bool current = false;  // the controller has seen the newest spec
  std::int64_t wanted = 0, updated = 0, all = 0, available = 0;
  [[nodiscard]] bool done() const { return current && updated >= wanted && all == updated && available >= wanted; }
};
Counts counts_of(const ObjectType& type, const Json& object);

// What it is made from now has run as it should, at least once.
bool has_run(const ObjectType& type, const Json& object);

const Json& condition_of(const Json& object, std::string_view type);

}  // namespace infra::kubernetes
