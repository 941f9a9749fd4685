// Who uses a swarm, as its labels tell.
#pragma once
#include <optional>
#include <string>

#include "providers/nodes/overlay/swarm.h"

namespace infra::nodes::overlay {

// Of a swarm that this program formed: others are never changed or left.
inline constexpr const char* kFormed = "infra.formed";
inline bool is_formed_by_us(const Swarm& swarm) { return swarm.labels.find(kFormed) != nullptr; }

struct User {
  std::string token;
  std::string stack;
  std::string lineage;
  std::string address;
  std::string spec_hash;
  bool proved = false;  // every node has been joined and reaches the others
};
std::vector<User> users_of(const Swarm& swarm);
std::string label_of(const std::string& token);
Value text_of_user(const User& user);

}  // namespace infra::nodes::overlay
