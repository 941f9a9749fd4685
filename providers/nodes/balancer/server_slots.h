// The servers of a load balancer's backends. There are more than tasks, so that one comes and goes without a new
// configuration: a slot that is free is in maintenance. Everything here is pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "providers/nodes/balancer/backend_table.h"

namespace infra::nodes::balancer {

struct Slot {
  std::string backend;
  std::string name;  // "s3"; "hold": where requests wait while the only copy is replaced
  std::string address;
  int port = 0;
  enum State { free, ready, draining } state = free;
  bool up = false;   // its checks are good, or there are none
  int sessions = 0;  // that it is serving
  [[nodiscard]] std::string path() const { return backend + "/" + name; }
  friend bool operator==(const Slot&, const Slot&) = default;
};

inline constexpr const char* kHold = "hold";

// What one HAProxy was told and how its servers are.
struct Picture {
  std::vector<Backend> backends;
  std::vector<Slot> slots;  // those for waiting aside
  std::string part;         // its text
  bool pending = false;     // whoever installed a configuration was killed before HAProxy had it
  int old_workers = 0;      // serve what they had before a reload, and know nothing of what came after
};

// Of the lines of a part in the answer to @backends, and of the answers to @slots and @old. Slots of other backends are
// left out: they are other stacks'.
Picture read_picture(std::string_view backends, std::string_view slots, std::string_view old_workers);

// Where a task answers, as seen from the balancer's node.
struct Endpoint {
  std::string backend;
  std::string address;
  int port = 0;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// nullptr: it isn't behind that backend.
const Slot* slot_of(const Picture& picture, const Endpoint& endpoint);
// It gets requests.
bool is_served(const Picture& picture, const Endpoint& endpoint);

struct Joining {
  Endpoint endpoint;
  std::string slot;  // empty: all are taken
};
// The endpoints that get no requests yet, each with the slot that it has or gets.
std::vector<Joining> joining(const Picture& picture, const std::vector<Endpoint>& wanted);

// Slots whose address none of `living` has: their tasks are gone, and another task may get the address.
std::vector<Slot> stale(const Picture& picture, const std::vector<Endpoint>& living);

// The commands, as HAProxy's runtime API takes them.
std::vector<std::string> join_commands(const Picture& picture, const Joining& joining);
std::vector<std::string> drain_commands(const Picture& picture, const Slot& slot);
std::vector<std::string> free_commands(const Slot& slot);

}  // namespace infra::nodes::balancer
