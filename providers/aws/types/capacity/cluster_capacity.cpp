#include <algorithm>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/ecs/ecs_tags.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr const char* kCapacitySuffix = "/capacity";  // of the cluster's ARN: it has none of its own

std::string cluster_of_capacity(std::string_view id) {
  id.remove_suffix(id.ends_with(kCapacitySuffix) ? std::string_view(kCapacitySuffix).size() : 0);
  return std::string(id);
}

Result<std::optional<Seen>> look_at_capacity(Account& account, const Known& known) {
  const auto answer =
      account.client.call("ecs", "DescribeClusters", params({{"clusters", List{cluster_of_capacity(known.id)}}}));
  if (!answer) {
    if (answer.fault().not_found()) return std::optional<Seen>();
    return answer.error();
  }
  for (const auto& cluster : items_of(answer["clusters"])) {
    if (text_of(cluster["status"]) != "ACTIVE" || items_of(cluster["capacityProviders"]).empty()) continue;
    const auto arn = text_of(cluster["clusterArn"]);
    Seen seen{.id = arn + kCapacitySuffix};
    seen.outputs = params({{"cluster_arn", arn}});
    seen.fixed.set("cluster", arn);
    seen.live = params({{"providers", cluster["capacityProviders"]},
                        {"strategy", List(items_of(cluster["defaultCapacityProviderStrategy"]))}});
    return std::optional(std::move(seen));
  }
  return std::optional<Seen>();
}

}  // namespace

// What services still use can't be taken off: it stays until its own end, after they have moved to another.
Result<Ok> put_providers(const Call& call, const std::string& cluster, List providers, const Value& strategy) {
  using namespace std::chrono_literals;
  const auto put = [&] {
    return call.insist(
        [&] {
          return call.call("ecs", "PutClusterCapacityProviders",
                           params({{"cluster", cluster},
                                   {"capacityProviders", providers},
                                   {"defaultCapacityProviderStrategy", strategy}}));
        },
        [](const Fault& fault) { return fault.is({"UpdateInProgressException"}); }, 5s, 10min);
  };
  auto asked = put();
  if (asked || !asked.fault().is({"ResourceInUseException"})) return done(asked);
  const auto found = call.call("ecs", "DescribeClusters", params({{"clusters", List{cluster}}}));
  if (!found) return found.error();
  for (const auto& one : items_of(found["clusters"])) {
    for (const auto& used : items_of(one["capacityProviders"])) {
      if (std::find(providers.begin(), providers.end(), used) == providers.end()) providers.push_back(used);
    }
  }
  return done(put());
}

// Has no tags: known by the record alone. To put it twice is to put it once.
const Type& cluster_capacity_type() {
  static const Type type{
      .schema = {.name = "cluster_capacity",
                 .doc = "Where a cluster's tasks run: Fargate, or providers of its own.",
                 .attributes = {fixed("cluster", types::string(), "The cluster's ARN."),
                                changeable("providers", types::list(types::string()),
                                           "FARGATE, FARGATE_SPOT, or names."),
                                changeable("strategy", types::list(types::map(infra::Type())),
                                           "What services use that don't say otherwise."),
                                output("cluster_arn", "The cluster, once it has the capacity.")}},
      .list = [](Account& account,
                 const std::vector<Known>& known) { return look_at_each(account, known, look_at_capacity); },
      .listed = false,
      .actions = {"ecs:DescribeClusters", "ecs:PutClusterCapacityProviders"},
      .create = [](Call& call) -> Result<std::string> {
        auto set = put_providers(call, call.text("cluster"), items_of(call["providers"]), call["strategy"]);
        if (!set) return std::move(set).error();
        return call.text("cluster") + kCapacitySuffix;
      },
      .update =
          [](Call& call) {
            return put_providers(call, cluster_of_capacity(call.id), items_of(call["providers"]), call["strategy"]);
          },
      .destroy = [](Call& call) -> Result<Ok> {
        using namespace std::chrono_literals;
        return gone(call.insist(
            [&] {
              return call.call("ecs", "PutClusterCapacityProviders",
                               params({{"cluster", cluster_of_capacity(call.id)},
                                       {"capacityProviders", List{}},
                                       {"defaultCapacityProviderStrategy", List{}}}));
            },
            [](const Fault& fault) {
              return fault.is({"UpdateInProgressException", "ResourceInUseException"});
            },
            5s, 10min));
      },
      .look = look_at_capacity,
      // The name of its cluster.
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        return account.identity.arn_of("ecs", "cluster/" + name) + kCapacitySuffix;
      }};
  return type;
}

}  // namespace infra::aws
