// The tasks that a load balancer can send requests to, as its node sees them.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "providers/nodes/balancer/server_slots.h"
#include "providers/nodes/context.h"

namespace infra::nodes::balancer {

// A task that runs.
struct Target {
  std::string id;       // its token
  std::string service;  // "service.api"
  std::string node;
  std::string host;     // of its node, as others reach it
  std::string mode;     // "bridge" "host" "network"
  std::string address;  // in its network; empty in mode `host`
  bool healthy = false;
  struct Port {
    int inside = 0;
    int outside = 0;  // on its node; 0: not published
  };
  std::map<std::pair<std::string, std::string>, Port> ports;  // by container and name
};

// Of the entries of a list call for tasks.
std::vector<Target> targets_of(const List& entries, const Ownership& owner, const std::string& node,
                               const std::string& host);

// From where a load balancer sees them.
struct Viewpoint {
  std::string node;
  bool inside = false;  // in the networks of its VPC, which span nodes; else in its node's own
};

// Where it answers for those backends that it belongs to. What can't be reached from there is left out: a network of
// another node, a port that isn't published.
std::vector<Endpoint> endpoints_of(const Target& target, const std::vector<Backend>& backends, const Viewpoint& from);

}  // namespace infra::nodes::balancer
