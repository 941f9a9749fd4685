#include "apply/session.h"

#include <fmt/format.h>

#include "apply/executor.h"
#include "apply/import.h"
#include "apply/journal.h"
#include "apply/settle.h"
#include "apply/world_view.h"
#include "base/hash.h"
#include "planner/moves.h"
#include "planner/recorded_attributes.h"

namespace infra {
namespace {

void append(Diagnostics& to, const Diagnostics& from) {
  for (const auto& diagnostic : from.all()) to.add(diagnostic);
}

// The phases of prepare(), each a function that says whether the next may run.
class Preparation {
 public:
  Preparation(const Session& session, const PlanRequest& request, bool locked)
      : session_(session), request_(request), locked_(locked) {}

  Prepared run() {
    using Phase = bool (Preparation::*)();
    constexpr std::pair<const char*, Phase> kPhases[] = {
        {"compile", &Preparation::compile}, {"load", &Preparation::load},       {"lower", &Preparation::lower},
        {"connect", &Preparation::connect}, {"observe", &Preparation::observe}, {"settle", &Preparation::settle},
        {"move", &Preparation::move},       {"plan", &Preparation::plan},       {"check", &Preparation::check}};
    for (const auto& [name, phase] : kPhases) {
      const auto begin = std::chrono::steady_clock::now();
      const bool go_on = (this->*phase)();
      const auto took = std::chrono::steady_clock::now() - begin;
      out_.timings.push_back({name, std::chrono::duration_cast<std::chrono::microseconds>(took)});
      if (!go_on) break;
    }
    return std::move(out_);
  }

 private:
  bool compile() {
    out_.compiled = infra::compile({.sources = session_.sources,
                                    .default_stack = session_.default_stack,
                                    .params = session_.params,
                                    .complete = true,
                                    .platforms = session_.platforms});
    append(out_.diagnostics, out_.compiled.diagnostics);
    return out_.ok() && out_.compiled.graph.has_value();
  }

  bool lower() {
    take_recorded_attributes(*out_.compiled.graph, session_.platforms, out_.state);
    out_.lowered = infra::lower(*out_.compiled.graph, session_.platforms, session_.sources, out_.diagnostics);
    return out_.ok();
  }

  bool load() {
    auto state = session_.store.load();
    if (!state) return fail(std::move(state).error());
    out_.state = *std::move(state);
    const auto& stack = out_.compiled.graph->stack;
    const bool empty = out_.state.resources.empty() && out_.state.intents.empty();
    if (out_.state.stack.empty() || out_.state.stack == stack || empty) return true;
    // The objects carry the stack's name in their labels: under another name nothing would find them.
    return fail(
        {.code = "E0506",
         .message = fmt::format("the state belongs to stack \"{}\", but these files declare stack \"{}\"",
                                out_.state.stack, stack),
         .help = fmt::format("give the stack its name back (stack {}), destroy what it made before renaming it, "
                             "or use another state (--state)",
                             out_.state.stack)});
  }

  bool connect() {
    const Ownership owner{.stack = out_.compiled.graph->stack, .lineage = out_.state.lineage};
    out_.providers = open_providers(session_, out_.lowered, out_.state, owner, out_.errors);
    return out_.ok();
  }

  bool observe() {
    out_.observed = observe_all(out_.providers, out_.state, out_.errors);
    return out_.ok();
  }

  bool settle() {
    auto settled = infra::settle(std::move(out_.state), out_.observed);
    out_.state = std::move(settled.state);
    out_.settled = std::move(settled.messages);
    if (!locked_ || settled.mutations.empty()) return true;
    auto serial = session_.store.commit(settled.mutations);
    if (!serial) {
      Error error = serial.error();
      error.context.emplace_back("recording what a killed run left");
      return fail(std::move(error));
    }
    out_.state.serial = *serial;
    return true;
  }

  // What is recorded goes where it is declared now, and what was observed where it is recorded.
  bool move() {
    if (!request_.refresh_only) {
      auto report = move_recorded(out_.lowered.moves, out_.state, out_.observed);
      append(out_.diagnostics, report.diagnostics);
      out_.prelude = records_of(report);
      moved_ = std::move(report.moved);
      import();
    }
    put_where_recorded(out_.state, out_.observed);
    return out_.ok();
  }

  void import() {
    auto& imports = out_.lowered.imports;
    imports.insert(imports.end(), request_.imports.begin(), request_.imports.end());
    if (imports.empty()) return;
    const Ownership owner{.stack = out_.compiled.graph->stack, .lineage = out_.state.lineage};
    auto report = import_objects(out_.lowered, out_.providers, owner, out_.state, out_.observed);
    append(out_.diagnostics, report.diagnostics);
    for (auto& error : report.errors) out_.errors.push_back(std::move(error));
    std::move(report.records.begin(), report.records.end(), std::back_inserter(out_.prelude));
    imported_ = std::move(report.imported);
  }

  [[nodiscard]] PlanInput input() const {
    return {.stack = out_.compiled.graph->stack,
            .desired = out_.lowered,
            .state = out_.state,
            .observed = out_.observed,
            .platforms = session_.platforms,
            .targets = request_.targets,
            .destroy = request_.destroy,
            .replace = request_.replace,
            .exclude = request_.exclude,
            .refresh_only = request_.refresh_only,
            .imported = imported_,
            .moved = moved_};
  }

  bool plan() {
    auto report = make_plan(input());
    out_.plan = std::move(report.plan);
    append(out_.diagnostics, report.diagnostics);
    return out_.ok();
  }

  bool check() {
    const auto breaches = check_plan(out_.plan, input());
    if (breaches.empty()) return true;
    const auto more = breaches.size() > 1 ? fmt::format(" (and {} more)", breaches.size() - 1) : std::string();
    return fail({.code = "E0699",
                 .message = fmt::format("the plan breaks its own rules: {}{}", breaches.front(), more),
                 .help = "this is a bug in infra; nothing was changed"});
  }

  bool fail(Error error) {
    out_.errors.push_back(std::move(error));
    return false;
  }

  const Session& session_;
  const PlanRequest& request_;
  const bool locked_;
  std::vector<Imported> imported_;
  std::vector<Moved> moved_;
  Prepared out_;
};

}  // namespace

Prepared prepare(const Session& session, const PlanRequest& request, bool locked) {
  return Preparation(session, request, locked).run();
}

Result<ApplyReport> apply(const Session& session, Prepared& prepared, const Cancel& cancel, EventSink& events) {
  return execute({.plan = prepared.plan,
                  .desired = prepared.lowered,
                  .observed = prepared.observed,
                  .providers = prepared.providers,
                  .prelude = prepared.prelude,
                  .state = prepared.state,
                  .store = session.store,
                  .parallelism = session.parallelism,
                  .new_token = [] { return random_token(12); }},
                 cancel, events);
}

}  // namespace infra
