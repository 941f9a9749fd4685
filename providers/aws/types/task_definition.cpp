#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/types/ec2.h"
#include "providers/aws/types/ecs_tags.h"
#include "providers/aws/types/rows.h"

namespace infra::aws {

namespace {

constexpr std::size_t kKept = 3;  // revisions that stay ACTIVE, so that a rollback has where to go

// The id is the family, as an ARN without revision: a new revision is an update of it.
std::string family_arn(const Account& account, const std::string& family) {
  return account.identity.arn_of("ecs", "task-definition/" + family);
}

Reply register_revision(const Call& call) {
  Map request = call["definition"].map() != nullptr ? *call["definition"].map() : Map();
  request.set("family", call.text("family"));
  request.set("tags", ecs_tags(call.tags()));
  return call.call("ecs", "RegisterTaskDefinition", Value(request));
}

Result<List> revisions_of(Account& account, const std::string& family) {
  const auto all = account.client.list("ecs", "ListTaskDefinitions",
                                       params({{"familyPrefix", family}, {"status", "ACTIVE"}, {"sort", "DESC"}}),
                                       {"nextToken", "nextToken", "taskDefinitionArns"});
  if (!all) return all.error();
  auto arns = items_of(all.value());
  const auto revision = [](const Value& arn) { return number_of(last_part(text_of(arn))); };
  std::sort(arns.begin(), arns.end(), [&](const Value& a, const Value& b) { return revision(a) > revision(b); });
  return arns;
}

Result<Ok> forget_revisions(const Call& call, const List& arns) {
  for (const auto& arn : arns) {
    auto off = gone(call.call("ecs", "DeregisterTaskDefinition", params({{"taskDefinition", arn}})));
    if (!off) return off;
  }
  for (std::size_t from = 0; from < arns.size(); from += 10) {
    const List some(arns.begin() + static_cast<std::ptrdiff_t>(from),
                    arns.begin() + static_cast<std::ptrdiff_t>(std::min(arns.size(), from + 10)));
    auto deleted = gone(call.call("ecs", "DeleteTaskDefinitions", params({{"taskDefinitions", some}})));
    if (!deleted) return deleted;
  }
  return Ok();
}

Result<std::string> create_definition(Call& call) {
  const auto made = register_revision(call);
  if (!made) return made.error();
  return family_arn(call.account(), call.text("family"));
}

Result<Ok> update_definition(Call& call) {
  const auto made = register_revision(call);
  if (!made) return made.error();
  auto all = revisions_of(call.account(), call.text("family"));
  if (!all) return std::move(all).error();
  if (all->size() <= kKept) return Ok();
  return forget_revisions(call, List(all->begin() + kKept, all->end()));
}

Result<std::optional<Seen>> look_at_family(Account& account, const Known& known) {
  const auto family = last_part(known.id);
  const auto found = account.client.call("ecs", "DescribeTaskDefinition",
                                         params({{"taskDefinition", family}, {"include", List{"TAGS"}}}));
  if (!found) {
    // "Unable to describe task definition.": there is none that is ACTIVE.
    if (found.fault().not_found() || found.fault().is({"ClientException"})) return std::optional<Seen>();
    return found.error();
  }
  const auto& definition = found["taskDefinition"];
  if (text_of(definition["status"]) != "ACTIVE") return std::optional<Seen>();
  Seen seen{.id = family_arn(account, family), .tags = read_tags(found["tags"])};
  const auto revision = number_of(definition["revision"]);
  seen.outputs = params({{"arn", text_of(definition["taskDefinitionArn"])}, {"revision", revision}});
  return std::optional(std::move(seen));
}

Objects list_families(Account& account, const std::vector<Known>&) {
  const auto prefix = run_time_name(account.owner.stack) + "-";
  const auto all =
      account.client.list("ecs", "ListTaskDefinitionFamilies", params({{"familyPrefix", prefix}, {"status", "ACTIVE"}}),
                          {"nextToken", "nextToken", "families"});
  if (!all) return all.error();
  std::vector<Seen> out;
  for (const auto& family : items_of(all.value())) {
    auto seen = look_at_family(account, {.id = family_arn(account, text_of(family)), .inputs = {}});
    if (!seen) return std::move(seen).error();
    if (*seen) out.push_back(**std::move(seen));
  }
  return out;
}

}  // namespace

const Type& task_definition_type() {
  static const Type type{
      .schema =
          {.name = "task_definition",
           .doc = "A family of task definitions: each change registers a revision, and the newest three are kept.",
           .attributes = {fixed("family", types::string(), "Its name."),
                          changeable("definition", types::map(infra::Type()), "As RegisterTaskDefinition takes it."),
                          labels_attribute(),
                          {.name = "arn", .type = types::string(), .doc = "The newest revision.", .computed = true},
                          {.name = "revision", .type = types::integer(), .doc = "Its number.", .computed = true}}},
      .list = list_families,
      .actions = {"ecs:DeleteTaskDefinitions", "ecs:DeregisterTaskDefinition", "ecs:DescribeTaskDefinition",
                  "ecs:ListTaskDefinitionFamilies", "ecs:ListTaskDefinitions", "ecs:RegisterTaskDefinition",
                  "ecs:TagResource", "iam:PassRole"},
      .create = create_definition,
      .update = update_definition,
      .destroy = [](Call& call) -> Result<Ok> {
        auto all = revisions_of(call.account(), last_part(call.id));
        if (!all) return std::move(all).error();
        return forget_revisions(call, *all);
      },
      .look = look_at_family};
  return type;
}

}  // namespace infra::aws
