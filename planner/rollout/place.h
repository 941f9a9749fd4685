// Which node each copy of each service runs on: pure, one pass over all services of a platform, after observing.
// What runs stays where it runs: only copies that have to be made are placed. Same input, same result.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/values/address.h"

namespace infra {

struct HostPort {
  std::int64_t number = 0;
  std::string protocol;  // "tcp", "udp"
  friend auto operator<=>(const HostPort&, const HostPort&) = default;
};

struct PlaceHost {
  std::string name;
  std::map<std::string, std::string> labels;
  std::int64_t cpu = 0;              // units of 1/1024; 0: not known, taken as without limit
  std::int64_t memory = 0;           // bytes; the same
  std::vector<HostPort> taken = {};  // by others than this stack's tasks
  bool draining = false;             // nothing new is placed here
  bool answers = true;               // nor here
};

struct Demand {
  std::int64_t cpu = 0, memory = 0;  // 0: none asked for
  std::vector<HostPort> ports = {};
  friend bool operator==(const Demand&, const Demand&) = default;
};

// A copy that holds room on a node now.
struct Occupant {
  Address service;
  std::string node;
  Demand demand;
  // It goes in this plan, as index into its deployment's `stop`: its room is free once it has gone.
  std::optional<std::size_t> stop = {};
};

// As ECS does it: what can't run a copy is left out, then copies are spread over the values of a label, then, within
// those with fewest, over nodes, or packed.
struct Placement {
  // A label of nodes, or "node"; nodes without that label count as one value. Empty: not spread (packing alone).
  std::string spread = "zone";
  enum Within { even, binpack_cpu, binpack_memory } within = even;
  bool distinct = false;                          // at most one copy a node
  std::map<std::string, std::string> where = {};  // labels that a node must have
  std::vector<std::string> nodes = {};            // only these; empty: all
  // Volumes that outlive the task: only where they lie (facts/host_labels.h), anywhere if they lie nowhere yet. While a
  // possible node doesn't answer, one that can't be found may lie there: then nowhere.
  std::vector<std::string> volumes = {};
  friend bool operator==(const Placement&, const Placement&) = default;
};

struct PlaceRequest {
  Address service;
  Demand demand;
  int count = 0;        // copies to place
  bool daemon = false;  // one on each node that fits and has none of `present`; `count` is ignored
  Placement rules;
  std::vector<std::string> present = {};  // nodes of the copies that stay, one entry a copy
};

struct PlacedTask {
  std::string node;
  std::vector<std::size_t> after = {};  // Occupant::stop of this service's copies that must have gone first
};
struct PlaceResult {
  std::vector<PlacedTask> tasks;  // as many as fit
  int missing = 0;                // so many didn't
  // Why, for a message: "node a: 64MiB of memory free, 128MiB needed; node b is draining"
  std::string why = {};
};

// One result for each request, in their order. Who has least choice is served first (daemons, host ports, few possible
// nodes), then who needs most. Linear in hosts for each service, and logarithmic for each copy.
std::vector<PlaceResult> place(const std::vector<PlaceHost>& hosts, const std::vector<Occupant>& occupants,
                               const std::vector<PlaceRequest>& requests);

}  // namespace infra
