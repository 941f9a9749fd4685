#include "apply/dry_run.h"

#include <fmt/format.h>

#include "apply/execute/executor.h"
#include "apply/prepare/existing.h"
#include "apply/prepare/world_view.h"
#include "base/hash.h"
#include "base/values/codec.h"

namespace infra {
namespace {

class Quiet : public EventSink {
 public:
  void on(const Event&) override {}
};

class NothingLater : public LeafMapper {
 public:
  std::optional<Value> change(const Value& leaf) override {
    return leaf.known() ? std::nullopt : std::optional(Value());
  }
};

// A simulated world is there at once, however the real one is reached.
PlatformConfigs pretended_configs(const Graph& graph) {
  PlatformConfigs out;
  for (const auto& platform : graph.platforms) {
    NothingLater mapper;
    if (!platform.depends_on.empty()) out[platform.name] = map_leaves(platform.config, mapper);
  }
  return out;
}

// With what exists already read: in a pretended world it does.
LoweredGraph lower_all(const Graph& graph, const Session& session, const Providers& providers, LoweredGraph first,
                       DryRun& out) {
  if (graph.existing.empty()) return first;
  auto report = read_existing(first, session.platforms, providers);
  out.diagnostics.add_all(report.diagnostics);
  for (auto& error : report.errors) out.errors.push_back(std::move(error));
  if (!out.ok()) return first;
  return lower(graph, session.platforms, session.sources, out.diagnostics, pretended_configs(graph), report.values);
}

void run(const Session& session, const Graph& graph, LoweredGraph first, Snapshot& state, DryRun& out) {
  const auto& stack = graph.stack;
  const Ownership owner{.stack = stack, .lineage = state.lineage};
  const auto providers = open_providers(session, first, state, owner, out.errors);
  const auto lowered = lower_all(graph, session, providers, std::move(first), out);
  if (!out.ok()) return;
  const auto observed = observe_all(providers, state, out.errors);
  if (!out.ok()) return;
  const auto report = make_plan({.stack = stack,
                                 .desired = lowered,
                                 .state = state,
                                 .observed = observed,
                                 .platforms = session.platforms,
                                 .targets = {},
                                 .destroy = false});
  out.diagnostics.add_all(report.diagnostics);
  if (!out.ok()) return;
  Quiet sink;
  const auto applied = execute({.plan = report.plan,
                                .desired = lowered,
                                .observed = observed,
                                .providers = providers,
                                .state = state,
                                .store = session.store,
                                .parallelism = 1,  // ports and addresses are given in the same order in every run
                                .new_token = [] { return random_token(12); }},
                               Cancel(), sink);
  if (!applied) {
    out.errors.push_back(applied.error());
    return;
  }
  for (const auto& [address, error] : applied->failures) {
    Error failed = error;
    failed.context.push_back("making " + address.text() + " in a simulated world");
    out.errors.push_back(std::move(failed));
  }
}

}  // namespace

DryRun dry_run(const Graph& graph, const Session& session) {
  DryRun out;
  Diagnostics unheard;  // the lowering with what was read says it all
  auto first = lower(graph, session.platforms, session.sources, graph.existing.empty() ? out.diagnostics : unheard,
                     pretended_configs(graph));
  if (!out.ok()) return out;
  auto lock = session.store.lock({.user = "test", .host = "", .command = "infra test", .since = ""});
  if (!lock) {
    out.errors.push_back(lock.error());
    return out;
  }
  auto state = session.store.load();
  if (!state) {
    out.errors.push_back(state.error());
    return out;
  }
  run(session, graph, std::move(first), *state, out);
  if (!out.ok()) return out;
  for (const auto& output : state->outputs) {
    auto value = from_json(output.value);
    if (!value) {
      out.errors.push_back(value.error());
      continue;
    }
    out.outputs[output.name] = *std::move(value);
  }
  return out;
}

}  // namespace infra
