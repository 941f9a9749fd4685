#include "providers/aws/types/elb/elb.h"

#include <algorithm>

#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr std::size_t kTagsAtOnce = 20;

}  // namespace

Result<std::map<std::string, Tags>> tags_of_arns(Account& account, const List& arns) {
  std::map<std::string, Tags> out;
  for (std::size_t from = 0; from < arns.size(); from += kTagsAtOnce) {
    const List some(arns.begin() + static_cast<std::ptrdiff_t>(from),
                    arns.begin() + static_cast<std::ptrdiff_t>(std::min(arns.size(), from + kTagsAtOnce)));
    const auto answer = account.client.call(kElb, "DescribeTags", params({{"ResourceArns", some}}));
    if (!answer) {
      if (answer.fault().not_found()) continue;  // one went while we looked; the next look sees the others
      return answer.error();
    }
    for (const auto& one : items_of(answer["TagDescriptions"])) {
      out[text_of(one["ResourceArn"])] = read_tags(one["Tags"]);
    }
  }
  return out;
}

Objects own_of_elb(Account& account, const List& items, const char* arn_member, const std::string& type,
                   const std::function<void(const Value&, Seen&)>& read) {
  List arns;
  for (const auto& item : items) arns.push_back(item[arn_member]);
  const auto tags = tags_of_arns(account, arns);
  if (!tags) return tags.error();
  std::vector<Seen> out;
  for (const auto& item : items) {
    const auto arn = text_of(item[arn_member]);
    const auto found = tags->find(arn);
    const auto mark = found != tags->end() ? mark_of(found->second) : std::nullopt;
    if (!mark || mark->lineage != account.owner.lineage || mark->type != type) continue;
    Seen seen{.id = arn, .tags = found->second};
    seen.outputs.set("arn", arn);
    read(item, seen);
    if (seen.state != State::gone) out.push_back(std::move(seen));
  }
  return out;
}

Result<Ok> tag_in_elb(Account& account, const std::string& id, const Tags& tags) {
  return done(account.client.call(kElb, "AddTags", params({{"ResourceArns", List{id}}, {"Tags", tag_list(tags)}})));
}

Result<List> all_listeners(Account& account) {
  const auto balancers =
      account.client.list(kElb, "DescribeLoadBalancers", {}, {"Marker", "NextMarker", "LoadBalancers"});
  if (!balancers) return balancers.error();
  const auto own =
      own_of_elb(account, items_of(balancers.value()), "LoadBalancerArn", "load_balancer", [](const Value&, Seen&) {});
  if (!own) return own.error();
  List out;
  auto hosts = account.hosts->listeners();
  for (const auto& balancer : *own) {
    const auto some = listeners_of_balancer(account, balancer.id);
    if (!some) return some.error();
    for (const auto& one : *some) hosts.erase(text_of(one["ListenerArn"]));
    out.insert(out.end(), some->begin(), some->end());
  }
  // One by one: a call for several fails if one of them is gone.
  for (const auto& arn : hosts) {
    const auto found = account.client.call(kElb, "DescribeListeners", params({{"ListenerArns", List{arn}}}));
    if (!found && !found.fault().not_found()) return found.error();
    if (!found) continue;
    out.insert(out.end(), items_of(found["Listeners"]).begin(), items_of(found["Listeners"]).end());
  }
  return out;
}

namespace {

// A list that is empty where what it is of has gone.
Result<List> listed_in_elb(Account& account, const char* operation, const char* parameter, const Value& arn,
                           const char* items) {
  const auto all = account.client.list(kElb, operation, params({{parameter, arn}}), {"Marker", "NextMarker", items});
  if (!all && !all.fault().not_found()) return all.error();
  return all ? List(items_of(all.value())) : List();
}

}  // namespace

Result<List> listeners_of_balancer(Account& account, const std::string& arn) {
  return listed_in_elb(account, "DescribeListeners", "LoadBalancerArn", arn, "Listeners");
}

Result<List> rules_of_listener(Account& account, const Value& arn) {
  return listed_in_elb(account, "DescribeRules", "ListenerArn", arn, "Rules");
}

Result<std::optional<Seen>> look_in_elb(Account& account, const std::string& id, const char* operation,
                                        const char* parameter, const char* items,
                                        const std::function<void(const Value&, Seen&)>& read) {
  const auto found = account.client.call(kElb, operation, params({{parameter, List{id}}}));
  if (!found) {
    if (found.fault().not_found()) return std::optional<Seen>();
    return found.error();
  }
  for (const auto& item : items_of(found[items])) {
    const auto tags = tags_of_arns(account, {id});
    if (!tags) return tags.error();
    Seen seen{.id = id};
    if (const auto at = tags->find(id); at != tags->end()) seen.tags = at->second;
    seen.outputs.set("arn", id);
    read(item, seen);
    if (seen.state != State::gone) return std::optional(std::move(seen));
  }
  return std::optional<Seen>();
}

Result<std::string> find_in_elb(Account& account, const std::string& name, const char* operation, const char* items,
                                const char* arn) {
  const auto found = account.client.call(kElb, operation, params({{"Names", List{name}}}));
  if (!found)
    return found.fault().not_found() ? Result<std::string>(std::string()) : Result<std::string>(found.error());
  for (const auto& item : items_of(found[items])) return text_of(item[arn]);
  return std::string();
}

}  // namespace infra::aws
