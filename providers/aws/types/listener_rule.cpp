#include "providers/aws/types/ec2.h"
#include "providers/aws/types/elb.h"
#include "providers/aws/types/rows.h"

namespace infra::aws {

namespace {

Map rule_request(const Call& call) {
  List conditions;
  if (const auto path = call.text("path"); !path.empty()) {
    conditions.push_back(params({{"Field", "path-pattern"}, {"PathPatternConfig", params({{"Values", List{path}}})}}));
  }
  if (const auto host = call.text("host"); !host.empty()) {
    conditions.push_back(params({{"Field", "host-header"}, {"HostHeaderConfig", params({{"Values", List{host}}})}}));
  }
  return params({{"Conditions", std::move(conditions)},
                 {"Actions", List{params({{"Type", "forward"}, {"TargetGroupArn", call["target_group"]}})}}});
}

Objects list_rules(Account& account, const std::vector<Known>&) {
  const auto listeners = all_listeners(account);
  if (!listeners) return listeners.error();
  List rules;
  for (const auto& listener : *listeners) {
    const auto some = account.client.list(kElb, "DescribeRules", params({{"ListenerArn", listener["ListenerArn"]}}),
                                          {"Marker", "NextMarker", "Rules"});
    if (!some) {
      if (some.fault().not_found()) continue;
      return some.error();
    }
    for (const auto& rule : items_of(some.value())) {
      if (!flag_of(rule["IsDefault"])) rules.push_back(rule);
    }
  }
  return own_of_elb(account, rules, "RuleArn", "listener_rule", [](const Value&, Seen&) {});
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
      .create = [](Call& call) -> Result<std::string> {
        auto request = rule_request(call);
        request.set("ListenerArn", call["listener"]);
        request.set("Priority", call["priority"]);
        request.set("Tags", tag_list(call.tags()));
        const auto made = call.call(kElb, "CreateRule", Value(std::move(request)));
        if (!made) return made.error();
        return text_of(items_of(made["Rules"]).at(0)["RuleArn"]);
      },
      .update = [](Call& call) -> Result<Ok> {
        auto request = rule_request(call);
        request.set("RuleArn", call.id);
        auto set = done(call.call(kElb, "ModifyRule", Value(std::move(request))));
        if (!set || call["priority"] == call.recorded_inputs["priority"]) return set;
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
            return look_in_elb(account, known.id, "DescribeRules", "RuleArns", "Rules", [](const Value&, Seen&) {});
          },
      .tag = tag_in_elb};
  return type;
}

}  // namespace infra::aws
