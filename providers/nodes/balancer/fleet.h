// The load balancers that have routes of one stack, and the tasks behind them, over all nodes of a platform. Nothing is
// kept here: which balancers there are the engines say, and which tasks each of them serves it says itself.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/nodes/balancer/balancer_targets.h"
#include "providers/nodes/balancer/balancers_seen.h"
#include "providers/nodes/balancer/runtime.h"

namespace infra::nodes::balancer {

struct Balancer {
  Engine* engine = nullptr;  // of its node
  std::string container;
  std::string name;  // "load_balancer.front", for messages
  bool running = false;
  std::string object;     // what of this stack it is known by: its container, or the token of a "balancer_route"
  std::string part;       // of its configuration that is this stack's
  bool inside = false;    // in its VPC's networks, which span nodes
  std::string kept = {};  // the text of that part, of another stack's balancer
  [[nodiscard]] Viewpoint from() const { return {.node = engine->node(), .inside = inside}; }
  // Are these tasks behind it, as far as that is known without asking it?
  [[nodiscard]] bool may_serve(const std::string& service) const {
    return ours() || services_in({.name = part, .text = kept}).contains(service);
  }
  [[nodiscard]] bool ours() const { return object == container; }
};

class Fleet {
 public:
  Fleet(const Engines& engines, const Ownership& owner, std::function<std::string(const std::string&)> host_of)
      : engines_(engines), owner_(owner), host_of_(std::move(host_of)) {}

  [[nodiscard]] const Ownership& owner() const { return owner_; }
  [[nodiscard]] const Engines& engines() const { return engines_; }
  // Another stack's, on the same nodes; `owner` outlives it.
  [[nodiscard]] Fleet of(const Ownership& owner) const { return {engines_, owner, host_of_}; }
  // On all nodes that answer, and other stacks' that have routes of this one: once for each part of theirs that is
  // ours. `silent`: those that don't, if somebody wants to know.
  [[nodiscard]] std::vector<Balancer> balancers(std::map<std::string, Error>* silent = nullptr) const;

  // Puts those of these tasks that are healthy behind their load balancers. One that a balancer doesn't take (yet) is
  // `starting`: it counts as healthy only when all of its load balancers send it requests.
  void admit(std::vector<ObservedObject>& tasks) const;

  // What observing says, without changing anything: a task that fails the check of its load balancer is unhealthy, and
  // a balancer that sends nothing to a healthy one has `targets` changed. (Slots of tasks that are gone are no drift:
  // their services are, and what brings those back frees them.)
  void compare(std::vector<ObservedObject>& objects) const;

  // Makes one balancer's servers what runs.
  [[nodiscard]] Result<Ok> align(const Balancer& balancer) const;

  // Out of all load balancers before it is stopped: no new requests, then until those that it has begun are answered,
  // at most for the drain time of its routes. Afterwards `forget` gives its slots free.
  struct Leaving {
    struct One {
      Balancer balancer;
      std::vector<Slot> slots;
    };
    std::vector<One> from;
  };
  [[nodiscard]] Result<Leaving> leave(const Context& context, const List& entries, const std::string& node) const;
  [[nodiscard]] Result<Ok> forget(const Leaving& left, const std::string& service, const std::string& task) const;

 private:
  // Running tasks; nullopt: a node didn't answer, so not all are known.
  [[nodiscard]] std::optional<std::vector<Target>> all_targets() const;
  [[nodiscard]] std::vector<Target> targets(bool& complete) const;

  const Engines& engines_;
  const Ownership& owner_;
  std::function<std::string(const std::string&)> host_of_;
};

}  // namespace infra::nodes::balancer
