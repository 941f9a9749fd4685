#include <algorithm>
#include <set>

#include "providers/aws/live/aws_live.h"
#include "providers/aws/types/ecs/ecs_tags.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr auto kPollEvents = 5'000ms;
constexpr std::size_t kServicesOfOneLook = 10;

// "(service shop-web) has started 1 tasks: (task 1).": whose it is stands before it anyway.
std::string without_name(const std::string& text) {
  const auto end = text.find(") ");
  return text.starts_with("(service ") && end != std::string::npos ? text.substr(end + 2) : text;
}

Result<Ok> add_events(Account& account, const Value& service, std::vector<std::pair<std::string, LiveEvent>>& out) {
  const auto mark = mark_of(read_tags(service["tags"]));
  if (!mark || mark->lineage != account.owner.lineage) return Ok();
  for (const auto& event : items_of(service["events"])) {
    out.emplace_back(text_of(event["id"]), LiveEvent{.at = time_of_seconds(event["createdAt"]),
                                                     .address = mark->address.owner(),
                                                     .what = without_name(text_of(event["message"]))});
  }
  return Ok();
}

// The last hundred of each service, which is what ECS keeps; by their ids.
Result<std::vector<std::pair<std::string, LiveEvent>>> all_events(Account& account) {
  const auto clusters = clusters_in_use(account);
  if (!clusters) return clusters.error();
  std::vector<std::pair<std::string, LiveEvent>> out;
  for (const auto& cluster : *clusters) {
    const auto arns = account.client.list("ecs", "ListServices", params({{"cluster", cluster}, {"maxResults", 100}}),
                                          {"nextToken", "nextToken", "serviceArns"});
    if (!arns) return arns.error();
    const auto& all = items_of(arns.value());
    for (std::size_t from = 0; from < all.size(); from += kServicesOfOneLook) {
      const List some(all.begin() + static_cast<std::ptrdiff_t>(from),
                      all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), from + kServicesOfOneLook)));
      const auto found = account.client.call(
          "ecs", "DescribeServices", params({{"cluster", cluster}, {"services", some}, {"include", List{"TAGS"}}}));
      if (!found) return found.error();
      for (const auto& service : items_of(found["services"])) {
        if (auto added = add_events(account, service, out); !added) return std::move(added).error();
      }
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second.at < b.second.at; });
  return out;
}

}  // namespace

Result<Ok> AwsLive::events(const EventQuery& query, const TakeEvent& take, const Cancel& cancel) {
  std::set<std::string> told;
  for (;;) {
    auto all = all_events(account_);
    if (!all) return std::move(all).error();
    for (auto& [id, event] : *all) {
      if (event.at < query.since) continue;  // what has happened is over by now: `until` only says that there is an end
      if (!told.insert(id).second) continue;
      if (!take(std::move(event))) return Ok();
    }
    if (query.until || cancel.draining()) return Ok();
    if (!account_.client.clock().sleep(kPollEvents, &cancel) || cancel.draining()) return Ok();
  }
}

}  // namespace infra::aws
