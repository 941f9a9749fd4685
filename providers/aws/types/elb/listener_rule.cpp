#include <algorithm>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/ecs/ecs_traffic.h"
#include "providers/aws/types/elb/elb.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

List conditions_of(const Call& call) {
  List conditions;
  if (const auto path = call.text("path"); !path.empty()) {
    conditions.push_back(params({{"Field", "path-pattern"}, {"PathPatternConfig", params({{"Values", List{path}}})}}));
  }
  if (const auto host = call.text("host"); !host.empty()) {
    conditions.push_back(params({{"Field", "host-header"}, {"HostHeaderConfig", params({{"Values", List{host}}})}}));
  }
  return conditions;
}

List forward_to(const Value& group) { return {params({{"Type", "forward"}, {"TargetGroupArn", group}})}; }

constexpr const char* kRulePart = ":listener-rule/";

// How much goes to which of its target groups is the service's rollout (types/ecs/ecs_traffic.h): it is a change that
// somebody made if ours isn't among them.
void read_rule(const Value& rule, Seen& seen) {
  std::string path;
  std::string host;
  for (const auto& condition : items_of(rule["Conditions"])) {
    const auto field = text_of(condition["Field"]);
    const auto* config = field == "path-pattern"  ? "PathPatternConfig"
                         : field == "host-header" ? "HostHeaderConfig"
                                                  : "";
    const auto& detailed = items_of(condition[config]["Values"]);
    std::string all;
    for (const auto& one : detailed.empty() ? items_of(condition["Values"]) : detailed) {
      all += (all.empty() ? "" : ", ") + text_of(one);
    }
    if (field == "path-pattern") path = all;
    if (field == "host-header") host = all;
  }
  List groups;
  for (const auto& group : groups_of(rule)) groups.emplace_back(group);
  seen.live = params(
      {{"priority", number_of(rule["Priority"])}, {"path", path}, {"host", host}, {"target_group", std::move(groups)}});
  seen.whole = {"path", "host"};
  // …:listener-rule/app/NAME/BALANCER/LISTENER/RULE
  auto listener = text_of(rule["RuleArn"]);
  listener.erase(std::min(listener.rfind('/'), listener.size()));
  const auto kind = listener.find(kRulePart);
  if (kind != std::string::npos) listener.replace(kind, std::string_view(kRulePart).size(), ":listener/");
  seen.fixed.set("listener", listener);
}

Objects list_rules(Account& account, const std::vector<Known>&) {
  const auto listeners = all_listeners(account);
  if (!listeners) return listeners.error();
  List rules;
  for (const auto& listener : *listeners) {
    const auto some = rules_of_listener(account, listener["ListenerArn"]);
    if (!some) return some.error();
    for (const auto& rule : *some) {
      if (!flag_of(rule["IsDefault"])) rules.push_back(rule);
    }
  }
  return own_of_elb(account, rules, "RuleArn", "listener_rule", read_rule);
}

}  // namespace

const Type& listener_rule_type() {
  static const Type type{
      .schema = {.name = "listener_rule",
                 .doc = "Which requests of a listener go to a target group.",
                 .attributes = {fixed("listener", types::string(), "The listener's ARN."),
                                changeable("priority", types::integer(), "Smaller ones are asked first."),
                                changeable("path", types::string(), "A pattern of paths."),
                                changeable("host", types::string(), "A name, or a pattern of names."),
                                changeable("target_group", types::string(), "Where they go."), labels_attribute(),
                                output("arn", "Its ARN.")}},
      .list = list_rules,
      .actions = {"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags", "elasticloadbalancing:CreateRule",
                  "elasticloadbalancing:DeleteRule", "elasticloadbalancing:DescribeListeners",
                  "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeRules",
                  "elasticloadbalancing:DescribeTags", "elasticloadbalancing:ModifyRule",
                  "elasticloadbalancing:SetRulePriorities"},
      .create = [](Call& call) -> Result<std::string> {
        auto request = params({{"Conditions", conditions_of(call)}, {"Actions", forward_to(call["target_group"])}});
        request.set("ListenerArn", call["listener"]);
        request.set("Priority", call["priority"]);
        request.set("Tags", tag_list(call.tags()));
        const auto made = call.call(kElb, "CreateRule", Value(std::move(request)));
        if (!made) return made.error();
        return text_of(items_of(made["Rules"]).at(0)["RuleArn"]);
      },
      .update = [](Call& call) -> Result<Ok> {
        // Another target group is only joined to the rule, without traffic: it has no copies yet. Its service lets the
        // traffic go there once its copies are healthy (types/ecs/ecs_traffic.h).
        // One that somebody took away has copies, and gets its traffic back.
        const auto joined = call.drifted("target_group") ? Result<List>(forward_to(call["target_group"]))
                                                         : with_joined_group(call, call.id, call.text("target_group"));
        if (!joined) return joined.error();
        const auto request = params({{"RuleArn", call.id}, {"Conditions", conditions_of(call)}, {"Actions", *joined}});
        auto set = done(call.call(kElb, "ModifyRule", Value(request)));
        if (!set || !call.differs("priority")) return set;
        return done(call.call(
            kElb, "SetRulePriorities",
            params({{"RulePriorities", List{params({{"RuleArn", call.id}, {"Priority", call["priority"]}})}}})));
      },
      .destroy =
          [](Call& call) {
            return gone(call.call(kElb, "DeleteRule", params({{"RuleArn", call.id}})));
          },
      .look =
          [](Account& account, const Known& known) {
            return look_in_elb(account, known.id, "DescribeRules", "RuleArns", "Rules", read_rule);
          },
      .find = [](Account&, const std::string&) -> Result<std::string> { return std::string(); },  // by ARN only
      .tag = tag_in_elb};
  return type;
}

}  // namespace infra::aws
