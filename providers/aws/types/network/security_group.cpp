#include <algorithm>
#include <array>
#include <utility>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"
#include "providers/aws/types/network/interfaces.h"

namespace infra::aws {

namespace {

// As the API writes a rule of ours: {"protocol", "from", "to", "cidr" or "group"}; others make some with a prefix list,
// too.
Map permission(const Value& rule) {
  auto out = params({{"IpProtocol", text_of(rule["protocol"])}});
  if (!rule["from"].is_null()) out.set("FromPort", rule["from"]);
  if (!rule["to"].is_null()) out.set("ToPort", rule["to"]);
  if (const auto cidr = text_of(rule["cidr"]); cidr.find(':') != std::string::npos) {
    out.set("Ipv6Ranges", List{params({{"CidrIpv6", cidr}})});
  } else if (!cidr.empty()) {
    out.set("IpRanges", List{params({{"CidrIp", cidr}})});
  }
  if (const auto prefixes = text_of(rule["prefixes"]); !prefixes.empty()) {
    out.set("PrefixListIds", List{params({{"PrefixListId", prefixes}})});
  }
  if (const auto group = text_of(rule["group"]); !group.empty()) {
    out.set("Groups", List{params({{"GroupId", group}})});
  }
  return out;
}

// The API joins rules of one protocol and range; here each source is a rule of its own.
List open_rules(const Value& group) {
  constexpr std::array<std::array<const char*, 3>, 4> kSources = {{{"ipRanges", "cidrIp", "cidr"},
                                                                   {"ipv6Ranges", "cidrIpv6", "cidr"},
                                                                   {"groups", "groupId", "group"},
                                                                   {"prefixListIds", "prefixListId", "prefixes"}}};
  List out;
  for (const auto& one : items_of(group["ipPermissions"])) {
    auto rule = params({{"protocol", text_of(one["ipProtocol"])}});
    for (const auto& [ours, theirs] : {std::pair{"from", "fromPort"}, std::pair{"to", "toPort"}}) {
      if (!text_of(one[theirs]).empty()) rule.set(ours, number_of(one[theirs]));
    }
    for (const auto& [list, member, name] : kSources) {
      for (const auto& source : items_of(one[list])) {
        auto single = rule;
        single.set(name, text_of(source[member]));
        out.emplace_back(std::move(single));
      }
    }
  }
  return out;
}

Result<Ok> authorize(const Call& call, const std::string& id, const List& rules) {
  for (const auto& rule : rules) {  // one by one: a duplicate would refuse all
    const auto set = call.insist(
        [&] {
          return call.ec2("AuthorizeSecurityGroupIngress",
                          params({{"GroupId", id}, {"IpPermissions", List{permission(rule)}}}));
        },
        [](const Fault& fault) { return fault.not_found(); }, std::chrono::seconds(2), std::chrono::minutes(1));
    if (!set && !set.fault().is({"InvalidPermission.Duplicate"})) return set.error();
  }
  return Ok();
}

Result<std::string> create_security_group(Call& call) {
  const auto made =
      call.ec2("CreateSecurityGroup", params({{"GroupName", call.unique(255)},
                                              {"GroupDescription", call.text("description")},
                                              {"VpcId", call.text("vpc")},
                                              {"TagSpecification", call.tag_specification("security-group")}}));
  if (!made) return made.error();
  const auto id = text_of(made["groupId"]);
  if (auto set = authorize(call, id, items_of(call["rules"])); !set) return std::move(set).error();
  return call.account().identity.arn_of("ec2", "security-group/" + id);
}

// What is new is opened before what is old is closed; that is what is there, whoever opened it.
Result<Ok> update_security_group(Call& call) {
  const auto id = last_part(call.id);
  const auto& wanted = items_of(call["rules"]);
  if (auto set = authorize(call, id, wanted); !set) return set;
  const auto found = call.ec2("DescribeSecurityGroups", params({{"GroupId", List{id}}}));
  if (!found) return found.error();
  List open;
  for (const auto& group : items_of(found["securityGroupInfo"])) open = open_rules(group);
  for (const auto& old : open) {
    if (std::any_of(wanted.begin(), wanted.end(), [&](const Value& rule) { return holds(rule, old); })) continue;
    const auto closed =
        call.ec2("RevokeSecurityGroupIngress", params({{"GroupId", id}, {"IpPermissions", List{permission(old)}}}));
    if (!closed && !closed.fault().is({"InvalidPermission.NotFound"})) return closed.error();
  }
  return Ok();
}

}  // namespace

const Type& security_group_type() {
  static const Type type = [] {
    Type out{
        .schema = {.name = "security_group",
                   .doc = "Who may connect to what has it.",
                   .attributes = {fixed("vpc", types::string(), "The VPC."),
                                  fixed("description", types::string(), "What it is for."),
                                  changeable("rules", types::list(types::map(infra::Type())),
                                             "What may come in: protocol, from, to, and cidr or group."),
                                  labels_attribute(), output("id", "sg-…")}},
        .actions = {"ec2:AuthorizeSecurityGroupIngress", "ec2:CreateSecurityGroup", "ec2:CreateTags", "ec2:DeleteTags",
                    "ec2:DeleteSecurityGroup", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups",
                    "ec2:RevokeSecurityGroupIngress"},
        .create = create_security_group,
        .update = update_security_group,
        .destroy = [](Call& call) { return delete_when_free(call, "DeleteSecurityGroup", "GroupId", "group-id"); }};
    seen_by_ec2(
        out, {"DescribeSecurityGroups", "securityGroupInfo", "groupId", "group-id", "security-group"},
        [](const Value& item, Seen& seen) {
          seen.live.set("rules", open_rules(item));
          seen.fixed = params({{"vpc", text_of(item["vpcId"])}, {"description", text_of(item["groupDescription"])}});
          seen.whole.insert("rules");
        });
    return out;
  }();
  return type;
}

}  // namespace infra::aws
