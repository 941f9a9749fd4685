#include "providers/aws/types/ecs/ecs_revisions.h"

#include <algorithm>
#include <array>
#include <map>

#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

// What AWS says of a revision beside what was asked for.
constexpr std::array kNotAskedFor = {"taskDefinitionArn",  "revision",       "status",
                                     "registeredAt",       "registeredBy",   "deregisteredAt",
                                     "requiresAttributes", "compatibilities"};

}  // namespace

Map as_asked_for(const Value& definition) {
  Map out = definition.map() != nullptr ? *definition.map() : Map();
  for (const auto* member : kNotAskedFor) out.erase(member);
  return out;
}

namespace {

// `definition` as it was asked for, without the images of `kept`.
Map comparable(const Value& definition, const List& kept) {
  auto out = as_asked_for(definition);
  List containers;
  for (const auto& one : items_of(definition["containerDefinitions"])) {
    auto container = one.map() != nullptr ? *one.map() : Map();
    if (std::find(kept.begin(), kept.end(), one["name"]) != kept.end()) container.erase("image");
    containers.emplace_back(std::move(container));
  }
  out.set("containerDefinitions", std::move(containers));
  return out;
}

// "user/ci" of an ARN of IAM or STS.
std::string who(const Value& definition) {
  const auto by = text_of(definition["registeredBy"]);
  return by.empty() ? by : std::string(parse_arn(by).resource);
}

std::string sentence(const Account& account, const std::string& arn, const std::optional<Revision>& revision) {
  auto out = "it runs " + last_of_arn(arn);
  if (!revision) return out;
  const auto mark = mark_of(revision->tags);
  if (mark && mark->lineage == account.owner.lineage) return out;
  const auto by = who(revision->definition);
  return out + (by.empty() ? ", not made here" : ", which " + by + " registered");
}

Result<std::map<std::string, std::string>> images_run_by(const Call& call, const Value& kept) {
  std::map<std::string, std::string> out;
  const auto found =
      call.call("ecs", "DescribeServices", params({{"cluster", kept["cluster"]}, {"services", List{kept["service"]}}}));
  if (!found) {
    if (found.fault().not_found()) return out;
    return found.error();
  }
  for (const auto& service : items_of(found["services"])) {
    if (text_of(service["status"]) != "ACTIVE") continue;
    const auto revision = describe_revision(call.account(), text_of(service["taskDefinition"]));
    if (!revision) return revision.error();
    if (!*revision) continue;
    for (const auto& one : items_of((*revision)->definition["containerDefinitions"])) {
      out[text_of(one["name"])] = text_of(one["image"]);
    }
  }
  return out;
}

}  // namespace

std::string last_of_arn(const std::string& arn) { return arn.substr(arn.rfind('/') + 1); }

Result<std::set<std::string>> families_in_use(Account& account) {
  const auto prefix = run_time_name(account.owner.stack) + "-";
  const auto all =
      account.client.list("ecs", "ListTaskDefinitionFamilies", params({{"familyPrefix", prefix}, {"status", "ACTIVE"}}),
                          {"nextToken", "nextToken", "families"});
  if (!all) return all.error();
  auto out = account.hosts->families();
  for (const auto& family : items_of(all.value())) out.insert(text_of(family));
  return out;
}

Result<std::optional<std::set<std::string>>> active_revisions(Account& account, std::size_t most_calls) {
  std::set<std::string> out;
  auto wanted = params({{"status", "ACTIVE"}});
  for (std::size_t calls = 0; calls < most_calls; ++calls) {
    const auto page = account.client.call("ecs", "ListTaskDefinitions", Value(wanted));
    if (!page) return page.error();
    for (const auto& arn : items_of(page["taskDefinitionArns"])) out.insert(text_of(arn));
    if (text_of(page["nextToken"]).empty()) return std::optional(std::move(out));
    wanted.set("nextToken", page["nextToken"]);
  }
  return std::optional<std::set<std::string>>();
}

Result<std::optional<Revision>> describe_revision(Account& account, const std::string& name) {
  const auto found = account.client.call("ecs", "DescribeTaskDefinition",
                                         params({{"taskDefinition", name}, {"include", List{"TAGS"}}}));
  if (!found) {
    // "Unable to describe task definition.": there is none that is ACTIVE.
    if (found.fault().not_found() || found.fault().is({"ClientException"})) return std::optional<Revision>();
    return found.error();
  }
  const auto& definition = found["taskDefinition"];
  return std::optional(Revision{
      .definition = definition, .tags = read_tags(found["tags"]), .active = text_of(definition["status"]) == "ACTIVE"});
}

Result<Ok> compare_revision(Account& account, const Known& known, Seen& service) {
  const auto recorded = text_of(known.inputs["task_definition"]);
  const auto* running = service.live.find("task_definition");
  if (running == nullptr || recorded.empty() || text_of(*running) == recorded) return Ok();
  const auto arn = text_of(*running);
  service.live.erase("task_definition");
  const auto now = describe_revision(account, arn);
  if (!now) return now.error();
  const auto& kept = items_of(known.inputs["kept_images"]);
  if (!kept.empty() && *now) {
    const auto before = describe_revision(account, recorded);
    if (!before) return before.error();
    const bool same = *before && comparable((*before)->definition, kept) == comparable((*now)->definition, kept);
    if (same) return Ok();
  }
  const auto failed = std::find_if(service.drift.begin(), service.drift.end(),
                                   [](const Drift& one) { return one.input == "task_definition"; });
  if (failed != service.drift.end()) {
    failed->said = sentence(account, arn, *now) + "; " + failed->said;
  } else {
    service.drift.push_back({"task_definition", sentence(account, arn, *now)});
  }
  return Ok();
}

Result<Map> with_running_images(const Call& call, const Value& definition, const List& kept) {
  Map out = definition.map() != nullptr ? *definition.map() : Map();
  std::map<std::string, std::string> images;
  for (const auto& one : kept) {
    const auto container = text_of(one["container"]);
    if (images.contains(container)) continue;
    const auto running = images_run_by(call, one);
    if (!running) return running.error();
    const auto at = running->find(container);
    if (at != running->end()) images[container] = at->second;
  }
  if (images.empty()) return out;
  List containers;
  for (const auto& one : items_of(definition["containerDefinitions"])) {
    auto container = one.map() != nullptr ? *one.map() : Map();
    const auto at = images.find(text_of(one["name"]));
    if (at != images.end()) container.set("image", at->second);
    containers.emplace_back(std::move(container));
  }
  out.set("containerDefinitions", std::move(containers));
  return out;
}

}  // namespace infra::aws
