// How many of a thing AWS takes, and the words that its APIs know. Sources: the pages "Amazon ECS service quotas" and
// "Quotas for your Application Load Balancers" of the developer guides, botocore's enums, and for versions of EKS the
// release calendar of its user guide.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace infra::facts {

constexpr std::int64_t kMostContainers = 10;   // in a task definition; can't be raised
constexpr std::int64_t kMostTargetGroups = 5;  // of an ECS service; can't be raised
constexpr std::int64_t kMostTasks =
    5'000;  // of an ECS service; the documentation has said both that it can be raised and that it can't
constexpr std::int64_t kLargestDefinition = 65'536;  // bytes of a task definition
constexpr std::int64_t kUsualListeners = 50;         // of a load balancer; can be raised
constexpr std::int64_t kUsualRules = 100;            // of a load balancer without the default ones; can be raised
constexpr std::size_t kLongestCondition = 128;       // characters of a rule's path or host

std::span<const std::string_view> log_drivers();  // of ECS
const std::vector<std::string>& capabilities();   // of Linux, as ECS writes them: "NET_ADMIN"
constexpr std::int64_t kOldestEks = 32;           // 1.32: extended support of 1.31 ended on 26 November 2026

}  // namespace infra::facts
