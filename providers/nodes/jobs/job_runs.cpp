#include "providers/nodes/jobs/job_runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/units.h"
#include "providers/at_once.h"
#include "providers/engine/jobs/job.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/jobs/job_list.h"
#include "providers/nodes/tasks/container_wait.h"
#include "providers/nodes/tasks/tasks.h"

namespace infra::nodes {

Result<Engine*> choose_node(const NodeEngines& engines, const Value& inputs, const std::vector<std::string>& drained) {
  std::vector<std::pair<Engine*, std::future<Result<Reply>>>> asked;
  const auto* nodes = inputs["nodes"].map();
  for (const auto& [name, engine] : engines) {
    if (nodes != nullptr && !nodes->empty() && nodes->find(name) == nullptr) continue;
    if (std::binary_search(drained.begin(), drained.end(), name)) continue;
    asked.emplace_back(engine.get(), at_once([&engine = *engine] {
                         return engine.get("/info", shapes::info(), {.timeout = std::chrono::seconds(15)});
                       }));
  }
  Engine* best = nullptr;
  std::int64_t fewest = 0;
  std::optional<Error> failure;
  for (auto& [engine, answer] : asked) {
    auto reply = answer.get();
    if (reply && !reply->ok()) reply = engine->refused(*reply, "tell about itself");
    if (!reply) {
      if (!failure) failure = std::move(reply).error();
      continue;
    }
    const auto running = number_of(reply->body["ContainersRunning"]);
    if (best != nullptr && running >= fewest) continue;
    best = engine;
    fewest = running;
  }
  if (best != nullptr) return best;
  if (failure) return *std::move(failure);
  return Error{.code = "E0612",
               .message = "the platform has none of the nodes that this job may run on, or all of them are drained",
               .help = "declare a node again and apply, or infra undrain NODE"};
}

namespace {

ObjectResult result_of(ObservedObject object) {
  return {.id = std::move(object.id), .outputs = std::move(object.outputs), .health = std::move(object.health)};
}

Result<std::optional<ObservedObject>> find_run(const Context& context, const std::string& id) {
  auto all = list_runs(context.engine, context.owner);
  if (!all) return std::move(all).error();
  const auto at = std::find_if(all->begin(), all->end(), [&](const ObservedObject& o) { return o.id == id; });
  return at == all->end() ? std::nullopt : std::optional(std::move(*at));
}

}  // namespace

Result<ObjectResult> create_run(const Context& context, const CreateRequest& request) {
  const auto& node = context.engine.node();
  auto on_node = request;
  auto inputs = *request.inputs.map();
  inputs.set("node", node);
  inputs.set("networks", request.inputs["nodes"][node]["networks"]);
  on_node.inputs = Value(std::move(inputs));
  context.say(fmt::format("starting on {}", node));
  if (auto started = start_containers(context, on_node); !started) return std::move(started).error();
  auto run = find_run(context, run_id(node, request.token));
  if (!run) return std::move(run).error();
  if (*run) return result_of(**std::move(run));
  return Error{.code = "E0608",
               .message = fmt::format("the containers of {} vanished from node `{}`", request.address.text(), node),
               .help = "somebody or something else removes containers there; run infra apply again"};
}

Result<ObjectResult> update_run(const Context& context, const ExistingObject& existing) {
  auto run = find_run(context, existing.id);
  if (!run) return std::move(run).error();
  if (*run) return result_of(**std::move(run));
  return ObjectResult{.id = existing.id, .outputs = existing.outputs};
}

Result<Ok> destroy_run(const Context& context, const ExistingObject& existing) {
  auto task = existing;
  task.id = token_of_run(existing.id);
  return destroy_task(context, task);
}

namespace {

// Of a run that failed, for people.
std::string explained(const Context& context, const ObservedObject& run, std::string reason) {
  const auto* containers = run.outputs["containers"].map();
  if (containers == nullptr) return reason;
  std::string logs;
  for (const auto& [label, id] : *containers) {
    const auto log = log_tail(context, text_of(id), Value());
    if (log.empty()) continue;
    logs += containers->size() == 1 ? fmt::format("; the end of its log:\n{}", log)
                                    : fmt::format("\nthe end of the log of `{}`:\n{}", label, log);
  }
  return reason + (logs.empty() ? "; it wrote nothing" : logs);
}

// More than an exit code: that it was killed, and for what.
std::string reason_of(const Context& context, const ObservedObject& run) {
  const auto* containers = run.outputs["containers"].map();
  if (containers == nullptr || containers->size() != 1) return run.health.detail;
  const auto why = what_is_wrong(context, text_of(containers->begin()->second), "succeeded");
  return why.empty() ? run.health.detail : why;
}

Result<Ok> stop_all(const Context& context, const ObservedObject& run, const Value& inputs) {
  return stop_task(context, token_of_run(run.id), inputs["containers"]);
}

bool is_late(const ObservedObject& run, const Value& inputs, Moment now) {
  return now - run.created > std::chrono::milliseconds(ms_of(inputs["timeout"], 3'600'000));
}

Result<ObservedObject> moved_on(const Context& context, ObservedObject run, const Value& inputs, Moment now) {
  const bool one_ended = run.health.now == Health::starting && run.health.detail != "running";
  if (one_ended) {
    if (auto stopped = stop_all(context, run, inputs); !stopped) return std::move(stopped).error();
    return run;  // the next look sees what it came to
  }
  if (run.health.now == Health::starting && is_late(run, inputs, now)) {
    if (auto stopped = stop_all(context, run, inputs); !stopped) return std::move(stopped).error();
    const auto limit = format_duration(Duration{ms_of(inputs["timeout"], 3'600'000)});
    auto outputs = *run.outputs.map();
    outputs.set("exit_code", 124);  // as `timeout` of the coreutils says it
    run.outputs = Value(std::move(outputs));
    run.health = {.now = Health::stopped,
                  .exit = 124,
                  .detail = explained(context, run, fmt::format("it hadn't ended within its timeout of {}", limit))};
  } else if (run.health.now == Health::stopped) {
    run.health.detail = explained(context, run, reason_of(context, run));
  }
  return run;
}

}  // namespace

Result<std::vector<ObservedObject>> poll_runs(const Context& context, const std::vector<KnownObject>& known,
                                              Moment now) {
  std::vector<ObservedObject> out;
  auto all = list_runs(context.engine, context.owner);
  if (!all) return std::move(all).error();
  for (auto& run : *all) {
    const auto at = std::find_if(known.begin(), known.end(), [&](const KnownObject& k) { return k.id == run.id; });
    if (at == known.end()) continue;
    const auto inputs = at->inputs();
    if (!inputs) return inputs.error();
    auto moved = moved_on(context, std::move(run), *inputs, now);
    if (!moved) return std::move(moved).error();
    out.push_back(*std::move(moved));
  }
  return out;
}

}  // namespace infra::nodes
