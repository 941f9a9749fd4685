// The nodes of one overlay as they are now.
#pragma once
#include <functional>
#include <optional>

#include "providers/nodes/overlay/swarm.h"
#include "providers/nodes/overlay/swarm_overlay.h"

namespace infra::nodes::overlay {

struct Member {
  std::string node;
  std::string address;
  Engine* engine = nullptr;
  Result<Membership> membership = Membership{};  // an Error: it doesn't answer
  bool joined = false;                           // of the swarm that the manager manages
};

struct Members {
  std::vector<Member> all;  // by name
  Member* manager = nullptr;
  std::optional<Swarm> swarm;  // of the manager
  [[nodiscard]] std::vector<Member*> answering();
};

// E0619 if a node is in a swarm of somebody else, or if the swarm's manager doesn't answer.
Result<Members> look_at_members(const Engines& engines, const Value& addresses);

// All at once. The first error in the order of their names.
Result<Ok> on_each(const std::vector<Member*>& members, const std::function<Result<Ok>(Member&)>& act);

}  // namespace infra::nodes::overlay
