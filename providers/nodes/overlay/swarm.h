// The swarm mode of one engine: what it is a member of, and the calls by which it becomes one and ceases to be.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes::overlay {

inline constexpr int kJoinPort = 2377;
inline constexpr int kGossipPort = 7946;
inline constexpr int kDataPort = 4789;

struct Membership {
  std::string state;  // "inactive", "active"; also "pending", "error", "locked"
  std::string node_id;
  bool manages = false;
  std::vector<std::string> managers;  // "10.0.0.2:2377", as the engine knows them
  [[nodiscard]] bool is_in_one() const { return state != "inactive" && !state.empty(); }
};
Result<Membership> membership_of(Engine& engine);

// As its manager knows it.
struct Swarm {
  std::string id;
  std::int64_t version = 0;  // a change of the spec names the one that it was made from
  Map spec;
  Map labels;        // of the spec
  Value join_token;  // a secret: it goes from one engine to another and nowhere else
};
Result<Swarm> read_swarm(Engine& manager);

// By the id of each.
struct SwarmNode {
  std::string address;
  bool ready = false;
};
Result<std::map<std::string, SwarmNode>> nodes_of_swarm(Engine& manager);

Result<Ok> form_swarm(const Context& manager, const std::string& address, const Map& labels);
struct Join {
  std::string own_address;
  std::string manager;          // node's name
  std::string manager_address;  // IP
  const Value& token;
};
Result<Ok> join_swarm(const Context& context, const Join& join);
// Also takes the bridge away by which the engine led the members of overlays out. To leave what one isn't in succeeds.
Result<Ok> leave_swarm(const Context& context);
// Of a swarm that goes on: one that isn't in it any more.
Result<Ok> remove_node(const Context& manager, const std::string& id);
// false: somebody else has changed the swarm since it was read.
Result<bool> put_labels(const Context& manager, const Swarm& swarm, const Map& labels);

}  // namespace infra::nodes::overlay
