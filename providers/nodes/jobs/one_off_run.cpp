// Live::run of container engines.
#include <fmt/format.h>

#include "providers/engine/jobs/job.h"
#include "providers/engine/task_group.h"
#include "providers/nodes/images/image_copy.h"
#include "providers/nodes/jobs/job_runs.h"
#include "providers/nodes/jobs/one_off.h"
#include "providers/nodes/live/nodes_live.h"
#include "providers/nodes/registry/grant.h"

namespace infra::nodes {

namespace {

// The inputs of a job's run; a set's are its task's, with what only holds on a node beside.
Value run_inputs(const RunRequest& request) {
  const auto& set = request.inputs;
  if (request.type == engine::kJobRun) return set;
  auto out = *set["task"].map();
  auto nodes = set["nodes"].map() != nullptr ? *set["nodes"].map() : Map();
  if (const auto* only = set["place"]["nodes"].list(); only != nullptr && nodes.empty()) {
    for (const auto& node : *only) nodes.set(text_of(node), Map());
  }
  out.set("nodes", std::move(nodes));
  out.set("access", set["access"]);
  return Value(std::move(out));
}

Result<std::string> container_of(const RunRequest& request, const Map& containers) {
  if (!request.container.empty()) {
    if (containers.find(request.container) != nullptr) return request.container;
    std::vector<std::string> names;
    for (const auto& [label, container] : containers) names.push_back(label);
    return Error{.code = "E0704",
                 .message = fmt::format("--container `{}` names none of its containers", request.container),
                 .help = fmt::format("it has {}", fmt::join(names, ", "))};
  }
  for (const auto& [label, container] : containers) {
    if (engine::is_essential(container)) return label;
  }
  return containers.begin()->first;
}

}  // namespace

bool NodesLive::runs_commands_of(std::string_view type) const { return type == engine::kJobRun || type == "task_set"; }

Result<int> NodesLive::run(const RunRequest& request, const ExecStreams& streams, const Cancel& cancel) {
  const Progress progress;
  const auto context_on = [&](Engine& engine) {
    return Context{
        .engine = engine, .owner = context_.owner, .sources = context_.sources, .cancel = cancel, .progress = progress};
  };
  // A node that doesn't answer is left out, here as for the choice: what is left on it goes another time.
  for (const auto& [name, engine] : engines_) static_cast<void>(remove_left_over(context_on(*engine)));
  auto ready = request;
  ready.inputs = with_grants(run_inputs(request), kept_);
  auto container = container_of(request, *ready.inputs["containers"].map());
  if (!container) return std::move(container).error();
  ready.container = *std::move(container);
  auto engine = choose_node(engines_, ready.inputs, context_.drained);
  if (!engine) return std::move(engine).error();
  const auto context = context_on(**engine);
  if (auto brought = bring_images(engines_, context, ready.inputs["containers"]); !brought)
    return std::move(brought).error();
  return run_one_off(context, ready, streams);
}

}  // namespace infra::nodes
