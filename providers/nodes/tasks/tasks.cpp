#include "providers/nodes/tasks/tasks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/values/codec.h"
#include "providers/http.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/pause/pause_image.h"
#include "providers/nodes/tasks/container_entries.h"
#include "providers/nodes/tasks/container_wait.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/tasks/task_labels.h"
#include "providers/nodes/tasks/task_order.h"

namespace infra::nodes {
namespace {

std::string task_filter(const Ownership& owner, const std::string& token) {
  const Value filters = Map(std::vector<Entry>{
      {"label", List({fmt::format("infra.lineage={}", owner.lineage), fmt::format("infra.token={}", token)})}});
  return "all=1&filters=" + http::url_encoded(to_plain_json(filters));
}

Result<List> listed(const Context& context, const std::string& query) {
  List out;
  auto reply = list_entries(context.engine, query, [&](const Value& entry) { out.push_back(entry); });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "list the containers of a task");
  return out;
}

// Against the order in which they start; those of which the record says nothing first, the pause container last.
std::vector<std::pair<std::string, std::string>> stop_order(const List& entries, const Value& containers) {
  const auto order = start_order(containers);
  std::vector<std::pair<std::string, std::string>> out;  // label, id
  for (const auto& entry : entries) {
    out.emplace_back(text_of(entry["Labels"][kContainerLabel]), text_of(entry["Id"]));
  }
  const auto place = [&](const std::string& label) {
    return label.empty() ? -1 : std::find(order.begin(), order.end(), label) - order.begin();
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto& a, const auto& b) { return place(a.first) > place(b.first); });
  return out;
}

// The engine finds these by its index, where it looks through all containers for a label.
Result<List> entries_by_id(const Context& context, const std::vector<std::string>& ids) {
  const Value by_id = Map(std::vector<Entry>{{"id", List(ids.begin(), ids.end())}});
  return listed(context, "all=1&filters=" + http::url_encoded(to_plain_json(by_id)));
}

}  // namespace

Result<List> entries_of_task(const Context& context, const std::string& id) {
  auto labelled = listed(context, task_filter(context.owner, id));
  if (!labelled || !labelled->empty()) return labelled;
  return entries_by_id(context, {id});
}

Result<ObjectResult> create_task(const Context& context, const CreateRequest& request, const std::string& host) {
  context.say("starting");
  auto made = start_containers(context, request);
  if (!made) return std::move(made).error();
  auto entries = entries_by_id(context, *made);
  if (!entries) return std::move(entries).error();
  auto seen = tasks_of(*entries, context.owner, context.engine.node(), host, {});
  if (seen.empty()) {
    return Error{.code = "E0608",
                 .message = fmt::format("the containers of {} vanished from node `{}`", request.address.text(),
                                        context.engine.node()),
                 .help = "somebody or something else removes containers there; run infra apply again"};
  }
  auto& task = seen.front();
  if (task.health.now == Health::healthy && task.health.detail.empty()) task.health = {};
  return ObjectResult{.id = request.token, .outputs = std::move(task.outputs), .health = std::move(task.health)};
}

Result<Ok> stop_task(const Context& context, const std::string& id, const Value& containers) {
  auto entries = entries_of_task(context, id);
  if (!entries) return std::move(entries).error();
  for (const auto& [label, container] : stop_order(*entries, containers)) {
    if (auto stopped = stop_container(context, container, containers[label]); !stopped) return stopped;
  }
  return Ok{};
}

Result<Ok> destroy_task(const Context& context, const ExistingObject& existing) {
  auto entries = entries_of_task(context, existing.id);
  if (!entries) return std::move(entries).error();
  const auto& containers = existing.inputs["containers"];
  const auto order = stop_order(*entries, containers);
  context.say("stopping");
  for (const auto& [label, id] : order) {
    if (auto stopped = stop_container(context, id, containers[label]); !stopped) return stopped;
  }
  for (const auto& [label, id] : order) {
    if (auto removed = remove_container(context, id); !removed) return removed;
  }
  const bool paused = std::any_of(order.begin(), order.end(), [](const auto& one) { return one.first.empty(); });
  return paused ? remove_pause_image(context) : Ok{};
}

std::string diagnose_task(const Context& context, const ExistingObject& existing) {
  auto entries = entries_of_task(context, existing.id);
  if (!entries) return {};
  std::string out;
  for (const auto& entry : *entries) {
    const auto label = text_of(entry["Labels"][kContainerLabel]);
    if (is_pause(entry)) continue;
    const auto why = what_is_wrong(context, text_of(entry["Id"]), text_of(entry["Labels"]["infra.until"]));
    if (why.empty()) continue;
    if (!out.empty()) out += "\n";
    if (entries->size() > 1) out += label + ": ";
    out += why;
    const auto log = log_tail(context, text_of(entry["Id"]), existing.inputs["containers"][label]);
    out += log.empty() ? "; it wrote nothing" : "; the end of its log:\n" + log;
  }
  return out;
}

}  // namespace infra::nodes
