#include "providers/aws/types/ecs/retag.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

const Map& labels_of(const Value& inputs) {
  static const Map none;
  const auto* labels = inputs["labels"].map();
  return labels != nullptr ? *labels : none;
}

List key_rows(const List& keys) {
  List out;
  for (const auto& key : keys) out.push_back(params({{"Key", key}}));
  return out;
}

List rows_of_group(const std::string& id, const List& keys) {
  List out;
  for (const auto& key : keys) {
    out.push_back(params({{"ResourceId", last_part(id)}, {"ResourceType", "auto-scaling-group"}, {"Key", key}}));
  }
  return out;
}

Map by_resource_arn(const std::string& id, const List& keys) {
  return params({{"resourceArn", id}, {"tagKeys", keys}});
}

struct Untagging {
  std::string_view service;  // of the ARN, and as the client calls it
  const char* operation;
  Map (*parameters)(const std::string& id, const List& keys);
};

constexpr std::array<Untagging, 11> kUntagging = {{
    {"acm", "RemoveTagsFromCertificate",
     [](const std::string& id, const List& keys) {
       return params({{"CertificateArn", id}, {"Tags", key_rows(keys)}});
     }},
    {"autoscaling", "DeleteTags",
     [](const std::string& id, const List& keys) {
       return params({{"Tags", rows_of_group(id, keys)}});
     }},
    {"ec2", "DeleteTags",
     [](const std::string& id, const List& keys) {
       return params({{"ResourceId", List{last_part(id)}}, {"Tag", key_rows(keys)}});
     }},
    {"ecr", "UntagResource", by_resource_arn},
    {"ecs", "UntagResource", by_resource_arn},
    {"eks", "UntagResource", by_resource_arn},
    {"elasticloadbalancing", "RemoveTags",
     [](const std::string& id, const List& keys) {
       return params({{"ResourceArns", List{id}}, {"TagKeys", keys}});
     }},
    {"iam", "UntagRole",
     [](const std::string& id, const List& keys) {
       return params({{"RoleName", last_part(id)}, {"TagKeys", keys}});
     }},
    {"logs", "UntagResource", by_resource_arn},
    {"scheduler", "UntagResource",
     [](const std::string& id, const List& keys) {
       return params({{"ResourceArn", id}, {"TagKeys", keys}});
     }},
    {"secretsmanager", "UntagResource",
     [](const std::string& id, const List& keys) {
       return params({{"SecretId", id}, {"TagKeys", keys}});
     }},
}};

}  // namespace

TagChange tag_change(const Call& call) {
  TagChange out;
  out.set["infra.spec"] = call.request().spec_hash;
  const auto& before = labels_of(call.recorded_inputs);
  const auto& after = labels_of(call.inputs());
  for (const auto& [name, value] : after) {
    const auto* was = before.find(name);
    if (was == nullptr || *was != value) out.set[name] = text_of(value);
  }
  for (const auto& [name, value] : before) {
    if (after.find(name) == nullptr) out.removed.emplace_back(name);
  }
  return out;
}

Result<Ok> untag(Account& account, const std::string& id, const List& keys) {
  if (keys.empty()) return Ok();
  const auto arn = parse_arn(id);
  if (arn.resource.starts_with("instance-profile/")) {
    return done(account.client.call("iam", "UntagInstanceProfile",
                                    params({{"InstanceProfileName", last_part(id)}, {"TagKeys", keys}})));
  }
  const auto* row = std::find_if(kUntagging.begin(), kUntagging.end(),
                                 [&](const Untagging& one) { return one.service == arn.service; });
  if (row == kUntagging.end()) std::abort();  // a type of a service that the table lacks
  return done(account.client.call(row->service, row->operation, Value(row->parameters(id, keys))));
}

}  // namespace infra::aws
