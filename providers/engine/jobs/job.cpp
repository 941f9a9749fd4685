#include "providers/engine/jobs/job.h"

#include "providers/engine/placement.h"
#include "providers/engine/service_network.h"
#include "providers/engine/task_inputs.h"

namespace infra::engine {

namespace {

// What the tasks of the services are made from that it runs after: another revision of theirs is another run. That they
// are there first follows from the reference.
Map services_before(const Lowering& lowering) {
  Map out;
  const auto* after = lowering.resource.config["after"].list();
  if (after == nullptr) return out;
  for (const auto& one : *after) {
    const auto* service = lowering.referred(one);
    const auto view = service != nullptr ? view_of(lowering, *service) : std::nullopt;
    if (view) out.set(service->address.path, task_inputs(lowering, *view));
  }
  return out;
}

// What runs before a service is deleted is recorded for each of its services: it may be one of them that goes.
Lowered lower_hooks(const Lowering& lowering, const Map& run) {
  Lowered out;
  for (const auto& one : *lowering.resource.config["before_delete"].list()) {
    const auto* service = lowering.referred(one);
    if (service == nullptr) continue;
    auto inputs = run;
    inputs.set("before_delete", service->address.text());
    auto part = lowering.part("before_delete." + service->address.path, kDeleteHook, std::move(inputs));
    if (lowering.resource.config["name"].is_null()) part.options.ignore.emplace_back("name");
    part.options.keep = false;  // nothing stays of it
    out.resources.push_back(std::move(part));
  }
  return out;
}

bool runs_before_deletion(const Resource& job) {
  const auto* services = job.config["before_delete"].list();
  return services != nullptr && !services->empty();
}

}  // namespace

// One run of a task. Whatever it is run from is part of it: another image or variable is another run. Where it may run
// and how long it may take aren't.
Lowered lower_job(const Lowering& lowering) {
  const auto view = view_of(lowering, lowering.resource);
  if (!view) return {};
  const auto subnets = subnets_of(lowering, *view);
  if (view->mode == "awsvpc" && subnets.empty()) return {};
  auto inputs = task_inputs(lowering, *view);
  inputs.erase("aliases");  // nobody asks anything of it
  if (auto after = services_before(lowering); !after.empty()) inputs.set("after", std::move(after));
  Map nodes;
  const auto may_run_on = nodes_for(lowering, *view);
  if (!check_place(lowering, *view, may_run_on)) return {};
  for (const auto& node : may_run_on) nodes.set(node, input_on(lowering, subnets, node));
  inputs.set("nodes", std::move(nodes));
  if (const auto& timeout = lowering.resource.config["timeout"]; !timeout.is_null()) inputs.set("timeout", timeout);
  if (auto access = access_of(lowering, *view); !access.empty()) inputs.set("access", std::move(access));
  if (runs_before_deletion(lowering.resource)) return lower_hooks(lowering, inputs);
  if (const auto& schedule = lowering.resource.config["schedule"]; schedule.map() != nullptr) {
    inputs.set("schedule", schedule);
  }
  auto part = lowering.part("run", kJobRun, std::move(inputs), registries_of(lowering, *view));
  if (lowering.resource.config["name"].is_null()) part.options.ignore.emplace_back("name");
  // What it goes before stays while it runs anew.
  part.options.replace = Replace::create_first;
  Lowered out;
  out.resources.push_back(std::move(part));
  return out;
}

}  // namespace infra::engine
