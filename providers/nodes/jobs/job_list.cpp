#include "providers/nodes/jobs/job_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "providers/engine/jobs/job.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/tasks/task_labels.h"

namespace infra::nodes {

std::string run_id(const std::string& node, const std::string& token) { return node + "/" + token; }

std::string node_of_run(std::string_view id) {
  const auto slash = id.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(id.substr(0, slash));
}

std::string token_of_run(std::string_view id) {
  const auto slash = id.rfind('/');
  return std::string(slash == std::string_view::npos ? id : id.substr(slash + 1));
}

namespace {

bool has_ended(const RunMember& member) { return member.state == "exited" || member.state == "stopped"; }

// Without the Z a shorter fraction of a second is a prefix of a longer one, and sorts before it.
std::string_view sortable(const RunMember& member) {
  std::string_view out = member.finished;
  if (out.ends_with('Z')) out.remove_suffix(1);
  return out;
}

const RunMember* first_to_end(const std::vector<RunMember>& members) {
  const RunMember* out = nullptr;
  for (const auto& member : members) {
    if (!member.essential || !has_ended(member)) continue;
    if (out == nullptr || sortable(member) < sortable(*out)) out = &member;
  }
  return out;
}

Health ended(const RunMember& member, bool several) {
  if (member.exit == 0) return {.now = Health::completed, .detail = "exited with code 0"};
  const auto who = several ? fmt::format("container `{}`", member.label) : std::string("it");
  return {
      .now = Health::stopped, .exit = member.exit, .detail = fmt::format("{} exited with code {}", who, member.exit)};
}

}  // namespace

Health health_of_run(const std::vector<RunMember>& members, std::size_t size) {
  const auto any = [&](std::string_view state) {
    return std::any_of(members.begin(), members.end(), [&](const RunMember& m) { return m.state == state; });
  };
  if (const auto* first = first_to_end(members)) {
    if (any("running")) return {.now = Health::starting, .detail = "stopping its other containers"};
    return ended(*first, members.size() > 1);
  }
  if (size != 0 && size != members.size()) {
    return {.now = Health::stopped, .detail = fmt::format("{} of its {} containers are there", members.size(), size)};
  }
  if (any("running")) return {.now = Health::starting, .detail = "running"};
  return {.now = Health::stopped, .detail = any("created") ? "created, not started" : "it doesn't run"};
}

namespace {

// "Exited (3) 5 seconds ago"
int exit_in(const std::string& status) {
  const auto open = status.find('(');
  int out = 0;
  if (open != std::string::npos) std::from_chars(status.data() + open + 1, status.data() + status.size(), out);
  return out;
}

RunMember run_member_of(const Value& entry) {
  const auto& labels = entry["Labels"];
  return {.label = text_of(labels[kContainerLabel]),
          .id = text_of(entry["Id"]),
          .state = text_of(entry["State"]),
          .essential = text_of(labels[kEssentialLabel]) != "no",
          .exit = exit_in(text_of(entry["Status"]))};
}

struct Run {
  Address address;
  std::string token, spec_hash;
  std::size_t size = 0;
  std::int64_t created = 0;  // seconds since 1970
  std::vector<RunMember> members;
};

// Which of several ended first, the list doesn't tell.
Result<Ok> add_times(Engine& engine, Run& run) {
  const auto ended =
      std::count_if(run.members.begin(), run.members.end(), [](auto& m) { return m.essential && has_ended(m); });
  if (ended < 2) return Ok{};
  for (auto& member : run.members) {
    if (!has_ended(member)) continue;
    auto reply = engine.get(fmt::format("/containers/{}/json", member.id), shapes::container());
    if (!reply) return std::move(reply).error();
    if (!reply->ok() && reply->status != 404) return engine.refused(*reply, "show a container");
    if (reply->ok()) member.finished = text_of(reply->body["State"]["FinishedAt"]);
  }
  return Ok{};
}

ObservedObject object_of(const Run& run, const std::string& node) {
  auto health = health_of_run(run.members, run.size);
  Map containers;
  for (const auto& member : run.members) {
    if (!member.label.empty()) containers.set(member.label, member.id);  // else its pause container
  }
  Map outputs({{"node", node}, {"containers", std::move(containers)}});
  const bool over = health.now == Health::completed || health.now == Health::stopped;
  if (over && first_to_end(run.members) != nullptr) outputs.set("exit_code", health.exit);
  return {.address = run.address,
          .type = engine::kJobRun,
          .id = run_id(node, run.token),
          .token = run.token,
          .spec_hash = run.spec_hash,
          .health = std::move(health),
          .outputs = std::move(outputs),
          .created = Moment(std::chrono::seconds(run.created))};
}

}  // namespace

Result<std::vector<ObservedObject>> list_runs(Engine& engine, const Ownership& owner) {
  std::map<std::pair<Address, std::string>, Run> runs;
  const auto add = [&](const Value& entry) {
    const auto ours = read_labels(entry["Labels"], owner, engine::kJobRun);
    if (!ours) return;
    auto& run = runs[{ours->address, ours->token}];
    const auto created = number_of(entry["Created"]);
    run.created = run.members.empty() ? created : std::min(run.created, created);
    run.address = ours->address;
    run.token = ours->token;
    run.spec_hash = ours->spec_hash;
    const auto size = text_of(entry["Labels"][kSizeLabel]);
    std::from_chars(size.data(), size.data() + size.size(), run.size);
    run.members.push_back(run_member_of(entry));
  };
  auto reply =
      engine.list("/containers/json?all=1&" + filters_for(owner, engine::kJobRun), shapes::listed_container(), add);
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its containers");
  std::vector<ObservedObject> out;
  for (auto& [key, run] : runs) {
    if (auto timed = add_times(engine, run); !timed) return std::move(timed).error();
    out.push_back(object_of(run, engine.node()));
  }
  return out;
}

}  // namespace infra::nodes
