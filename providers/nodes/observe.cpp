#include "providers/nodes/nodes_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "facts/host_labels.h"
#include "providers/at_once.h"
#include "providers/engine/engine_types.h"
#include "providers/engine/foreign_routes.h"
#include "providers/engine/jobs/job.h"
#include "providers/engine/overlay.h"
#include "providers/engine/service_outputs.h"
#include "providers/nodes/balancer/balancer_routes.h"
#include "providers/nodes/balancer/load_balancers.h"
#include "providers/nodes/found.h"
#include "providers/nodes/images/images.h"
#include "providers/nodes/jobs/job_list.h"
#include "providers/nodes/jobs/job_runs.h"
#include "providers/nodes/networks.h"
#include "providers/nodes/overlay/swarm_overlay.h"
#include "providers/nodes/repositories.h"
#include "providers/nodes/tasks/container_list.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/tasks/found_task.h"
#include "providers/nodes/tasks/tasks.h"
#include "providers/nodes/volumes/node_volumes.h"

// What is there: everything for a plan, and what a change waits for.
namespace infra::nodes {

namespace {

// One list call for each type.
Result<std::vector<ObservedObject>> labelled_on(Engine& engine, const Ownership& owner, const std::string& host,
                                                RestartWatch& restarts) {
  auto out = list_containers(engine, owner);
  if (!out) return out;
  auto tasks = list_tasks(engine, owner, host, restarts);
  if (!tasks) return tasks;
  std::move(tasks->begin(), tasks->end(), std::back_inserter(*out));
  auto balancers = balancer::list_load_balancers(engine, owner, host);
  if (!balancers) return balancers;
  std::move(balancers->begin(), balancers->end(), std::back_inserter(*out));
  for (auto* list : {list_networks, list_images, list_runs}) {
    auto more = list(engine, owner);
    if (!more) return more;
    std::move(more->begin(), more->end(), std::back_inserter(*out));
  }
  return out;
}

// Of a task of one container.
Value ports_of(const Value& task) {
  const auto* containers = task["containers"].map();
  return containers != nullptr && containers->size() == 1 ? containers->begin()->second["ports"] : Value();
}

// What is known to be on this node and isn't among what carries our labels: gone, or imported.
Result<std::vector<ObservedObject>> others_on(Engine& engine, const std::string& host,
                                              const std::vector<ObservedObject>& ours,
                                              const std::vector<KnownObject>& known) {
  std::set<std::string_view> seen;
  for (const auto& object : ours) seen.insert(object.id);
  std::vector<Unlabelled> missing;
  std::map<std::string, Value> tasks;  // inputs by id
  for (const auto& object : known) {
    const bool other = object.type == "container" || object.type == "network" || object.type == "task";
    if (!other || object.id.empty() || seen.contains(object.id)) continue;
    const auto inputs = object.inputs();
    if (!inputs) return inputs.error();
    if (text_of((*inputs)["node"]) != engine.node()) continue;
    if (object.type == "task") {
      tasks.emplace(object.id, *inputs);
      missing.push_back({.address = object.address, .type = "container", .id = object.id, .ports = ports_of(*inputs)});
    } else {
      missing.push_back({.address = object.address, .type = object.type, .id = object.id, .ports = (*inputs)["ports"]});
    }
  }
  auto found = list_unlabelled(engine, missing);
  if (!found) return found;
  for (auto& object : *found) {
    const auto task = tasks.find(object.id);
    if (task != tasks.end()) object = imported_task(object, task->second, engine.node(), host);
  }
  return found;
}

// An image that other nodes have pulled, or were brought, is one object: its id says what it is, wherever it lies.
void join_copies(std::vector<ObservedObject>& objects) {
  const auto same = [](const ObservedObject& a, const ObservedObject& b) {
    return a.type == "image" && b.type == "image" && a.id == b.id && a.address == b.address;
  };
  objects.erase(std::unique(objects.begin(), objects.end(), same), objects.end());
}

bool earlier(const ObservedObject& a, const ObservedObject& b) {
  return std::tie(a.address, a.id) < std::tie(b.address, b.id);
}

Result<std::vector<ObservedObject>> objects_on(Engine& engine, const Ownership& owner, const std::string& host,
                                               const std::vector<KnownObject>& known, RestartWatch& restarts) {
  auto out = labelled_on(engine, owner, host, restarts);
  if (!out) return out;
  auto others = others_on(engine, host, *out, known);
  if (!others) return others;
  std::move(others->begin(), others->end(), std::back_inserter(*out));
  return out;
}

struct NodeSeen {
  std::vector<ObservedObject> objects;
  std::vector<std::string> volumes;  // names
  std::vector<balancer::KeptRoutes> routes;
};

Result<NodeSeen> node_seen(Engine& engine, const Ownership& owner, const std::string& host,
                           const std::vector<KnownObject>& known, RestartWatch& restarts) {
  auto objects = objects_on(engine, owner, host, known, restarts);
  if (!objects) return std::move(objects).error();
  auto volumes = list_volumes(engine);
  if (!volumes) return std::move(volumes).error();
  auto routes = balancer::routes_on(engine);
  if (!routes) return std::move(routes).error();
  NodeSeen out{.objects = *std::move(objects), .volumes = {}, .routes = *std::move(routes)};
  for (auto& volume : *volumes) out.volumes.push_back(std::move(volume.name));
  return out;
}

}  // namespace

namespace {

// Where a killed run may have started a job isn't known: on any of those that it might have chosen.
bool may_live_on(const KnownObject& object, const Value& inputs, const std::string& node) {
  if (object.type != engine::kJobRun) return text_of(inputs["node"]) == node;
  if (!object.id.empty()) return node_of_run(object.id) == node;
  return inputs["nodes"].map() != nullptr && inputs["nodes"].map()->find(node) != nullptr;
}

}  // namespace

Result<Observation::Unreachable> NodesProvider::unreachable_for(const std::string& node, Error error,
                                                                const std::vector<KnownObject>& known) const {
  Observation::Unreachable out{.where = fmt::format("node {} of {}", node, context_.platform.name),
                               .error = std::move(error),
                               .hidden = {},
                               .node = node};
  for (const auto& object : known) {
    const auto inputs = object.inputs();
    if (!inputs) return inputs.error();
    if (may_live_on(object, *inputs, node)) out.hidden.push_back(object.address);
  }
  return out;
}

namespace {

bool is_overlay(const KnownObject& object) {
  return object.type == engine::kOverlay || object.type == engine::kOverlayNetwork;
}

// What the declaration says of a node; what it doesn't say isn't known.
ObservedHost host_of_node(const engine::NodeInfo& node, const std::vector<std::string>& drained,
                          const Observation& seen) {
  ObservedHost out{.name = node.name};
  out.draining = std::binary_search(drained.begin(), drained.end(), node.name);
  if (const auto* labels = node.config["labels"].map()) {
    for (const auto& [name, value] : *labels) out.labels.emplace(name, text_of(value));
  }
  if (const auto* cpu = node.config["cpu"].get<Cpu>()) out.cpu = cpu->ticks / Cpu::kUnit;
  const auto* memory = node.config["memory"].get<Bytes>();
  const auto* reserve = node.config["reserve"].get<Bytes>();
  if (memory != nullptr) out.memory = memory->count - (reserve != nullptr ? reserve->count : 0);
  out.answers =
      std::none_of(seen.unreachable.begin(), seen.unreachable.end(),
                   [&](const Observation::Unreachable& unreachable) { return unreachable.node == node.name; });
  return out;
}

}  // namespace

namespace {

// Where a node doesn't answer, those that no other has may be on it.
void add_routes(std::vector<ObservedObject> seen, const std::vector<KnownObject>& known, Observation& out) {
  for (const auto& object : known) {
    if (object.type != engine::kBalancerRoute || out.unreachable.empty()) continue;
    const bool found =
        std::any_of(seen.begin(), seen.end(), [&](const ObservedObject& one) { return one.id == object.id; });
    if (!found) out.unreachable.front().hidden.push_back(object.address);
  }
  std::move(seen.begin(), seen.end(), std::back_inserter(out.objects));
}

bool is_of_balancers(const ObservedObject& object) {
  return object.type == "load_balancer" || object.type == engine::kBalancerRoute;
}

}  // namespace

Result<Observation> NodesProvider::observe(const std::vector<KnownObject>& known) {
  // All nodes at once: one that doesn't answer costs its timeout once, not once each.
  std::vector<std::pair<std::string, std::future<Result<NodeSeen>>>> asked;
  for (const auto& [name, engine] : engines_) {
    asked.emplace_back(name, at_once([&engine = *engine, &known, &restarts = restarts_.at(name), this] {
                         return node_seen(engine, context_.owner, host_of(engine.node()), known, restarts);
                       }));
  }
  Observation out;
  std::map<std::string, std::vector<std::string>> volumes;  // by node
  std::vector<balancer::KeptRoutes> routes;
  for (auto& [name, answer] : asked) {
    auto seen = answer.get();
    if (seen) {
      std::move(seen->objects.begin(), seen->objects.end(), std::back_inserter(out.objects));
      volumes[name] = std::move(seen->volumes);
      std::move(seen->routes.begin(), seen->routes.end(), std::back_inserter(routes));
    } else {
      auto unreachable = unreachable_for(name, std::move(seen).error(), known);
      if (!unreachable) return std::move(unreachable).error();
      out.unreachable.push_back(*std::move(unreachable));
    }
  }
  for (const auto& node : engine::nodes_of(context_.platform)) {
    out.hosts.push_back(host_of_node(node, context_.drained, out));
    for (const auto& name : volumes[node.name]) {
      out.hosts.back().labels.emplace(std::string(facts::kVolumeLabel) + name, "");
    }
  }
  if (engine::spans_nodes(context_.platform) || std::any_of(known.begin(), known.end(), is_overlay)) {
    auto overlays = overlay::observe_overlays(engines_, context_.owner, known, out);
    if (!overlays) return std::move(overlays).error();
  }
  add_routes(balancer::seen_routes(routes, context_.owner), known, out);
  routed_ = !out.unreachable.empty() || std::any_of(out.objects.begin(), out.objects.end(), is_of_balancers);
  fleet().compare(out.objects);
  if (auto looked = balancer::observe_certificates(known, fleet(), kept_, out.objects); !looked)
    return std::move(looked).error();
  if (auto looked = observe_repositories(known, kept_, out); !looked) return std::move(looked).error();
  std::sort(out.objects.begin(), out.objects.end(), earlier);
  join_copies(out.objects);
  return out;
}

Result<std::vector<ObservedObject>> NodesProvider::poll_on(Engine& engine, const std::vector<KnownObject>& objects) {
  const auto of_jobs = [](const KnownObject& object) { return object.type == engine::kJobRun; };
  std::vector<ObservedObject> out;
  if (!std::all_of(objects.begin(), objects.end(), of_jobs)) {
    auto tasks = list_tasks(engine, context_.owner, host_of(engine.node()), restarts_.at(engine.node()));
    if (!tasks) return tasks;
    out = *std::move(tasks);
    // One that was imported has no labels.
    auto others = others_on(engine, host_of(engine.node()), out, objects);
    if (!others) return others;
    std::move(others->begin(), others->end(), std::back_inserter(out));
  }
  if (std::any_of(objects.begin(), objects.end(), of_jobs)) {
    const Cancel cancel;
    const Progress progress;
    const Context context{
        .engine = engine, .owner = context_.owner, .sources = context_.sources, .cancel = cancel, .progress = progress};
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto runs = poll_runs(context, objects, now);
    if (!runs) return runs;
    std::move(runs->begin(), runs->end(), std::back_inserter(out));
  }
  return out;
}

std::string NodesProvider::place_of(const KnownObject& object) const {
  if (object.type == engine::kJobRun) return node_of_run(object.id);
  const auto inputs = object.inputs();
  return inputs ? text_of((*inputs)["node"]) : std::string();
}

Result<Observation> NodesProvider::poll(const std::vector<KnownObject>& objects) {
  std::map<std::string, std::vector<KnownObject>> nodes;
  for (const auto& object : objects) {
    const auto inputs = object.inputs();
    if (!inputs) return inputs.error();
    const bool of_job = object.type == engine::kJobRun;
    nodes[of_job ? node_of_run(object.id) : text_of((*inputs)["node"])].push_back(object);
  }
  std::vector<std::pair<std::string, std::future<Result<std::vector<ObservedObject>>>>> asked;
  for (const auto& [node, its] : nodes) {
    const auto at = engines_.find(node);
    if (at == engines_.end()) continue;
    asked.emplace_back(node, at_once([this, &engine = *at->second, &of = its] { return poll_on(engine, of); }));
  }
  Observation out;
  for (auto& [node, answer] : asked) {
    auto seen = answer.get();
    if (seen) {
      std::move(seen->begin(), seen->end(), std::back_inserter(out.objects));
    } else {
      auto unreachable = unreachable_for(node, std::move(seen).error(), objects);
      if (!unreachable) return std::move(unreachable).error();
      out.unreachable.push_back(*std::move(unreachable));
    }
  }
  if (routed_) {
    const std::lock_guard lock(admitting_);
    fleet().admit(out.objects);
  }
  std::sort(out.objects.begin(), out.objects.end(), earlier);
  return out;
}

}  // namespace infra::nodes
