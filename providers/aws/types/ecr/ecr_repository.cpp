#include <fmt/format.h>

#include <set>

#include "base/values/codec.h"
#include "providers/aws/api/encode.h"
#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/ecr.h"
#include "providers/aws/types/network/ec2.h"

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

// One of the repository's own rules, in the order in which they stand.
Map own_rule(int priority, const Value& rule) {
  Map selection = params({{"tagStatus", "any"}});
  if (flag_of(rule["untagged"])) selection.set("tagStatus", "untagged");
  if (const auto pattern = text_of(rule["tags"]); !pattern.empty()) {
    selection.set("tagStatus", "tagged");
    selection.set("tagPatternList", List{pattern});
  }
  if (!rule["days"].is_null()) {
    selection.set("countType", "sinceImagePushed");
    selection.set("countUnit", "days");
    selection.set("countNumber", rule["days"]);
  } else {
    selection.set("countType", "imageCountMoreThan");
    selection.set("countNumber", rule["keep"]);
  }
  return expiry_rule(priority, "a rule of its own", std::move(selection));
}

// As ECR has them: by rising priority, and the one for any tag last.
std::string lifecycle_of(const Value& inputs) {
  List rules;
  int priority = 0;
  for (const auto& rule : items_of(inputs["rules"])) rules.push_back(own_rule(++priority, rule));
  if (const auto& days = inputs["expire_untagged_days"]; !days.is_null()) {
    rules.push_back(expiry_rule(++priority, "untagged images",
                                params({{"tagStatus", "untagged"},
                                        {"countType", "sinceImagePushed"},
                                        {"countUnit", "days"},
                                        {"countNumber", days}})));
  }
  if (const auto& count = inputs["keep_tagged"]; !count.is_null()) {
    rules.push_back(expiry_rule(++priority, "old tagged images",
                                params({{"tagStatus", "tagged"},
                                        {"tagPatternList", List{"*"}},
                                        {"countType", "imageCountMoreThan"},
                                        {"countNumber", count}})));
  }
  return rules.empty() ? "" : json_body(params({{"rules", std::move(rules)}}));
}

Result<Ok> set_lifecycle(const Call& call, const std::string& name) {
  const auto policy = lifecycle_of(call.inputs());
  if (policy.empty()) {
    return gone(call.call("ecr", "DeleteLifecyclePolicy", params({{"repositoryName", name}})));
  }
  return done(
      call.call("ecr", "PutLifecyclePolicy", params({{"repositoryName", name}, {"lifecyclePolicyText", policy}})));
}

Map scanning(const Call& call) { return params({{"scanOnPush", flag_of(call["scan"])}}); }

const char* mutability(const Call& call) { return flag_of(call["immutable"]) ? "IMMUTABLE" : "MUTABLE"; }

Result<std::string> create_repository(Call& call) {
  const auto name = call.text("name");
  const auto made = call.call("ecr", "CreateRepository",
                              params({{"repositoryName", name},
                                      {"imageTagMutability", mutability(call)},
                                      {"imageScanningConfiguration", scanning(call)},
                                      {"tags", tag_list(call.tags())}}));
  if (!made) return made.error();
  if (!lifecycle_of(call.inputs()).empty()) {
    if (auto set = set_lifecycle(call, name); !set) return std::move(set).error();
  }
  return text_of(made["repository"]["repositoryArn"]);
}

Result<Ok> update_repository(Call& call) {
  const auto name = name_of_repository(call.id);
  auto set = done(call.call("ecr", "PutImageTagMutability",
                            params({{"repositoryName", name}, {"imageTagMutability", mutability(call)}})));
  if (set && call.differs("scan")) {
    set = done(call.call("ecr", "PutImageScanningConfiguration",
                         params({{"repositoryName", name}, {"imageScanningConfiguration", scanning(call)}})));
  }
  return set ? set_lifecycle(call, name) : set;
}

Result<Ok> compare_lifecycle(Account& account, const Known& known, Seen& seen) {
  const auto found =
      account.client.call("ecr", "GetLifecyclePolicy", params({{"repositoryName", name_of_repository(seen.id)}}));
  if (!found && !found.fault().not_found()) return found.error();
  const auto text = found ? text_of(found["lifecyclePolicyText"]) : std::string();
  const auto wanted = lifecycle_of(known.inputs);
  const auto read = [](const std::string& json) {
    return json.empty() ? Result<Value>(Value(Map())) : from_plain_json(json);
  };
  const auto now = read(text);
  const auto asked = read(wanted);
  const bool same = now && asked && holds((*asked)["rules"], (*now)["rules"]) &&
                    items_of((*asked)["rules"]).size() == items_of((*now)["rules"]).size();
  if (!same) seen.drift.push_back({"rules", "another lifecycle policy"});
  return Ok();
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
  seen.fixed.set("name", text_of(item["repositoryName"]));
  seen.live.set("immutable", text_of(item["imageTagMutability"]) == "IMMUTABLE");
  seen.live.set("scan", flag_of(item["imageScanningConfiguration"]["scanOnPush"]));
  return std::optional(std::move(seen));
}

// Tags aren't listed with the repositories: one call for each whose name may be ours.
Objects list_repositories(Account& account, const std::vector<Known>& known) {
  const auto prefix = run_time_name(account.owner.stack) + "/";
  std::set<std::string> names;
  for (const auto& one : known) names.insert(text_of(one.inputs["name"]));
  const auto all = account.client.list("ecr", "DescribeRepositories", {}, {"nextToken", "nextToken", "repositories"});
  if (!all) return all.error();
  const KnownById by_id(known);
  std::vector<Seen> out;
  for (const auto& item : items_of(all.value())) {
    const auto name = text_of(item["repositoryName"]);
    if (!name.starts_with(prefix) && !names.contains(name)) continue;
    auto seen = look_at_repository(account, item);
    if (!seen) return std::move(seen).error();
    if (!*seen) continue;
    if (const auto* recorded = by_id.find((*seen)->id)) {
      if (auto compared = compare_lifecycle(account, *recorded, **seen); !compared) return std::move(compared).error();
    }
    out.push_back(**std::move(seen));
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

// Nothing is forced: an image that somebody else pushed keeps the repository. What this stack pushed goes first.
Result<Ok> destroy_repository(Call& call) {
  const auto name = name_of_repository(call.id);
  const auto images = call.account().client.list(
      "ecr", "ListImages", params({{"repositoryName", name}, {"filter", params({{"tagStatus", "TAGGED"}})}}),
      {"nextToken", "nextToken", "imageIds"});
  if (!images) return gone(images);
  for (const auto& image : items_of(images.value())) {
    if (!text_of(image["imageTag"]).starts_with(image_mark(call.account().owner))) continue;
    auto deleted = gone(call.call(
        "ecr", "BatchDeleteImage",
        params({{"repositoryName", name}, {"imageIds", List{params({{"imageDigest", image["imageDigest"]}})}}})));
    if (!deleted) return deleted;
  }
  const auto asked = call.call("ecr", "DeleteRepository", params({{"repositoryName", name}}));
  if (!asked && asked.fault().is({"RepositoryNotEmptyException"})) {
    return Error{
        .code = "E0623",
        .message = "the repository " + name + " has images that this stack didn't push",
        .help = fmt::format("delete them (aws ecr delete-repository --repository-name {} --force), or keep the "
                            "repository: keep = true",
                            name)};
  }
  return gone(asked);
}

}  // namespace

const Type& repository_type() {
  static const Type type{
      .schema = {.name = "repository",
                 .doc = "A repository of images (ECR).",
                 .attributes = {exclusive(fixed("name", types::string(), "Its name.")),
                                changeable("immutable", types::boolean(), "A tag never moves."),
                                changeable("scan", types::boolean(), "Each image that is pushed is looked through."),
                                changeable("keep_tagged", types::integer(), "How many tagged images are kept."),
                                changeable("expire_untagged_days", types::integer(),
                                           "How long untagged images are kept."),
                                changeable("rules", types::list(types::map(infra::Type())),
                                           "Which images go: tags or untagged, and keep or days."),
                                labels_attribute(), output("arn", "Its ARN."),
                                output("url", "What images are pushed to.")}},
      .list = list_repositories,
      .actions = {"ecr:BatchDeleteImage", "ecr:CreateRepository", "ecr:DeleteLifecyclePolicy", "ecr:DeleteRepository",
                  "ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:ListImages", "ecr:ListTagsForResource",
                  "ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability", "ecr:PutLifecyclePolicy",
                  "ecr:TagResource", "ecr:UntagResource"},
      .create = create_repository,
      .update = update_repository,
      .destroy = destroy_repository,
      .look = look_by_name,
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        return account.identity.arn_of("ecr", "repository/" + name);
      },
      .tag =
          [](Account& account, const std::string& id, const Tags& tags) {
            return done(
                account.client.call("ecr", "TagResource", params({{"resourceArn", id}, {"tags", tag_list(tags)}})));
          }};
  return type;
}

}  // namespace infra::aws
