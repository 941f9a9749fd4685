#include "providers/aws/api/encode.h"
#include "providers/aws/types/ec2.h"
#include "providers/aws/types/rows.h"

namespace infra::aws {

namespace {

std::string name_of_repository(std::string_view id) {
  const auto resource = parse_arn(id).resource;
  return std::string(resource.substr(resource.find('/') + 1));
}

Map expiry_rule(int priority, const char* description, Map selection) {
  return params({{"rulePriority", priority},
                 {"description", description},
                 {"selection", std::move(selection)},
                 {"action", params({{"type", "expire"}})}});
}

// As ECR has them: by rising priority, and the one for any tag last.
std::string lifecycle_of(const Call& call) {
  List rules;
  if (const auto& days = call["expire_untagged_days"]; !days.is_null()) {
    rules.push_back(expiry_rule(1, "untagged images",
                                params({{"tagStatus", "untagged"},
                                        {"countType", "sinceImagePushed"},
                                        {"countUnit", "days"},
                                        {"countNumber", days}})));
  }
  if (const auto& count = call["keep_tagged"]; !count.is_null()) {
    rules.push_back(expiry_rule(2, "old tagged images",
                                params({{"tagStatus", "tagged"},
                                        {"tagPatternList", List{"*"}},
                                        {"countType", "imageCountMoreThan"},
                                        {"countNumber", count}})));
  }
  return rules.empty() ? "" : json_body(params({{"rules", std::move(rules)}}));
}

Result<Ok> set_lifecycle(const Call& call, const std::string& name) {
  const auto policy = lifecycle_of(call);
  if (policy.empty()) {
    return gone(call.call("ecr", "DeleteLifecyclePolicy", params({{"repositoryName", name}})));
  }
  return done(
      call.call("ecr", "PutLifecyclePolicy", params({{"repositoryName", name}, {"lifecyclePolicyText", policy}})));
}

const char* mutability(const Call& call) { return flag_of(call["immutable"]) ? "IMMUTABLE" : "MUTABLE"; }

Result<std::string> create_repository(Call& call) {
  const auto name = call.text("name");
  const auto made = call.call(
      "ecr", "CreateRepository",
      params({{"repositoryName", name}, {"imageTagMutability", mutability(call)}, {"tags", tag_list(call.tags())}}));
  if (!made) return made.error();
  if (!lifecycle_of(call).empty()) {
    if (auto set = set_lifecycle(call, name); !set) return std::move(set).error();
  }
  return text_of(made["repository"]["repositoryArn"]);
}

Result<Ok> update_repository(Call& call) {
  const auto name = name_of_repository(call.id);
  auto set = done(call.call("ecr", "PutImageTagMutability",
                            params({{"repositoryName", name}, {"imageTagMutability", mutability(call)}})));
  return set ? set_lifecycle(call, name) : set;
}

Result<std::optional<Seen>> look_at_repository(Account& account, const Value& item) {
  Seen seen{.id = text_of(item["repositoryArn"])};
  const auto tags = account.client.call("ecr", "ListTagsForResource", params({{"resourceArn", seen.id}}));
  if (!tags) {
    if (tags.fault().not_found()) return std::optional<Seen>();
    return tags.error();
  }
  seen.tags = read_tags(tags["tags"]);
  seen.outputs = params({{"arn", seen.id}, {"url", text_of(item["repositoryUri"])}});
  return std::optional(std::move(seen));
}

// Tags aren't listed with the repositories: one call for each whose name may be ours.
Objects list_repositories(Account& account, const std::vector<Known>&) {
  const auto all = account.client.list("ecr", "DescribeRepositories", {}, {"nextToken", "nextToken", "repositories"});
  if (!all) return all.error();
  std::vector<Seen> out;
  for (const auto& item : items_of(all.value())) {
    if (!text_of(item["repositoryName"]).starts_with(run_time_name(account.owner.stack) + "/")) continue;
    auto seen = look_at_repository(account, item);
    if (!seen) return std::move(seen).error();
    if (*seen) out.push_back(**std::move(seen));
  }
  return out;
}

Result<std::optional<Seen>> look_by_name(Account& account, const Known& known) {
  const auto found = account.client.call("ecr", "DescribeRepositories",
                                         params({{"repositoryNames", List{name_of_repository(known.id)}}}));
  if (!found) {
    if (found.fault().not_found()) return std::optional<Seen>();
    return found.error();
  }
  const auto& all = items_of(found["repositories"]);
  return all.empty() ? Result<std::optional<Seen>>(std::optional<Seen>()) : look_at_repository(account, all[0]);
}

}  // namespace

const Type& repository_type() {
  static const Type type{
      .schema = {.name = "repository",
                 .doc = "A repository of images (ECR).",
                 .attributes = {fixed("name", types::string(), "Its name: STACK/NAME."),
                                changeable("immutable", types::boolean(), "A tag never moves."),
                                changeable("keep_tagged", types::integer(), "How many tagged images are kept."),
                                changeable("expire_untagged_days", types::integer(),
                                           "How long untagged images are kept."),
                                labels_attribute(), output("arn", "Its ARN."),
                                output("url", "What images are pushed to.")}},
      .list = list_repositories,
      .create = create_repository,
      .update = update_repository,
      .destroy =
          [](Call& call) {
            return gone(
                call.call("ecr", "DeleteRepository", params({{"repositoryName", name_of_repository(call.id)}})));
          },
      .look = look_by_name,
      .tag =
          [](Account& account, const std::string& id, const Tags& tags) {
            return done(
                account.client.call("ecr", "TagResource", params({{"resourceArn", id}, {"tags", tag_list(tags)}})));
          }};
  return type;
}

}  // namespace infra::aws
