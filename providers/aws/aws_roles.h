// Roles that a call hands on. A new one can't be taken everywhere at once, so that a no is asked again for a while; any
// other no is one for good, and is told with what is wrong.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "providers/aws/api/fault.h"
#include "providers/aws/api/sign.h"

namespace infra::aws {

struct Account;

// Roles and instance profiles that this run has made or changed, by their names.
class NewRoles {
 public:
  void note(const Value& parameters, SysTime at);  // of a call to IAM
  // Is one of these (ARNs) new? Of none: is there a new one at all, which an object between may name?
  [[nodiscard]] bool among(const std::vector<std::string>& arns, SysTime now) const;

 private:
  mutable std::mutex guard_;
  std::map<std::string, SysTime> since_;
};

// Do these words mean that a role can't be taken: ECS's, IAM's, EC2's, EKS's, Scheduler's?
bool role_is_refused(std::string_view said);

// The ARNs of roles and instance profiles in a text.
std::vector<std::string> roles_in(std::string_view text);

struct RolesHandedOn {
  std::string wrong;      // "role/x doesn't exist", for those that aren't new; empty: nothing is known to be wrong
  bool new_ones = false;  // one was made a moment ago, by this run or by one that was killed since
};
// Of `arns`; of none: is there a new one at all? Each is asked for once. `taker`: the service that its trust policy
// must name, or empty.
RolesHandedOn look_at_roles(Account& account, const std::vector<std::string>& arns, std::string_view taker);

// Who takes the roles that the calls to a service hand on, where it is the same for all.
std::string_view taker_of(std::string_view service);

}  // namespace infra::aws
