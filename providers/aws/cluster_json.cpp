#include "providers/aws/cluster_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "providers/aws/api/xml.h"
#include "providers/aws/connection.h"

namespace infra::aws {

namespace {

constexpr std::size_t kServicesOfOneCall = 10;
constexpr std::size_t kClustersNamed = 10;  // in a message

class ClusterReading {
 public:
  ClusterReading(Client& client, const Identity& identity, std::string cluster)
      : client_(client), cluster_(std::move(cluster)) {
    out_.where =
        fmt::format("cluster {} of account {}, region {}", last_part(cluster_), identity.account, identity.region);
  }

  Result<ClusterJson> run() {
    if (auto there = find(); !there) return std::move(there).error();
    if (auto read = services(); !read) return std::move(read).error();
    if (auto read = definitions(); !read) return std::move(read).error();
    out_.json = fmt::format("[{}]", fmt::join(answers_, ",\n"));
    return std::move(out_);
  }

 private:
  Result<Ok> find() {
    const auto found = client_.call("ecs", "DescribeClusters", params({{"clusters", List{cluster_}}}));
    if (!found) return found.error();
    for (const auto& one : items_of(found["clusters"])) {
      if (text_of(one["status"]) == "ACTIVE") return Ok();
    }
    const auto all = client_.list("ecs", "ListClusters", {}, {"nextToken", "nextToken", "clusterArns"});
    if (!all) return all.error();
    std::vector<std::string> names;
    for (const auto& arn : items_of(all.value())) names.push_back(last_part(text_of(arn)));
    std::sort(names.begin(), names.end());
    const bool more = names.size() > kClustersNamed;
    if (more) names.resize(kClustersNamed);
    return Error{.code = "E0910",
                 .message = fmt::format("there is no {}", out_.where),
                 .help = names.empty() ? "it has no cluster: choose another region or account (--region, --profile)"
                                       : fmt::format("its clusters are {}{}; choose another region or account with "
                                                     "--region, --profile",
                                                     fmt::join(names, ", "), more ? " …" : "")};
  }

  Result<Ok> services() {
    const auto listed = client_.list("ecs", "ListServices", params({{"cluster", cluster_}, {"maxResults", 100}}),
                                     {"nextToken", "nextToken", "serviceArns"});
    if (!listed) return listed.error();
    auto arns = items_of(listed.value());
    if (arns.empty()) {
      return Error{.code = "E0910",
                   .message = fmt::format("{} can't be imported: it has no service", out_.where),
                   .help = "choose another cluster"};
    }
    // Answers come in any order; the stack is the same each time.
    std::sort(arns.begin(), arns.end(), [](const Value& a, const Value& b) { return text_of(a) < text_of(b); });
    for (std::size_t from = 0; from < arns.size(); from += kServicesOfOneCall) {
      const auto to = std::min(arns.size(), from + kServicesOfOneCall);
      const List some(arns.begin() + static_cast<std::ptrdiff_t>(from), arns.begin() + static_cast<std::ptrdiff_t>(to));
      const auto answer = client_.call("ecs", "DescribeServices",
                                       params({{"cluster", cluster_}, {"services", some}, {"include", List{"TAGS"}}}));
      if (!answer) return answer.error();
      take_services(answer.value());
    }
    return Ok();
  }

  void take_services(const Value& answer) {
    List kept;
    for (const auto& service : items_of(answer["services"])) {
      if (text_of(service["status"]) != "ACTIVE") continue;  // it is going
      revisions_.insert(text_of(service["taskDefinition"]));
      kept.push_back(service);
    }
    std::sort(kept.begin(), kept.end(),
              [](const Value& a, const Value& b) { return text_of(a["serviceName"]) < text_of(b["serviceName"]); });
    answers_.push_back(json_body(params({{"services", std::move(kept)}, {"failures", answer["failures"]}})));
  }

  // Each once, however many services run it.
  Result<Ok> definitions() {
    for (const auto& revision : revisions_) {
      const auto answer = client_.call("ecs", "DescribeTaskDefinition",
                                       params({{"taskDefinition", revision}, {"include", List{"TAGS"}}}));
      if (!answer) return answer.error();
      answers_.push_back(json_body(answer.value()));
    }
    return Ok();
  }

  Client& client_;
  std::string cluster_;
  std::set<std::string> revisions_;
  std::vector<std::string> answers_;
  ClusterJson out_;
};

}  // namespace

Result<ClusterJson> describe_cluster(const ClusterWish& wish) {
  auto connection = connect_to({.region = wish.region, .profile = wish.profile, .endpoint = {}});
  if (!connection) return std::move(connection).error();
  return ClusterReading(*connection->client, connection->identity, wish.cluster).run();
}

}  // namespace infra::aws
