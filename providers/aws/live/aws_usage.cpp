#include <fmt/format.h>

#include <fmt/chrono.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>

#include "providers/aws/live/aws_live.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr auto kWindow = 10min;        // CloudWatch is some minutes late
constexpr std::size_t kQueries = 500;  // that one question takes
constexpr double kUnitsOfACpu = 1024;
constexpr std::int64_t kMebibyte = 1'048'576;

// A service of ECS: what CloudWatch measures without Container Insights, in percent of what its tasks have reserved.
using ServiceOf = std::pair<std::string, std::string>;  // cluster, service

struct Percents {
  std::optional<double> cpu, memory;
};

Map query_for(const std::string& id, const char* metric, const ServiceOf& of) {
  return params(
      {{"Id", id},
       {"MetricStat",
        params({{"Metric", params({{"Namespace", "AWS/ECS"},
                                   {"MetricName", metric},
                                   {"Dimensions", List{params({{"Name", "ClusterName"}, {"Value", of.first}}),
                                                       params({{"Name", "ServiceName"}, {"Value", of.second}})}}})},
                {"Period", 60},
                {"Stat", "Average"}})}});
}

std::string time_text(SysTime at) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

std::optional<double> newest(const Value& result) {
  const auto& values = items_of(result["Values"]);
  if (values.empty()) return std::nullopt;
  return std::strtod(text_of(values.front()).c_str(), nullptr);
}

Result<std::map<ServiceOf, Percents>> percents_of(Account& account, const std::vector<ServiceOf>& services) {
  std::map<ServiceOf, Percents> out;
  for (std::size_t from = 0; from < services.size(); from += kQueries / 2) {
    const auto end = std::min(services.size(), from + kQueries / 2);
    List queries;
    for (std::size_t i = from; i < end; ++i) {
      queries.emplace_back(query_for(fmt::format("c{}", i), "CPUUtilization", services[i]));
      queries.emplace_back(query_for(fmt::format("m{}", i), "MemoryUtilization", services[i]));
    }
    const auto now = account.client.clock().now();
    const auto answer = account.client.list("monitoring", "GetMetricData",
                                            params({{"MetricDataQueries", std::move(queries)},
                                                    {"StartTime", time_text(now - kWindow)},
                                                    {"EndTime", time_text(now)},
                                                    {"ScanBy", "TimestampDescending"}}),
                                            {"NextToken", "NextToken", "MetricDataResults"});
    if (!answer) return answer.error();
    for (const auto& result : items_of(answer.value())) {
      const auto id = text_of(result["Id"]);
      if (id.size() < 2) continue;
      const auto at = static_cast<std::size_t>(std::strtoul(id.c_str() + 1, nullptr, 10));
      if (at >= services.size()) continue;
      auto& percents = out[services[at]];
      if (const auto value = newest(result)) (id[0] == 'c' ? percents.cpu : percents.memory) = *value;
    }
  }
  return out;
}

// "service:shop-web" is a service's task.
std::string service_of(const Value& task) {
  const auto group = text_of(task["group"]);
  return group.starts_with("service:") ? group.substr(8) : std::string();
}

// Of a task as a whole: its first essential container has it, the others nothing.
Usage usage_of(const LiveContainer& container, const Value& task, const Percents& percents, bool first) {
  Usage out{.container = container};
  if (!first) return out;
  const auto memory = number_of(task["memory"]) * kMebibyte;
  out.cpu = percents.cpu.value_or(0) / 100 * static_cast<double>(number_of(task["cpu"])) / kUnitsOfACpu;
  out.memory = static_cast<std::int64_t>(percents.memory.value_or(0) / 100 * static_cast<double>(memory));
  out.memory_limit = memory;
  return out;
}

}  // namespace

Result<std::vector<Usage>> AwsLive::usage(const std::vector<LiveContainer>& of) {
  if (of.empty()) return std::vector<Usage>();
  const auto tasks = all_tasks();
  if (!tasks) return tasks.error();
  std::map<std::string, const Value*> by_arn;
  std::vector<ServiceOf> services;
  for (const auto& task : *tasks) {
    by_arn[text_of(task.seen["taskArn"])] = &task.seen;
    const ServiceOf service{last_part(text_of(task.seen["clusterArn"])), service_of(task.seen)};
    const bool known = std::find(services.begin(), services.end(), service) != services.end();
    if (!service.second.empty() && !known) services.push_back(service);
  }
  const auto percents = percents_of(account_, services);
  if (!percents) return percents.error();
  std::vector<Usage> out;
  std::map<std::string, int> seen;
  for (const auto& container : of) {
    const auto task = by_arn.find(task_of_id(container.id));
    if (task == by_arn.end()) continue;
    const ServiceOf service{last_part(text_of((*task->second)["clusterArn"])), service_of(*task->second)};
    const auto at = percents->find(service);
    const bool first = container.essential && seen[task->first]++ == 0;
    out.push_back(usage_of(container, *task->second, at != percents->end() ? at->second : Percents{}, first));
  }
  return out;
}

// CloudWatch counts them by the minute, not since a start: what `infra top` needs is a count that goes on.
Result<std::vector<ServedRequests>> AwsLive::requests() { return std::vector<ServedRequests>(); }

}  // namespace infra::aws
