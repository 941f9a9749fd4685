#include "apply/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "apply/execute/journal.h"
#include "apply/execute/settle.h"
#include "apply/prepare/existing.h"
#include "apply/prepare/hide_secrets.h"
#include "apply/prepare/import.h"
#include "apply/prepare/last_runs.h"
#include "apply/prepare/preflight.h"
#include "apply/prepare/protected_environment.h"
#include "apply/prepare/reached_platforms.h"
#include "apply/prepare/renewals.h"
#include "apply/prepare/scheduled_runs.h"
#include "apply/prepare/second_core.h"
#include "apply/prepare/stored_secrets.h"
#include "apply/prepare/world_view.h"
#include "apply/sealed_secrets.h"
#include "base/hash.h"
#include "base/sources/locked_tree.h"
#include "planner/decide/moves.h"
#include "planner/decide/recorded_attributes.h"
#include "planner/rollout/echo.h"

namespace infra {

namespace {

// The phases of prepare(), each a function that says whether the next may run.
class Preparation {
 public:
  Preparation(const Session& session, const PlanRequest& request, bool locked, PlatformConfigs configs)
      : session_(session),
        request_(request),
        locked_(locked),
        sources_(session.sources),
        configs_(std::move(configs)) {}

  Prepared run() {
    using Phase = bool (Preparation::*)();
    constexpr std::pair<const char*, Phase> kPhases[] = {
        {"compile", &Preparation::compile},     {"load", &Preparation::load},
        {"lower", &Preparation::lower},         {"connect", &Preparation::connect},
        {"read", &Preparation::read},           {"observe", &Preparation::observe},
        {"settle", &Preparation::settle},       {"schedule", &Preparation::schedule},
        {"move", &Preparation::move},           {"hooks", &Preparation::open_hooks},
        {"plan", &Preparation::plan},           {"check", &Preparation::check},
        {"preflight", &Preparation::ask_before}};
    for (const auto& [name, phase] : kPhases) {
      const auto begin = std::chrono::steady_clock::now();
      const bool go_on = (this->*phase)();
      const auto took = std::chrono::steady_clock::now() - begin;
      out_.timings.push_back({name, std::chrono::duration_cast<std::chrono::microseconds>(took)});
      if (!go_on) break;
    }
    aside_.put_back(out_.state, out_.observed);
    out_.files = sources_.take();
    return std::move(out_);
  }

 private:
  bool compile() {
    out_.params = session_.params;
    compile_once();
    if (!take_stored_secrets()) return false;
    out_.diagnostics.add_all(out_.compiled.diagnostics);
    if (!out_.ok() || !out_.compiled.graph) return false;
    hide_params(*out_.compiled.graph, out_.params, *session_.redactor);
    return true;
  }

  void compile_once() {
    const LockedTree sources(sources_);
    out_.compiled = infra::compile({.sources = sources,
                                    .default_stack = session_.default_stack,
                                    .params = out_.params,
                                    .complete = true,
                                    .platforms = session_.platforms,
                                    .modules = session_.modules,
                                    .environment = session_.environment,
                                    .engine = session_.engine,
                                    .aside = second_core()});
  }

  // A secret param that nobody gave has its value from the state, if that keeps one of its name.
  bool take_stored_secrets() {
    std::vector<std::string> open;
    for (const auto& name : out_.compiled.secret_params) {
      if (!out_.params.contains(name)) open.push_back(name);
    }
    if (open.empty()) return true;
    if (!load_once()) return false;
    bool found = false;
    for (const auto& secret : out_.state.secrets) {
      if (std::find(open.begin(), open.end(), secret.name) == open.end()) continue;
      auto text = session_.keys->open(secret.box, place_of_secret(out_.state, secret.name));
      if (!text) return fail(std::move(text).take_error(fmt::format("reading the secret `{}`", secret.name)));
      session_.redactor->hide(*text);
      out_.params[secret.name] = {.text = *std::move(text), .origin = fmt::format("the secret {}", secret.name)};
      found = true;
    }
    if (found) compile_once();
    return true;
  }

  bool lower() {
    take_recorded_attributes(*out_.compiled.graph, session_.platforms, out_.state);
    if (request_.destroy) reach_for_destroy();
    if (!reads_existing()) return lower_with({}, out_.diagnostics);
    Diagnostics unheard;  // the lowering with what was read says it all
    return lower_with({}, unheard);
  }

  // What goes needs nothing of it, and may go after it.
  [[nodiscard]] bool reads_existing() const { return !out_.compiled.graph->existing.empty() && !request_.destroy; }

  bool lower_with(const ExistingValues& existing, Diagnostics& diagnostics) {
    out_.lowered = infra::lower(*out_.compiled.graph, session_.platforms, sources_, diagnostics, configs_, existing);
    if (session_.keep_protection) keep_protection();
    hide_inputs(out_.lowered, *session_.redactor);
    return out_.ok() && find_hash_key();
  }

  bool read() {
    if (!reads_existing()) return true;
    auto report = read_existing(out_.lowered, session_.platforms, out_.providers);
    out_.diagnostics.add_all(report.diagnostics);
    for (auto& error : report.errors) out_.errors.push_back(std::move(error));
    return world_is_good() && lower_with(report.values, out_.diagnostics);
  }

  void keep_protection() {
    std::set<Address> guarded;
    for (const auto& row : out_.state.resources) {
      if (row.protect) guarded.insert(row.address);
    }
    for (auto& resource : out_.lowered.resources) {
      if (guarded.contains(resource.address)) resource.options.protect = true;
    }
  }

  // What is to go is reached as what is recorded says, or else as it was when it was made: the objects on a platform
  // that is known no better must not be lost.
  void reach_for_destroy() {
    for (std::size_t before = configs_.size() + 1; before != configs_.size();) {
      before = configs_.size();
      Diagnostics unheard;  // the last lowering says it all
      const auto lowered = infra::lower(*out_.compiled.graph, session_.platforms, sources_, unheard, configs_);
      for (const auto& reached : lowered.reached) {
        if (!reached.open) continue;
        auto config = config_by_record(reached, out_.state);
        if (config) configs_[reached.platform.name] = *std::move(config);
      }
    }
  }

  bool load_once() {
    if (loaded_) return true;
    auto state = session_.store.load();
    if (!state) return fail(std::move(state).error());
    out_.state = *std::move(state);
    loaded_ = true;
    take_notes(request_.notes, out_.state);
    return true;
  }

  // A stack without secrets needs no key, whatever its state keeps.
  bool find_hash_key() { return !holds_secret(out_.lowered) || open_key(); }

  bool open_key() {
    auto key = open_hash_key(out_.state, *session_.keys);
    if (!key) return fail(std::move(key).error());
    out_.hash_secret = *std::move(key);
    return true;
  }

  bool load() {
    if (!load_once()) return false;
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

  // What an engine or a registry says may repeat what it was sent.
  bool world_is_good() {
    for (auto& error : out_.errors) error = session_.redactor->clean(std::move(error));
    return out_.ok();
  }

  bool connect() {
    const Ownership owner{.stack = out_.compiled.graph->stack, .lineage = out_.state.lineage};
    out_.providers = open_providers(session_, out_.lowered, out_.state, owner, out_.errors);
    if (auto told = tell_kept(out_.state, out_.providers, *session_.keys, *session_.redactor); !told)
      return fail(std::move(told).error());
    return world_is_good();
  }

  bool observe() {
    if (locked_) wait_for_late_changes(out_.providers, out_.state.intents);
    out_.observed = observe_all(out_.providers, out_.state, out_.errors);
    clean_observed(out_.observed, *session_.redactor);
    return world_is_good() && leave_to_others();
  }

  // What another run does meanwhile lies between two records, and the newer one counts.
  bool leave_to_others() {
    auto version = session_.store.version();
    if (!version) return fail(std::move(version).error());
    if (out_.state.leases.empty() && version->serial == out_.state.serial) return true;
    const auto before = std::exchange(out_.state, {});
    loaded_ = false;
    if (!load()) return false;
    show_as_recorded(out_.observed, before, out_.state);
    out_.others = other_runs(out_.state);
    leave_deposed_to_others(out_.state, out_.observed);
    return true;
  }

  bool settle() {
    std::vector<std::string> not_looked_at;
    for (const auto& reached : out_.lowered.reached) {
      if (reached.open) not_looked_at.push_back(reached.platform.name);
    }
    auto settled = infra::settle(std::move(out_.state), out_.observed, not_looked_at);
    out_.state = std::move(settled.state);
    add_record_echoes(out_.state, out_.observed);
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

  // What goes by the clock and by the load, not by what is declared.
  bool schedule() {
    noted_ = request_.notes;
    if (request_.destroy) return true;
    if (request_.due_until) {
      auto looked = look_at_scheduled_runs(out_.providers, out_.state, out_.observed);
      if (!looked) return fail(std::move(looked).error());
    }
    auto runs = schedule_runs(request_.due_until, out_.state, out_.observed, out_.lowered);
    note(runs.notes);
    out_.scheduled = std::move(runs.jobs);
    if (request_.measure) note(request_.measure(out_));
    renew_certificates(out_.lowered, out_.state,
                       std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    aside_ = SetAside(runs.kept, out_.state, out_.observed);
    return true;
  }

  void note(const std::vector<Noting>& notes) {
    take_notes(notes, out_.state);
    noted_.insert(noted_.end(), notes.begin(), notes.end());
  }

  // What is recorded goes where it is declared now, and what was observed where it is recorded.
  bool move() {
    if (!request_.refresh_only) {
      auto report = move_recorded(out_.lowered.moves, out_.state, out_.observed);
      out_.diagnostics.add_all(report.diagnostics);
      out_.prelude = records_of(report);
      moved_ = std::move(report.moved);
      import();
    }
    for (const auto& noting : noted_) out_.prelude.push_back(noting.mutation);
    put_where_recorded(out_.state, out_.observed);
    return out_.ok();
  }

  void import() {
    auto& imports = out_.lowered.imports;
    if (request_.destroy) imports.clear();  // what nobody took over yet is somebody else's
    imports.insert(imports.end(), request_.imports.begin(), request_.imports.end());
    if (imports.empty()) return;
    const Ownership owner{.stack = out_.compiled.graph->stack, .lineage = out_.state.lineage};
    auto report = import_objects(out_.lowered, out_.providers, owner, {out_.state.lineage, out_.hash_secret},
                                 out_.state, out_.observed);
    out_.diagnostics.add_all(report.diagnostics);
    for (auto& error : report.errors) out_.errors.push_back(std::move(error));
    std::move(report.records.begin(), report.records.end(), std::back_inserter(out_.prelude));
    imported_ = std::move(report.imported);
  }

  // A secret of such a run may be one that no declaration has any more.
  bool open_hooks() {
    auto runs = last_runs(out_.state, out_.lowered, request_.destroy, *session_.keys);
    if (!runs) return fail(std::move(runs).error());
    last_runs_ = *std::move(runs);
    const bool secret = hide_last_runs(last_runs_, *session_.redactor);
    return !secret || !out_.hash_secret.empty() || open_key();
  }

  [[nodiscard]] std::vector<std::string> sentences_of_notes() const {
    std::vector<std::string> out;
    for (const auto& noting : noted_) out.push_back(noting.sentence);
    return out;
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
            .loop_commit = session_.unattended ? session_.commit : std::string(),
            .moved = moved_,
            .noted = sentences_of_notes(),
            .last_runs = last_runs_,
            .hash_secret = out_.hash_secret};
  }

  bool plan() {
    auto report = make_plan(input());
    out_.plan = std::move(report.plan);
    out_.diagnostics.add_all(report.diagnostics);
    if (auto refused = refuse_protected(session_.environment, out_.plan)) return fail(*std::move(refused));
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

  bool ask_before() {
    const auto refused = preflight(out_.plan, out_.providers);
    report_refusals(refused, *out_.compiled.graph, *session_.redactor, out_.diagnostics);
    return out_.ok();
  }

  bool fail(Error error) {
    out_.errors.push_back(std::move(error));
    return false;
  }

  const Session& session_;
  const PlanRequest& request_;
  const bool locked_;
  RecordingTree sources_;
  PlatformConfigs configs_;
  std::vector<Imported> imported_;
  std::vector<Moved> moved_;
  std::vector<LastRun> last_runs_;
  std::vector<Noting> noted_;  // what was asked for, of scheduled jobs, and of loads
  SetAside aside_;             // runs of scheduled jobs that the plan isn't about
  bool loaded_ = false;
  Prepared out_;
};

}  // namespace

Prepared prepare(const Session& session, const PlanRequest& request, bool locked) {
  ReachedPlatforms reach;
  std::vector<std::string> settled;
  std::vector<Timing> timings;
  for (;;) {
    auto out = Preparation(session, request, locked, reach.configs()).run();
    for (const auto& message : out.settled) {
      // Looked at twice without a lease, the same is found twice.
      if (std::find(settled.begin(), settled.end(), message) == settled.end()) settled.push_back(message);
    }
    timings.insert(timings.end(), out.timings.begin(), out.timings.end());
    if (out.ok() && reach.learn(out.plan)) continue;
    out.settled = std::move(settled);
    out.timings = std::move(timings);
    return out;
  }
}

}  // namespace infra
