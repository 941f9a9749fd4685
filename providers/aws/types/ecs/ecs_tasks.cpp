#include "providers/aws/types/ecs/ecs_tasks.h"

#include <algorithm>

#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr std::size_t kDescribed = 100;  // that DescribeTasks takes

}  // namespace

Reply describe_tasks(Account& account, const std::string& cluster, const List& arns, TaskTags tags) {
  List out;
  for (std::size_t from = 0; from < arns.size(); from += kDescribed) {
    const auto to = std::min(arns.size(), from + kDescribed);
    List some(arns.begin() + static_cast<std::ptrdiff_t>(from), arns.begin() + static_cast<std::ptrdiff_t>(to));
    auto request = params({{"cluster", cluster}, {"tasks", std::move(some)}});
    if (tags == TaskTags::yes) request.set("include", List{"TAGS"});
    auto found = account.client.call("ecs", "DescribeTasks", Value(std::move(request)));
    if (!found) return found;
    const auto& tasks = items_of(found["tasks"]);
    out.insert(out.end(), tasks.begin(), tasks.end());
  }
  return Value(std::move(out));
}

Reply find_tasks(Account& account, const std::string& cluster, Map which, TaskTags tags) {
  which.set("cluster", cluster);
  auto arns = account.client.list("ecs", "ListTasks", std::move(which), {"nextToken", "nextToken", "taskArns"});
  if (!arns) return arns;
  return describe_tasks(account, cluster, items_of(arns.value()), tags);
}

}  // namespace infra::aws
