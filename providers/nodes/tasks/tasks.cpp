#include "providers/nodes/tasks/tasks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/codec.h"
#include "providers/engine/task_group.h"
#include "providers/http.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/nodes/tasks/container_wait.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/tasks/task_labels.h"
#include "providers/nodes/tasks/task_order.h"

namespace infra::nodes {
namespace {

// "shop-api-3", or "shop-api-3-web" of a task with several containers.
std::string name_of(const CreateRequest& request, const std::string& label, bool several) {
  const auto base = fmt::format("{}-{}", text_of(request.inputs["name"]), request.address.part);
  return several ? fmt::format("{}-{}", base, run_time_name(label)) : base;
}

class CreatingTask {
 public:
  CreatingTask(const Context& context, const CreateRequest& request)
      : context_(context),
        request_(request),
        containers_(request.inputs["containers"]),
        order_(start_order(containers_)) {
    if (containers_.map() != nullptr) owner_ = engine::network_owner(*containers_.map());
  }

  Result<Ok> run() {
    if (auto pulled = pull(); !pulled) return pulled;
    for (const auto& label : order_) {
      if (auto ready = wait_for_needs(label); !ready) return undo(std::move(ready).error());
      if (auto up = bring_up(label); !up) return undo(std::move(up).error());
    }
    return Ok{};
  }

 private:
  Result<Ok> pull() {
    for (const auto& label : order_) {
      const auto image = text_of(containers_[label]["image"]);
      auto there = ensure_image(context_, image, credentials_of(request_.inputs["access"][label]));
      if (!there) return there;
    }
    if (context_.cancel.aborting()) return Error{.code = "E0703", .message = "stopped before creating a task"};
    return Ok{};
  }

  // What `after` asks for. `started` is so already; a container that waits for itself can't be written.
  Result<Ok> wait_for_needs(const std::string& label) {
    const auto* after = containers_[label]["after"].map();
    if (after == nullptr) return Ok{};
    for (const auto& [needed, condition] : *after) {
      if (text_of(condition) == "started" || waited_.contains(needed)) continue;
      context_.say(fmt::format("waiting until {} is {}", needed, text_of(condition)));
      if (auto there = wait_for_container(context_, ids_.at(needed), containers_[needed]); !there) {
        return explained(needed, std::move(there).error());
      }
      waited_.insert({needed, true});
    }
    return Ok{};
  }

  Result<Ok> explained(const std::string& label, Error error) {
    error.message = fmt::format("container `{}` on node `{}`: {}", label, context_.engine.node(), error.message);
    if (error.code != "E0608") return error;
    const auto log = log_tail(context_, ids_.at(label), containers_[label]);
    error.message += log.empty() ? "; it wrote nothing" : "; the end of its log:\n" + log;
    return error;
  }

  [[nodiscard]] Value network_of(const std::string& label) const {
    const auto mode = text_of(request_.inputs["mode"]);
    if (mode != "network") return Map(std::vector<Entry>{{"mode", mode}});
    const bool joins = label != owner_ && ids_.contains(owner_) && text_of(containers_[label]["until"]).empty();
    if (joins) return Map({{"mode", "container"}, {"container", ids_.at(owner_)}});
    return Map({{"mode", "network"}, {"network", request_.inputs["network"]}, {"aliases", request_.inputs["aliases"]}});
  }

  // A container that should keep running is brought back by the engine where nobody watches.
  [[nodiscard]] CreateRequest member(const std::string& label) const {
    const auto& container = containers_[label];
    auto inputs = *container.map();
    const bool essential = engine::is_essential(container);
    const bool stays = text_of(container["until"]).empty();
    inputs.set("name", name_of(request_, label, order_.size() > 1));
    inputs.set("network", network_of(label));
    // One that owns the network of others would come back with another network than theirs: all are replaced instead.
    const bool shares = text_of(request_.inputs["mode"]) == "network" && order_.size() > 1;
    if (essential && stays && !shares && request_.type == "task") inputs.set("restart", "unless-stopped");
    inputs.set("task_labels", Map({{kContainerLabel, label},
                                   {kSizeLabel, fmt::format("{}", order_.size())},
                                   {kEssentialLabel, essential ? "yes" : "no"},
                                   {kModeLabel, text_of(request_.inputs["mode"])},
                                   {kRevisionLabel, request_.revision}}));
    return {.address = request_.address,
            .type = request_.type,
            .inputs = std::move(inputs),
            .spec_hash = request_.spec_hash,
            .token = request_.token};
  }

  Result<Ok> bring_up(const std::string& label) {
    const auto request = member(label);
    auto id = make_container(context_, request);
    if (!id) return std::move(id).error();
    ids_[label] = *id;
    return start_container(context_, *id, request);
  }

  Error undo(Error error) {
    for (const auto& [label, id] : ids_) {
      if (auto removed = remove_container(context_, id); !removed) {
        return std::move(error).during(fmt::format("removing it again, which failed: {}", removed.error().line()));
      }
    }
    return error;
  }

  const Context& context_;
  const CreateRequest& request_;
  const Value& containers_;
  std::vector<std::string> order_;
  std::string owner_;
  std::map<std::string, std::string> ids_;  // label → engine's id
  std::map<std::string, bool> waited_;
};

std::string task_filter(const Ownership& owner, const std::string& token) {
  const Value filters = Map(std::vector<Entry>{
      {"label", List({fmt::format("infra.lineage={}", owner.lineage), fmt::format("infra.token={}", token)})}});
  return "/containers/json?all=1&filters=" + http::url_encoded(to_plain_json(filters));
}

Result<List> listed(const Context& context, const std::string& path) {
  List out;
  auto reply = context.engine.list(path, shapes::listed_container(), [&](const Value& entry) { out.push_back(entry); });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "list the containers of a task");
  return out;
}

// Against the order in which they start; those of which the record says nothing first.
std::vector<std::pair<std::string, std::string>> stop_order(const List& entries, const Value& containers) {
  const auto order = start_order(containers);
  std::vector<std::pair<std::string, std::string>> out;  // label, id
  for (const auto& entry : entries) {
    out.emplace_back(text_of(entry["Labels"][kContainerLabel]), text_of(entry["Id"]));
  }
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) {
    return std::find(order.begin(), order.end(), a.first) > std::find(order.begin(), order.end(), b.first);
  });
  return out;
}

}  // namespace

Result<List> entries_of_task(const Context& context, const std::string& id) {
  auto labelled = listed(context, task_filter(context.owner, id));
  if (!labelled || !labelled->empty()) return labelled;
  const Value by_id = Map(std::vector<Entry>{{"id", List(1, Value(id))}});
  return listed(context, "/containers/json?all=1&filters=" + http::url_encoded(to_plain_json(by_id)));
}

Result<Ok> start_containers(const Context& context, const CreateRequest& request) {
  return CreatingTask(context, request).run();
}

Result<ObjectResult> create_task(const Context& context, const CreateRequest& request, const std::string& host) {
  context.say("starting");
  if (auto done = start_containers(context, request); !done) return std::move(done).error();
  auto entries = entries_of_task(context, request.token);
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
  return Ok{};
}

std::string diagnose_task(const Context& context, const ExistingObject& existing) {
  auto entries = entries_of_task(context, existing.id);
  if (!entries) return {};
  std::string out;
  for (const auto& entry : *entries) {
    const auto label = text_of(entry["Labels"][kContainerLabel]);
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
