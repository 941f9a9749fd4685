#include "providers/aws/types/ecs/scheduled_tasks.h"

#include "providers/aws/types/ecs/ecs_tasks.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr std::string_view kOurs = "infra:";

// "shop-backup" of …:task-definition/shop-backup:3
std::string family_of(std::string_view revision) {
  const auto resource = parse_arn(revision).resource;
  const auto name = resource.substr(resource.find('/') + 1);
  return std::string(name.substr(0, name.rfind(':')));
}

}  // namespace

std::string group_of_scheduled(const Address& part) { return std::string(kOurs) + escaped(part.text()); }

std::optional<Address> scheduled_by(std::string_view task_group) {
  if (!task_group.starts_with(kOurs)) return std::nullopt;
  return Address::parse(unescaped(task_group.substr(kOurs.size())));
}

Result<Ok> stop_scheduled(const Call& call, const std::string& cluster, const std::string& revision) {
  const auto group = group_of_scheduled(call.request().address);
  const auto found =
      find_tasks(call.account(), cluster, params({{"family", family_of(revision)}, {"desiredStatus", "RUNNING"}}));
  if (!found) return found.fault().not_found() ? Result<Ok>(Ok()) : Result<Ok>(found.error());
  for (const auto& task : items_of(found.value())) {
    if (text_of(task["group"]) != group) continue;
    const auto stopped = call.call(
        "ecs", "StopTask",
        params({{"cluster", cluster}, {"task", text_of(task["taskArn"])}, {"reason", "its schedule was removed"}}));
    const bool ended = !stopped && stopped.fault().is({"InvalidParameterException"});
    if (auto left = ended ? Result<Ok>(Ok()) : gone(stopped); !left) return left;
  }
  return Ok();
}

}  // namespace infra::aws
