#include "providers/aws/aws_roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/net/url.h"
#include "base/text/rfc3339.h"
#include "base/values/codec.h"
#include "providers/aws/aws_type.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr auto kRolesAreNew = 2min;

// How the services say that they don't know a role yet (hashicorp/terraform 4375, terraform-aws-ecs 414).
constexpr std::array<std::string_view, 8> kRefusals = {"PassRole",
                                                       "unable to assume",
                                                       "cannot be assumed",
                                                       "could not be assumed",
                                                       "Role is not valid",
                                                       "Misconfigured PodExecutionRole",
                                                       "Invalid IamInstanceProfile",
                                                       "EventBridge Scheduler to assume the role"};

bool lets_in(const Value& trust, std::string_view taker) {
  for (const auto& statement : items_of(trust["Statement"])) {
    if (text_of(statement["Effect"]) != "Allow") continue;
    const auto& named = statement["Principal"]["Service"];
    if (named == Value(taker)) return true;
    const auto& all = items_of(named);
    if (std::find(all.begin(), all.end(), Value(taker)) != all.end()) return true;
  }
  return false;
}

// What is wrong with it; empty also if it can't be read.
std::string wrong_with_role(const Reply& found, const std::string& arn, std::string_view taker) {
  if (!found) return found.fault().not_found() ? arn + " doesn't exist" : "";
  if (taker.empty()) return "";
  const auto trust = from_plain_json(net::percent_decoded(text_of(found["Role"]["AssumeRolePolicyDocument"])));
  if (!trust || lets_in(*trust, taker)) return "";
  return fmt::format("the trust policy of {} doesn't let {} take it", arn, taker);
}

bool made_lately(const Reply& found, SysTime now) {
  const auto made = found ? parse_rfc3339(text_of(found["Role"]["CreateDate"])) : std::nullopt;
  return made && now - *made < kRolesAreNew;
}

}  // namespace

void NewRoles::note(const Value& parameters, SysTime at) {
  const std::scoped_lock lock(guard_);
  for (const auto* name : {"RoleName", "InstanceProfileName"}) {
    if (const auto text = text_of(parameters[name]); !text.empty()) since_[text] = at;
  }
}

bool NewRoles::among(const std::vector<std::string>& arns, SysTime now) const {
  const std::scoped_lock lock(guard_);
  const auto young = [&](SysTime since) { return now - since < kRolesAreNew; };
  if (arns.empty())
    return std::any_of(since_.begin(), since_.end(), [&](const auto& one) { return young(one.second); });
  return std::any_of(arns.begin(), arns.end(), [&](const std::string& arn) {
    const auto at = since_.find(last_part(arn));
    return at != since_.end() && young(at->second);
  });
}

bool role_is_refused(std::string_view said) {
  return std::any_of(kRefusals.begin(), kRefusals.end(),
                     [&](std::string_view words) { return said.find(words) != std::string_view::npos; });
}

std::vector<std::string> roles_in(std::string_view text) {
  constexpr std::string_view kEnds = "\"' \n,;)<>";
  std::vector<std::string> out;
  for (auto at = text.find("arn:"); at != std::string_view::npos; at = text.find("arn:", at + 1)) {
    const auto one = text.substr(at, text.find_first_of(kEnds, at) - at);
    const auto arn = parse_arn(one);
    const bool role = arn.resource.starts_with("role/") || arn.resource.starts_with("instance-profile/");
    if (arn.service == "iam" && role && std::find(out.begin(), out.end(), one) == out.end()) out.emplace_back(one);
  }
  return out;
}

std::string_view taker_of(std::string_view service) { return service == "ecs" ? "ecs-tasks.amazonaws.com" : ""; }

RolesHandedOn look_at_roles(Account& account, const std::vector<std::string>& arns, std::string_view taker) {
  RolesHandedOn out;
  const auto now = account.client.clock().now();
  out.new_ones = arns.empty() && account.fresh->roles.among({}, now);
  for (const auto& arn : arns) {
    if (account.fresh->roles.among({arn}, now)) {
      out.new_ones = true;
      continue;
    }
    if (!parse_arn(arn).resource.starts_with("role/")) continue;
    const auto found = account.client.call("iam", "GetRole", params({{"RoleName", last_part(arn)}}));
    out.new_ones = out.new_ones || made_lately(found, now);
    const auto wrong = wrong_with_role(found, arn, taker);
    if (!wrong.empty()) out.wrong += (out.wrong.empty() ? "" : "; ") + wrong;
  }
  return out;
}

}  // namespace infra::aws
