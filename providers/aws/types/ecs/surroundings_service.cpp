#include <fmt/format.h>
#include <algorithm>
#include <cctype>

#include "providers/aws/types/aws_surroundings.h"
#include "providers/aws/types/elb/elb.h"

namespace infra::aws {

namespace {

Result<Value> balancer_at(Account& account, const Value& arn) {
  const auto found = account.client.call(kElb, "DescribeLoadBalancers", params({{"LoadBalancerArns", List{arn}}}));
  if (!found && !found.fault().not_found()) return found.error();
  for (const auto& one : found ? items_of(found["LoadBalancers"]) : List()) return one;
  return Value();
}

bool leads_to(const Value& actions, const std::set<std::string>& groups) {
  return std::any_of(items_of(actions).begin(), items_of(actions).end(), [&](const Value& action) {
    if (groups.contains(text_of(action["TargetGroupArn"]))) return true;
    const auto& weighted = items_of(action["ForwardConfig"]["TargetGroups"]);
    return std::any_of(weighted.begin(), weighted.end(),
                       [&](const Value& one) { return groups.contains(text_of(one["TargetGroupArn"])); });
  });
}

std::string url_of(const Value& listener, const std::string& host) {
  auto protocol = text_of(listener["Protocol"]);
  std::transform(protocol.begin(), protocol.end(), protocol.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool http = protocol == "http" || protocol == "https";
  return fmt::format("{}://{}:{}{}", protocol, host, number_of(listener["Port"]), http ? "/" : "");
}

// Those of a balancer's listeners that lead to one of the groups.
Result<List> urls_of(Account& account, const Value& balancer, const std::set<std::string>& groups) {
  auto listeners = listeners_of_balancer(account, text_of(balancer["LoadBalancerArn"]));
  if (!listeners) return std::move(listeners).error();
  std::sort(listeners->begin(), listeners->end(),
            [](const Value& a, const Value& b) { return number_of(a["Port"]) < number_of(b["Port"]); });
  List out;
  for (const auto& listener : *listeners) {
    const auto rules = rules_of_listener(account, listener["ListenerArn"]);
    if (!rules) return rules.error();
    const bool leads = std::any_of(rules->begin(), rules->end(),
                                   [&](const Value& rule) { return leads_to(rule["Actions"], groups); }) ||
                       leads_to(listener["DefaultActions"], groups);
    if (leads) out.push_back(url_of(listener, text_of(balancer["DNSName"])));
  }
  return out;
}

}  // namespace

Result<Ok> around_service(Account& account, Seen& seen) {
  std::set<std::string> groups;
  for (const auto& one : items_of(seen.live["balancers"])) groups.insert(text_of(one["targetGroupArn"]));
  if (groups.empty()) return Ok();
  const auto found = account.client.call(kElb, "DescribeTargetGroups",
                                         params({{"TargetGroupArns", List(groups.begin(), groups.end())}}));
  if (!found) return found.fault().not_found() ? Result<Ok>(Ok()) : Result<Ok>(found.error());
  std::set<std::string> balancers;
  for (const auto& group : items_of(found["TargetGroups"])) {
    for (const auto& arn : items_of(group["LoadBalancerArns"])) balancers.insert(text_of(arn));
  }
  List all;
  for (const auto& arn : balancers) {
    const auto balancer = balancer_at(account, arn);
    if (!balancer) return balancer.error();
    auto urls = urls_of(account, *balancer, groups);
    if (!urls) return std::move(urls).error();
    if (seen.outputs.find("address") == nullptr) seen.outputs.set("address", text_of((*balancer)["DNSName"]));
    all.insert(all.end(), urls->begin(), urls->end());
  }
  if (!balancers.empty()) seen.outputs.set("urls", std::move(all));
  return Ok();
}

Result<Ok> around_listener(Account& account, Seen& seen) {
  const auto balancer = balancer_at(account, seen.fixed["load_balancer"]);
  if (!balancer) return balancer.error();
  const auto rules = rules_of_listener(account, seen.id);
  if (!rules) return rules.error();
  List arns;
  for (const auto& rule : *rules) {
    if (!flag_of(rule["IsDefault"])) arns.push_back(rule["RuleArn"]);
  }
  const auto tags = tags_of_arns(account, arns);
  if (!tags) return tags.error();
  List taken;
  Map own;
  for (const auto& rule : *rules) {
    const auto at = tags->find(text_of(rule["RuleArn"]));
    const auto mark = at != tags->end() ? mark_of(at->second) : std::nullopt;
    const auto priority = number_of(rule["Priority"]);
    if (mark && mark->lineage == account.owner.lineage) {
      own.set(mark->address.text(), priority);
    } else if (!flag_of(rule["IsDefault"])) {
      taken.push_back(priority);
    }
  }
  std::sort(taken.begin(), taken.end(), [](const Value& a, const Value& b) { return number_of(a) < number_of(b); });
  seen.outputs.set("balancer", seen.fixed["load_balancer"]);
  seen.outputs.set("address", text_of((*balancer)["DNSName"]));
  seen.outputs.set("rules", params({{"taken", std::move(taken)}, {"own", std::move(own)}}));
  return Ok();
}

Result<Ok> around_cluster(Account& account, Seen& seen) {
  const auto found = account.client.call("ecs", "DescribeClusters", params({{"clusters", List{seen.id}}}));
  if (!found) return found.error();
  const auto weighed = [](const char* provider) {
    return List{params({{"capacityProvider", provider}, {"weight", 1}})};
  };
  for (const auto& cluster : items_of(found["clusters"])) {
    const auto& usual = items_of(cluster["defaultCapacityProviderStrategy"]);
    const auto& providers = items_of(cluster["capacityProviders"]);
    const bool fargate =
        std::any_of(providers.begin(), providers.end(), [](const Value& one) { return text_of(one) == "FARGATE"; });
    if (!usual.empty()) {
      seen.outputs.set("strategy", usual);
    } else if (fargate) {
      seen.outputs.set("strategy", weighed("FARGATE"));
    } else if (!providers.empty()) {
      seen.outputs.set("strategy", weighed(text_of(providers[0]).c_str()));
    } else {
      // A launch type works without capacity providers; instances may have joined by themselves.
      const bool instances = number_of(cluster["registeredContainerInstancesCount"]) > 0;
      seen.outputs.set("launch_type", instances ? "EC2" : "FARGATE");
    }
  }
  return Ok();
}

}  // namespace infra::aws
