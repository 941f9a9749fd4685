#include "planner/decide/decide_sets.h"

#include <fmt/format.h>

#include <algorithm>

#include "planner/decide/attributes.h"
#include "planner/decide/known_outputs.h"
#include "planner/decide/reasons.h"
#include "planner/decide/refresh.h"
#include "planner/decide/targets.h"
#include "state/notes.h"

namespace infra {
namespace {

std::vector<ObservedHost> hosts_of(const Draft& draft, const std::string& platform) {
  std::vector<ObservedHost> out;
  for (const auto& host : draft.input.observed.hosts) {
    if (host.platform.empty() || host.platform == platform) out.push_back(host);
  }
  return out;
}

std::vector<std::string> unreachable_nodes(const Draft& draft, const std::string& platform) {
  std::vector<std::string> out;
  for (const auto& one : draft.input.observed.unreachable) {
    const bool here = one.platform.empty() || one.platform == platform;
    if (here && !one.node.empty()) out.push_back(one.node);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// The revision that the last complete deployment left, and how many copies of it.
struct Former {
  std::string revision;
  int copies = 0;
};

Former former_of(Draft& draft, const RecordedResource* row) {
  Former out;
  if (row == nullptr) return out;
  const auto outputs = decode_record(row->outputs, row->address, draft.diagnostics);
  if (const auto* revision = outputs["revision"].string()) out.revision = *revision;
  if (const auto* copies = outputs["copies"].integer()) out.copies = static_cast<int>(*copies);
  return out;
}

std::vector<Address> tasks_to_replace(const Draft& draft, const TasksNow& now) {
  std::vector<Address> out;
  if (draft.input.replace.empty()) return out;
  for (const auto* row : now.rows) {
    if (is_to_replace(draft.input, row->address)) out.push_back(row->address);
  }
  return out;
}

std::optional<int> scaled_to(const Draft& draft, const Address& service) {
  const auto* note = find_note(draft.input.state.notes, kScaled, service.text());
  return note != nullptr ? std::optional(static_cast<int>(note->number)) : std::nullopt;
}

Assembled assemble_set(Draft& draft, std::size_t slot, const RecordedResource* row, const std::string& platform,
                       const Value* want, bool held = false) {
  const auto service = draft.slots.all[slot].address->owner();
  const auto now = draft.slots.tasks_of(service, platform);
  const auto former = former_of(draft, row);
  const auto hosts = hosts_of(draft, platform);
  const auto unreachable = unreachable_nodes(draft, platform);
  return assemble({.service = service,
                   .platform = platform,
                   .want = want,
                   .from = former.revision,
                   .from_copies = former.copies,
                   .scaled = scaled_to(draft, service),
                   .held = held,
                   .now = now,
                   .hosts = hosts,
                   .unreachable = unreachable,
                   .key = draft.input.hash_key(),
                   .replace_all = is_to_replace(draft.input, *draft.slots.all[slot].address),
                   .replace = tasks_to_replace(draft, now)});
}

const RecordedDeployment* last_deployment(const Draft& draft, const Address& service) {
  const auto& all = draft.input.state.deployments;
  const auto name = service.text();
  const auto at =
      std::lower_bound(all.begin(), all.end(), name, [](const auto& d, const auto& n) { return d.name < n; });
  return at != all.end() && at->name == name ? &*at : nullptr;
}

// The last attempt at this very revision, if it failed.
const RecordedDeployment* failed_before(const Draft& draft, const Assembled& assembled) {
  const auto* last = last_deployment(draft, assembled.deployment.service);
  const bool failed = last != nullptr && (last->status == "rolled_back" || last->status == "failed");
  return failed && last->to == assembled.deployment.to ? last : nullptr;
}

// After a failure a loop leaves the service alone until there is a new commit.
bool is_held(const Draft& draft, const RecordedDeployment& failed) {
  return !draft.input.loop_commit.empty() && failed.commit == draft.input.loop_commit;
}

bool is_complete(const Assembled& assembled) {
  const auto& deployment = assembled.deployment;
  return !deployment.to.empty() && deployment.from == deployment.to && !assembled.differs;
}

void add_attributes(const Value& value, const std::string& prefix, std::vector<AttributeChange>& out) {
  for (auto& attribute : all_attributes(value)) {
    attribute.path = prefix + attribute.path;
    out.push_back(std::move(attribute));
  }
}

// What the commit asks for waits for the next one; what ran before it is healed.
void hold(Draft& draft, std::size_t index, const RecordedResource* row, const RecordedDeployment& failed) {
  auto& entry = draft.current[index];
  auto& change = entry.change;
  change.action = Action::no_op;
  change.reasons.clear();
  change.attributes.clear();
  draft.diagnostics.warning("E0718", draft.span(index),
                            fmt::format("{} is held: the deployment of this commit failed at {}: {}", failed.name,
                                        failed.ended, failed.reason),
                            {}, "push a commit that puts it right, or run infra apply");
  auto assembled = assemble_set(draft, index, row, change.platform, &change.after, true);
  if (assembled.deployment.from.empty() || !assembled.differs) return;
  for (const auto& why : assembled.why) change.reasons.push_back(reasons::task_is_wrong(why));
  change.action = Action::update;
  change.drift = true;
  entry.set = draft.sets.size();
  draft.sets.push_back({.slot = index, .want = change.after, .assembled = std::move(assembled)});
}

}  // namespace

void decide_task_set(Draft& draft, std::size_t index, bool recorded) {
  const auto& slot = draft.slots.all[index];
  auto& entry = draft.current[index];
  auto& change = entry.change;
  const auto* row = recorded ? slot.row : nullptr;
  auto assembled = assemble_set(draft, index, row, change.platform, &change.after);
  const auto* failed = failed_before(draft, assembled);
  if (failed != nullptr && is_held(draft, *failed)) return hold(draft, index, row, *failed);
  const bool asked = !draft.input.replace.empty() && assembled.differs && change.action == Action::no_op;
  if (row != nullptr && !assembled.why.empty()) {
    change.drift = change.action == Action::no_op && assembled.why.size() > assembled.drained;
    for (const auto& why : assembled.why) change.reasons.push_back(reasons::task_is_wrong(why));
  } else if (row != nullptr && change.action == Action::no_op && !is_complete(assembled)) {
    if (asked) change.reasons.push_back(reasons::asked_to_replace());
    if (!asked && failed == nullptr) change.reasons.push_back(reasons::deployment_incomplete());
  }
  const bool open = change.action != Action::no_op || !change.reasons.empty() || !is_complete(assembled);
  if (failed != nullptr && open) {
    change.reasons.push_back(reasons::deployment_failed(*failed));
  }
  if (change.action == Action::no_op && !change.reasons.empty()) change.action = Action::update;
  if (change.action == Action::no_op) return;
  entry.set = draft.sets.size();
  draft.sets.push_back({.slot = index, .want = change.after, .assembled = std::move(assembled)});
}

void refresh_task_set(Draft& draft, std::size_t slot) {
  refresh_recorded(draft, slot);
  const auto& from = draft.slots.all[slot];
  const auto unreachable = unreachable_nodes(draft, from.row->platform);
  const auto gone = gone_tasks(draft.slots.tasks_of(from.address->owner(), from.row->platform), unreachable);
  if (gone.empty()) return;
  auto& change = draft.current[slot].change;
  record_what_was_seen(draft, slot);
  for (const auto* row : gone) {
    change.reasons.push_back(reasons::task_is_wrong(row->address.text() + " is gone: it was removed outside infra"));
  }
}

std::size_t end_task_set(Draft& draft, std::size_t slot, const RecordedResource& row) {
  auto assembled = assemble_set(draft, slot, &row, row.platform, nullptr);
  draft.sets.push_back({.slot = slot, .want = {}, .assembled = std::move(assembled)});
  return draft.sets.size() - 1;
}

std::vector<AttributeChange> attributes_of_new_set(const Value& inputs) {
  std::vector<AttributeChange> out;
  const auto* containers = inputs["task"]["containers"].map();
  if (containers == nullptr) return out;
  for (const auto& [label, container] : *containers) {
    add_attributes(container, containers->size() == 1 ? "" : "container." + label + ".", out);
  }
  // A task with an address of its own publishes nothing on its node.
  if (inputs["task"]["mode"] == Value("network")) {
    std::erase_if(out, [](const AttributeChange& a) { return a.path == "ports" || a.path.ends_with(".ports"); });
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return out;
}

std::vector<AttributeChange> shown_attributes(std::vector<AttributeChange> all, const Value& inputs) {
  for (auto& attribute : all) attribute.path = shown_path(attribute.path, inputs);
  std::erase_if(all, [](const AttributeChange& attribute) { return attribute.path.empty(); });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return all;
}

}  // namespace infra
