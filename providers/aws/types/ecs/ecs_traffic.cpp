#include "providers/aws/types/ecs/ecs_traffic.h"

#include <algorithm>

#include "providers/aws/types/elb/elb.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

struct Share {
  std::string group;
  std::int64_t weight = 0;
};

std::vector<Share> shares_of(const Value& rule) {
  std::vector<Share> out;
  for (const auto& action : items_of(rule["Actions"])) {
    if (text_of(action["Type"]) != "forward") continue;
    const auto& groups = items_of(action["ForwardConfig"]["TargetGroups"]);
    for (const auto& one : groups) {
      const auto& weight = one["Weight"];
      out.push_back({.group = text_of(one["TargetGroupArn"]), .weight = weight.is_null() ? 1 : number_of(weight)});
    }
    if (groups.empty()) out.push_back({.group = text_of(action["TargetGroupArn"]), .weight = 1});
  }
  return out;
}

List forward(const std::vector<Share>& shares) {
  List groups;
  for (const auto& one : shares) groups.push_back(params({{"TargetGroupArn", one.group}, {"Weight", one.weight}}));
  return {params({{"Type", "forward"}, {"ForwardConfig", params({{"TargetGroups", std::move(groups)}})}})};
}

bool has(const List& groups, const std::string& group) {
  return std::any_of(groups.begin(), groups.end(), [&](const Value& one) { return text_of(one) == group; });
}

}  // namespace

std::vector<std::string> groups_of(const Value& rule) {
  std::vector<std::string> out;
  for (auto& share : shares_of(rule)) out.push_back(std::move(share.group));
  return out;
}

Result<List> with_joined_group(const Call& call, const std::string& rule, const std::string& group) {
  const auto found = call.call(kElb, "DescribeRules", params({{"RuleArns", List{rule}}}));
  if (!found) return found.error();
  std::vector<Share> wanted;
  for (const auto& one : items_of(found["Rules"])) {
    for (const auto& share : shares_of(one)) {
      if (share.weight > 0 && share.group != group) wanted.push_back({.group = share.group, .weight = 1});
      if (share.weight > 0 && share.group == group) return forward({{.group = group, .weight = 1}});
    }
  }
  wanted.push_back({.group = group, .weight = wanted.empty() ? 1 : 0});
  return forward(wanted);
}

Result<Ok> move_traffic(const Call& call, const List& groups) {
  const auto listeners = all_listeners(call.account());
  if (!listeners) return listeners.error();
  for (const auto& listener : *listeners) {
    const auto rules = rules_of_listener(call.account(), listener["ListenerArn"]);
    if (!rules) return rules.error();
    for (const auto& rule : *rules) {
      std::vector<Share> mine;
      bool others = false;
      for (const auto& share : shares_of(rule)) {
        if (has(groups, share.group)) mine.push_back({.group = share.group, .weight = 1});
        others = others || !has(groups, share.group);
      }
      if (mine.empty() || !others || flag_of(rule["IsDefault"])) continue;
      const auto moved =
          call.call(kElb, "ModifyRule", params({{"RuleArn", rule["RuleArn"]}, {"Actions", forward(mine)}}));
      if (!moved) return moved.error();
    }
  }
  return Ok();
}

}  // namespace infra::aws
