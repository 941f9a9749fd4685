#include <algorithm>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/ecs/ecs_tags.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

Map scaling_of(const Call& call) {
  const bool managed = flag_of(call["managed"]);
  auto out = params({{"managedScaling", params({{"status", managed ? "ENABLED" : "DISABLED"}})},
                     {"managedTerminationProtection", managed ? "ENABLED" : "DISABLED"},
                     {"managedDraining", "ENABLED"}});
  return out;
}

Result<std::string> create_provider(Call& call) {
  auto group = scaling_of(call);
  group.set("autoScalingGroupArn", call["group"]);
  const auto made = call.call("ecs", "CreateCapacityProvider",
                              params({{"name", call.unique(255)},
                                      {"autoScalingGroupProvider", std::move(group)},
                                      {"tags", ecs_tags(call.tags())}}));
  if (!made) return made.error();
  return text_of(made["capacityProvider"]["capacityProviderArn"]);
}

Result<Ok> update_provider(Call& call) {
  return done(call.call("ecs", "UpdateCapacityProvider",
                        params({{"name", last_part(call.id)}, {"autoScalingGroupProvider", scaling_of(call)}})));
}

Seen provider_seen(const Value& item) {
  Seen seen{.id = text_of(item["capacityProviderArn"]), .tags = read_tags(item["tags"])};
  if (text_of(item["status"]) != "ACTIVE") seen.state = State::gone;
  seen.outputs = params({{"arn", seen.id}, {"name", text_of(item["name"])}});
  const auto& group = item["autoScalingGroupProvider"];
  if (!group.is_null()) seen.live.set("managed", text_of(group["managedScaling"]["status"]) == "ENABLED");
  return seen;
}

Objects describe_providers(Account& account, Map request) {
  request.set("include", List{"TAGS"});
  const auto all = account.client.list("ecs", "DescribeCapacityProviders", std::move(request),
                                       {"nextToken", "nextToken", "capacityProviders"});
  if (!all) return all.error();
  std::vector<Seen> out;
  for (const auto& item : items_of(all.value())) {
    auto seen = provider_seen(item);
    if (seen.state != State::gone) out.push_back(std::move(seen));
  }
  return out;
}

// A provider that a cluster still lists can't go. Services that used it have moved to another by now.
Result<Ok> take_off_cluster(const Call& call, const std::string& name) {
  const auto cluster = text_of(call.recorded_inputs["cluster"]);
  const auto found = call.call("ecs", "DescribeClusters", params({{"clusters", List{cluster}}}));
  if (!found) return found.fault().not_found() ? Result<Ok>(Ok()) : Result<Ok>(found.error());
  for (const auto& one : items_of(found["clusters"])) {
    List others;
    for (const auto& provider : items_of(one["capacityProviders"])) {
      if (text_of(provider) != name) others.push_back(provider);
    }
    if (text_of(one["status"]) != "ACTIVE" || others.size() == items_of(one["capacityProviders"]).size()) continue;
    List strategy;
    for (const auto& use : items_of(one["defaultCapacityProviderStrategy"])) {
      if (text_of(use["capacityProvider"]) != name) strategy.push_back(use);
    }
    return put_providers(call, cluster, others, strategy);
  }
  return Ok();
}

Result<Ok> destroy_provider(Call& call) {
  using namespace std::chrono_literals;
  const auto name = last_part(call.id);
  if (auto off = take_off_cluster(call, name); !off) return off;
  const auto asked = call.insist(
      [&] {
        return call.call("ecs", "DeleteCapacityProvider", params({{"capacityProvider", name}}));
      },
      [](const Fault& fault) {
        return fault.is({"ResourceInUseException", "UpdateInProgressException"}) ||
               fault.message.find("in use") != std::string::npos;
      },
      5s, 10min);
  const bool unknown = !asked && asked.fault().message.find("does not exist") != std::string::npos;
  return unknown ? Result<Ok>(Ok()) : gone(asked);
}

}  // namespace

const Type& capacity_provider_type() {
  static const Type type{
      .schema = {.name = "capacity_provider",
                 .doc = "A group of instances as capacity of a cluster.",
                 .attributes = {fixed("group", types::string(), "The Auto Scaling group's ARN."),
                                fixed("cluster", types::string(), "The cluster that it is for."),
                                fixed_optional("managed", types::boolean(), "ECS says how many instances there are."),
                                labels_attribute(), output("arn", "Its ARN."), output("name", "Its name.")}},
      .list = [](Account& account, const std::vector<Known>&) { return describe_providers(account, {}); },
      .actions = {"autoscaling:CreateOrUpdateTags", "ecs:CreateCapacityProvider", "ecs:DeleteCapacityProvider",
                  "ecs:DescribeCapacityProviders", "ecs:DescribeClusters", "ecs:PutClusterCapacityProviders",
                  "ecs:TagResource", "ecs:UntagResource", "ecs:UpdateCapacityProvider"},
      .create = create_provider,
      .update = update_provider,
      .destroy = destroy_provider,
      .look = [](Account& account, const Known& known) -> Result<std::optional<Seen>> {
        auto found = describe_providers(account, params({{"capacityProviders", List{last_part(known.id)}}}));
        if (!found) return std::move(found).error();
        return found->empty() ? std::optional<Seen>() : std::optional(std::move(found->front()));
      },
      .every = std::chrono::seconds(2),
      .tag = tag_in_ecs};
  return type;
}

}  // namespace infra::aws
