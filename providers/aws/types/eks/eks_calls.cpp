#include "providers/aws/types/eks/eks_calls.h"

#include <fmt/format.h>

#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

Result<std::optional<Seen>> describe(Account& account, const EksParts& parts, const Map& which, const ReadEks& read) {
  const auto found = account.client.call("eks", parts.describe, Value(which));
  if (!found) {
    if (found.fault().not_found()) return std::optional<Seen>();
    return found.error();
  }
  auto seen = read(found[parts.record]);
  if (seen.state == State::gone) return std::optional<Seen>();
  return std::optional(std::move(seen));
}

}  // namespace

State eks_state(const std::string& status) {
  if (status == "ACTIVE" || status == "DEGRADED" || status == "UPDATE_FAILED") return State::ready;
  if (status == "CREATING" || status == "UPDATING" || status == "PENDING") return State::starting;
  return status == "DELETING" ? State::gone : State::failed;  // CREATE_FAILED, DELETE_FAILED, FAILED
}

Map eks_part(const EksParts& parts, std::string_view arn) {
  auto rest = parse_arn(arn).resource;
  rest.remove_prefix(std::min(rest.size(), rest.find('/') + 1));
  const auto cluster = rest.substr(0, rest.find('/'));
  rest.remove_prefix(std::min(rest.size(), cluster.size() + 1));
  return params({{"clusterName", std::string(cluster)}, {parts.name, std::string(rest.substr(0, rest.find('/')))}});
}

Result<Value> find_eks_cluster(Account& account, const std::string& name) {
  const auto found = account.client.call("eks", "DescribeCluster", params({{"name", name}}));
  if (found) return found["cluster"];
  if (found.fault().not_found()) return Value();
  return found.error();
}

Result<std::vector<std::string>> own_eks_clusters(Account& account) {
  const auto names = account.client.list("eks", "ListClusters", {}, {"nextToken", "nextToken", "clusters"});
  if (!names) return names.error();
  std::vector<std::string> out;
  for (const auto& name : items_of(names.value())) {
    const auto cluster = find_eks_cluster(account, text_of(name));
    if (!cluster) return cluster.error();
    const auto mark = mark_of(read_tags((*cluster)["tags"]));
    if (mark && mark->lineage == account.owner.lineage) out.push_back(text_of(name));
  }
  return out;
}

Objects list_eks_parts(Account& account, const EksParts& parts, const ReadEks& read) {
  const auto clusters = own_eks_clusters(account);
  if (!clusters) return clusters.error();
  std::vector<Seen> out;
  for (const auto& cluster : *clusters) {
    const auto names = account.client.list("eks", parts.list, params({{"clusterName", cluster}}),
                                           {"nextToken", "nextToken", parts.names});
    if (!names) {
      if (names.fault().not_found()) continue;  // it has gone meanwhile
      return names.error();
    }
    for (const auto& name : items_of(names.value())) {
      auto seen = describe(account, parts, params({{"clusterName", cluster}, {parts.name, name}}), read);
      if (!seen) return std::move(seen).error();
      if (*seen) out.push_back(**std::move(seen));
    }
  }
  return out;
}

Result<std::optional<Seen>> look_at_eks_part(Account& account, const EksParts& parts, std::string_view arn,
                                             const ReadEks& read) {
  return describe(account, parts, eks_part(parts, arn), read);
}

bool eks_is_busy(const Fault& fault) { return fault.is({"ResourceInUseException"}); }

Result<Ok> end_in_eks(Call& call, const EksEnd& end) {
  const Value which = end.which;
  auto asked = gone(call.insist([&] { return call.call("eks", end.remove, which); }, eks_is_busy, end.every, end.busy));
  if (!asked) return asked;
  const auto waited = call.account().client.wait(
      {.every = end.every, .deadline = end.deadline, .what = "the end of " + end.name},
      [&] { return call.account().client.call("eks", end.describe, which); },
      [&](const Reply& reply) {
        if (!reply) return reply.fault().not_found() ? Verdict::done : Verdict::failed;
        return eks_state(text_of(reply[end.record]["status"])) == State::failed ? Verdict::failed : Verdict::go_on;
      },
      &call.cancel());
  if (waited) return Ok();
  return waited.error();
}

Result<Ok> destroy_eks_part(Call& call, const EksParts& parts) {
  auto which = eks_part(parts, call.id);
  const auto name = text_of(Value(which)[parts.name]);
  return end_in_eks(call, {.remove = parts.remove,
                           .describe = parts.describe,
                           .record = parts.record,
                           .which = std::move(which),
                           .name = name,
                           .every = 10s,
                           .busy = 10min,
                           .deadline = 30min});
}

Result<Ok> tag_in_eks(Account& account, const std::string& id, const Tags& tags) {
  return done(account.client.call("eks", "TagResource", params({{"resourceArn", id}, {"tags", tag_map(tags)}})));
}

}  // namespace infra::aws
