// What the loop keeps in its private folder beside the state: which commit of which branch it has followed so far, and
// which commits somebody has allowed to do what is refused otherwise.
#pragma once
#include <string>

#include "base/result.h"

namespace infra {

struct FollowedBranch {
  std::string home;  // the private folder
  std::string repo;  // as it is shown
  std::string branch;

  // The newest commit of it that was followed; "" if none was yet.
  [[nodiscard]] std::string commit() const;
  [[nodiscard]] Result<Ok> remember(const std::string& commit) const;
};

// `commit`: 40 hexadecimal digits; a shorter one could be made to mean another commit.
bool is_allowed(const std::string& home, const std::string& commit);
// E0902 if it isn't a whole id, or no loop has run there.
Result<Ok> allow_commit(const std::string& home, const std::string& commit);
// For messages: "infra allow COMMIT --home DIR".
std::string command_to_allow(const std::string& home, const std::string& commit);

}  // namespace infra
