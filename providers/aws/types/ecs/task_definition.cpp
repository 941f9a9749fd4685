#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/ecs/ecs_revisions.h"
#include "providers/aws/types/ecs/ecs_tags.h"
#include "providers/aws/types/ecs/retag.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr std::size_t kKept = 3;       // revisions that stay ACTIVE, so that a rollback has where to go
constexpr std::size_t kFew = 10;       // families that are asked for one by one
constexpr std::size_t kLookedAt = 20;  // older ones that an update looks at, whether they may go

// The id is the family, as an ARN without revision: a new revision is an update of it.
std::string family_arn(const Account& account, const std::string& family) {
  return account.identity.arn_of("ecs", "task-definition/" + family);
}

Map outputs_of(const Value& definition) {
  return params({{"arn", text_of(definition["taskDefinitionArn"])}, {"revision", number_of(definition["revision"])}});
}

Result<Ok> register_revision(Call& call) {
  auto definition = with_running_images(call, call["definition"], items_of(call["kept_images"]));
  if (!definition) return std::move(definition).error();
  definition->set("family", call.text("family"));
  definition->set("tags", ecs_tags(call.tags()));
  const auto made = call.call("ecs", "RegisterTaskDefinition", Value(*std::move(definition)));
  if (!made) return made.error();
  call.outputs = outputs_of(made["taskDefinition"]);
  return Ok();
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
  const auto family = call.text("family");
  const auto there = describe_revision(call.account(), family);
  if (!there) return there.error();
  // Its revisions would be mixed with this stack's.
  if (*there && (*there)->active && !is_own(call.account(), (*there)->tags)) return taken("task definition", family);
  if (auto made = register_revision(call); !made) return std::move(made).error();
  return family_arn(call.account(), family);
}

// Those that this stack made. What somebody else registered is theirs, and what a service ran until now may be what it
// goes back to.
Result<List> own_of(const Call& call, const List& arns) {
  List out;
  for (const auto& arn : arns) {
    if (arn == call.recorded_outputs["arn"]) continue;
    const auto found = describe_revision(call.account(), text_of(arn));
    if (!found) return found.error();
    if (!*found) continue;
    const auto mark = mark_of((*found)->tags);
    if (mark && mark->lineage == call.account().owner.lineage) out.push_back(arn);
  }
  return out;
}

// A family has no tags of its own: they are the revision's.
Result<Ok> tag_revision(const Call& call) {
  if (!call.differs("labels")) return Ok();
  const auto change = tag_change(call);
  const auto revision = text_of(call.recorded_outputs["arn"]);
  if (auto untagged = untag(call.account(), revision, change.removed); !untagged) return untagged;
  return tag_in_ecs(call.account(), revision, change.set);
}

Result<Ok> update_definition(Call& call) {
  // Whose images are kept is for the next revision.
  if (!call.differs("definition") && !call.drifted("revision")) return tag_revision(call);
  if (auto made = register_revision(call); !made) return made;
  auto all = revisions_of(call.account(), call.text("family"));
  if (!all) return std::move(all).error();
  if (all->size() <= kKept) return Ok();
  const auto last = std::min(all->size(), kKept + kLookedAt);
  auto old = own_of(call, List(all->begin() + kKept, all->begin() + static_cast<std::ptrdiff_t>(last)));
  if (!old) return std::move(old).error();
  return forget_revisions(call, *old);
}

// The revision that was recorded, whatever others have registered since; of what isn't recorded the newest.
Result<std::optional<Seen>> look_at_family(Account& account, const Known& known) {
  const auto family = last_part(known.id);
  const auto recorded = text_of(known.outputs["arn"]);
  auto found = describe_revision(account, recorded.empty() ? family : recorded);
  if (!found) return std::move(found).error();
  const bool lost = !recorded.empty() && (!*found || !(*found)->active);
  if (lost) {
    found = describe_revision(account, family);
    if (!found) return std::move(found).error();
  }
  if (!*found || !(*found)->active) return std::optional<Seen>();
  Seen seen{.id = family_arn(account, family), .tags = (*found)->tags, .outputs = outputs_of((*found)->definition)};
  seen.fixed.set("family", family);
  seen.fixed.set("definition", as_asked_for((*found)->definition));
  // Nothing can be made to run it any more.
  if (lost) seen.drift.push_back({"revision", last_of_arn(recorded) + " was deregistered"});
  return std::optional(std::move(seen));
}

// Of many families one call lists the revisions of a hundred; one that is there as recorded needs no look of its own.
// In an account with many more revisions than these that would take longer than to look at each.
Result<std::set<std::string>> known_to_be_there(Account& account, const std::vector<Known>& known) {
  if (known.size() <= kFew) return std::set<std::string>();
  auto active = active_revisions(account, known.size() / 4);
  if (!active) return std::move(active).error();
  return active->value_or(std::set<std::string>());
}

Objects list_families(Account& account, const std::vector<Known>& known) {
  const auto families = families_in_use(account);
  if (!families) return families.error();
  const auto there = known_to_be_there(account, known);
  if (!there) return there.error();
  const KnownById by_id(known);
  std::vector<Seen> out;
  for (const auto& family : *families) {
    const Known unknown{.id = family_arn(account, family), .inputs = {}};
    const auto* recorded = by_id.find(unknown.id);
    if (recorded != nullptr && there->contains(text_of(recorded->outputs["arn"]))) {
      out.push_back(
          {.id = unknown.id, .outputs = recorded->outputs.map() != nullptr ? *recorded->outputs.map() : Map()});
      continue;
    }
    auto seen = look_at_family(account, recorded != nullptr ? *recorded : unknown);
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
                          changeable("kept_images", types::list(types::map(infra::Type())),
                                     "Containers whose images somebody else deploys, and in which services."),
                          labels_attribute(),
                          {.name = "arn", .type = types::string(), .doc = "The newest revision.", .computed = true},
                          {.name = "revision", .type = types::integer(), .doc = "Its number.", .computed = true}}},
      .list = list_families,
      .actions = {"ecs:DeleteTaskDefinitions", "ecs:DeregisterTaskDefinition", "ecs:DescribeServices",
                  "ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitionFamilies", "ecs:ListTaskDefinitions",
                  "ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:UntagResource", "iam:PassRole"},
      .create = create_definition,
      .update = update_definition,
      .destroy = [](Call& call) -> Result<Ok> {
        auto all = revisions_of(call.account(), last_part(call.id));
        if (!all) return std::move(all).error();
        return forget_revisions(call, *all);
      },
      .look = look_at_family,
      // FAMILY, or FAMILY:REVISION: it is the family in any case.
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        return family_arn(account, name.substr(0, name.find(':')));
      }};
  return type;
}

}  // namespace infra::aws
