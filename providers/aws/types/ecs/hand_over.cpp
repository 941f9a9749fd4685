#include "providers/aws/types/ecs/hand_over.h"

#include <algorithm>

#include "providers/aws/types/ecs/ecs_rollout.h"
#include "providers/aws/types/ecs/ecs_tasks.h"
#include "providers/aws/types/ecs/ecs_traffic.h"
#include "providers/aws/types/elb/elb.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kTasksProtected = 10;  // that UpdateTaskProtection takes
constexpr std::int64_t kProtected = 30;      // minutes: longer than a rollout is waited for
constexpr auto kLook = 5s;
constexpr auto kHandOver = 20min;

List groups_in(const Value& balancers) {
  List out;
  for (const auto& one : items_of(balancers)) out.push_back(one["targetGroupArn"]);
  return out;
}

std::int64_t percent(const Value& deployment, const char* member, std::int64_t otherwise) {
  const auto& stated = deployment[member];
  return stated.is_null() ? otherwise : number_of(stated);
}

Result<Value> live_service(const Call& call) {
  const auto answer =
      call.call("ecs", "DescribeServices", params({{"cluster", call.text("cluster")}, {"services", List{call.id}}}));
  if (!answer) return answer.error();
  const auto& services = items_of(answer["services"]);
  return services.empty() ? Value() : services.front();
}

// The running tasks, the oldest first.
Result<std::vector<Value>> copies_of(const Call& call) {
  const auto tasks = find_tasks(call.account(), call.text("cluster"),
                                params({{"serviceName", last_part(call.id)}, {"desiredStatus", "RUNNING"}}));
  if (!tasks) return tasks.error();
  std::vector<Value> out;
  for (const auto& task : items_of(tasks.value())) {
    if (text_of(task["lastStatus"]) == "RUNNING" && text_of(task["desiredStatus"]) == "RUNNING") out.push_back(task);
  }
  std::stable_sort(out.begin(), out.end(), [](const Value& a, const Value& b) {
    return number_of(a["createdAt"]) < number_of(b["createdAt"]);
  });
  return out;
}

// Those that have ended meanwhile are told as failures, and need none.
Result<Ok> protect(const Call& call, const List& tasks, bool on) {
  for (std::size_t from = 0; from < tasks.size(); from += kTasksProtected) {
    const List some(tasks.begin() + static_cast<std::ptrdiff_t>(from),
                    tasks.begin() + static_cast<std::ptrdiff_t>(std::min(tasks.size(), from + kTasksProtected)));
    auto wanted = params({{"cluster", call.text("cluster")}, {"tasks", some}, {"protectionEnabled", on}});
    if (on) wanted.set("expiresInMinutes", kProtected);
    auto set = done(call.call("ecs", "UpdateTaskProtection", Value(std::move(wanted))));
    if (!set) return set;
  }
  return Ok();
}

// How many copies in each of these groups can take requests: the fewest.
Result<std::int64_t> healthy_in(const Call& call, const List& groups) {
  std::int64_t fewest = -1;
  for (const auto& group : groups) {
    const auto found = call.call(kElb, "DescribeTargetHealth", params({{"TargetGroupArn", group}}));
    if (!found) return found.error();
    const auto& all = items_of(found["TargetHealthDescriptions"]);
    const auto healthy = std::count_if(
        all.begin(), all.end(), [](const Value& one) { return text_of(one["TargetHealth"]["State"]) == "healthy"; });
    fewest = fewest < 0 ? healthy : std::min<std::int64_t>(fewest, healthy);
  }
  return std::max<std::int64_t>(fewest, 0);
}

// So many new copies there can be beside those that are held.
Result<std::int64_t> new_copies(const Call& call, const List& held) {
  const auto service = live_service(call);
  if (!service) return service.error();
  const auto desired = number_of((*service)["desiredCount"]);
  const auto cap = desired * percent(call["deployment"], "maximumPercent", 200) / 100;
  return std::max<std::int64_t>(1, std::min(desired, cap - static_cast<std::int64_t>(held.size())));
}

// Until the new copies are healthy and have the requests, or the deployment is over.
Result<Ok> move_when_healthy(Call& call, const List& groups, std::int64_t wanted) {
  const Known known{.id = call.id, .inputs = call.inputs(), .outputs = call.outputs};
  std::string said;
  for (auto waited = 0s; waited < kHandOver; waited += kLook) {
    call.patience = kHandOver - waited;
    const auto seen = watch_service(call.account(), known, call.mark);
    if (!seen) return seen.error();
    if (!*seen || (*seen)->state != State::starting) return Ok();
    const auto healthy = healthy_in(call, groups);
    if (!healthy) return healthy.error();
    if (*healthy >= wanted) return move_traffic(call, groups);
    if ((*seen)->detail != said) call.say(said = (*seen)->detail);
    if (!call.account().client.clock().sleep(kLook, &call.cancel())) {
      return Error{.code = "E0703", .message = "the wait for " + call.id + " was cancelled"};
    }
  }
  return Ok();
}

}  // namespace

bool hands_over(const Call& call) {
  const auto before = groups_in(call.recorded_inputs["balancers"]);
  const auto after = groups_in(call["balancers"]);
  return !before.empty() && !after.empty() && before != after;
}

Result<List> hold_copies(const Call& call) {
  const auto service = live_service(call);
  if (!service) return service.error();
  const auto least = percent((*service)["deploymentConfiguration"], "minimumHealthyPercent", 100);
  const auto floor = static_cast<std::size_t>((number_of((*service)["desiredCount"]) * least + 99) / 100);
  const auto copies = copies_of(call);
  if (!copies) return copies.error();
  List out;
  for (const auto& copy : *copies) {
    if (out.size() < floor) out.push_back(copy["taskArn"]);
  }
  if (auto held = protect(call, out, true); !held) return std::move(held).error();
  return out;
}

Result<Ok> hand_over(Call& call, const List& held) {
  const auto wanted = new_copies(call, held);
  auto moved = wanted ? move_when_healthy(call, groups_in(call["balancers"]), *wanted) : Result<Ok>(wanted.error());
  auto gone = let_go(call, held);
  return moved ? gone : moved;
}

Result<Ok> let_go(const Call& call, const List& held) { return protect(call, held, false); }

}  // namespace infra::aws
