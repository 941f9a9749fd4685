#include "watch/pass.h"
#include "watch/collecting.h"

#include <fmt/format.h>

#include <array>

#include "apply/stages.h"
#include "base/secrets/url_secrets.h"
#include "base/text/rfc3339.h"
#include "git/module_tree.h"
#include "git/unused_copies.h"
#include "watch/permits.h"
#include "watch/scaling.h"

namespace infra {
namespace {

constexpr std::size_t kMostProblems = 20;  // of one pass; a broken file may give hundreds

class StepLines : public EventSink {
 public:
  explicit StepLines(WatchSink& sink) : sink_(sink) {}
  void on(const Event& event) override { sink_.on(PassStep{event}); }

 private:
  WatchSink& sink_;
};

Problem problem_of(const Diagnostic& diagnostic, const SourceMap& sources) {
  Problem out{.code = diagnostic.code,
              .message = without_url_secrets(diagnostic.message),
              .place = {},
              .help = without_url_secrets(diagnostic.help)};
  if (const Span span = diagnostic.primary.span; span.somewhere()) {
    const LineColumn at = sources.locate(span.file, span.begin);
    out.place = fmt::format("{}:{}:{}", sources.file(span.file).path, at.line, at.column);
  }
  return out;
}

std::vector<Problem> problems_of(const Prepared& prepared) {
  std::vector<Problem> out;
  for (const auto& diagnostic : prepared.diagnostics.all()) {
    if (diagnostic.severity == Severity::error) out.push_back(problem_of(diagnostic, prepared.compiled.sources));
  }
  for (const auto& error : prepared.errors) out.push_back(infra::problem_of(error));
  if (out.size() > kMostProblems) {
    const auto code = out[kMostProblems].code;
    const auto more = out.size() - kMostProblems;
    out.resize(kMostProblems);
    out.push_back({.code = code, .message = fmt::format("… and {} more", more), .place = {}, .help = {}});
  }
  return out;
}

std::string summary(const Plan& plan) {
  std::array<std::size_t, 7> count{};
  for (const auto& owner : plan.owners) ++count.at(static_cast<std::size_t>(owner.action));
  std::string out;
  for (const Action action :
       {Action::create, Action::update, Action::replace, Action::adopt, Action::destroy, Action::forget}) {
    const auto n = count.at(static_cast<std::size_t>(action));
    if (n != 0) out += fmt::format("{}{} to {}", out.empty() ? "" : ", ", n, to_text(action));
  }
  if (!out.empty()) return out;
  return plan.outputs.empty() ? "nothing to change" : "outputs change";
}

LockHolder since_now(LockHolder me) {
  me.since = rfc3339_now();
  return me;
}

PassOutcome failed(std::vector<Problem> problems) { return {.problems = std::move(problems)}; }
PassOutcome failed(const Error& error) { return failed({problem_of(error)}); }

// What a watcher does without asking, told as it happens.
class WatchGate : public StageGate {
 public:
  WatchGate(const PassOptions& options, const Session& session, const PassPipe& pipe)
      : options_(options), session_(session), pipe_(pipe) {}
  [[nodiscard]] PassOutcome take() { return std::move(outcome_); }

  void begin(int) override { pipe_.changing(false); }
  void fail(const Prepared& prepared) override {
    outcome_.problems = problems_of(prepared);
    look(prepared);
  }
  void fail(const Error& error) override { outcome_.problems = {infra::problem_of(error)}; }
  void nothing_to_do(const Prepared& prepared) override {
    look(prepared);
    for (auto& sentence : collect_daily(session_, prepared, pipe_.cancel)) pipe_.sink.on(PassNote{std::move(sentence)});
  }
  bool agrees(const Prepared& prepared) override {
    look(prepared);
    outcome_.interrupted = pipe_.cancel.draining();
    return !outcome_.interrupted && may_go_on(prepared);
  }
  bool confirms(const Prepared& prepared) override {
    for (const auto& text : prepared.settled) pipe_.sink.on(PassNote{text});
    return may_go_on(prepared);
  }
  bool carry_out(Prepared& prepared, bool) override {
    pipe_.changing(true);
    for (const auto& note : prepared.plan.noted) pipe_.sink.on(PassNote{note});
    if (!prepared.plan.steps.empty() || !prepared.plan.outputs.empty()) {
      pipe_.sink.on(PassPlanned{summary(prepared.plan), prepared.plan.drifted()});
    }
    StepLines lines(pipe_.sink);
    auto report = apply(session_, prepared, pipe_.cancel, lines);
    if (!report) return fail(report.error()), false;
    outcome_.steps += prepared.plan.steps.size();
    outcome_.interrupted = report->interrupted;
    for (const auto& [address, error] : report->failures) {
      Problem problem = infra::problem_of(error);
      problem.place = address.text();
      outcome_.problems.push_back(std::move(problem));
    }
    return outcome_.problems.empty() && !outcome_.interrupted;
  }

 private:
  void look(const Prepared& prepared) {
    if (options_.facts) outcome_.facts = facts_of(prepared);
  }
  bool may_go_on(const Prepared& prepared) {
    const auto too_much = destroys_too_much(prepared.plan, prepared.state, options_.most_destroyed);
    if (!too_much || is_allowed(options_.home, options_.commit)) return true;
    fail(Error{.code = "E0817",
               .message = fmt::format("commit {} is refused: {}", options_.commit.substr(0, 7), *too_much),
               .help = fmt::format("if that is what you want: {}; else revert the commit",
                                   command_to_allow(options_.home, options_.commit))});
    return false;
  }

  const PassOptions& options_;
  const Session& session_;
  const PassPipe& pipe_;
  PassOutcome outcome_;
};

}  // namespace

PassOutcome make_pass(const PassOptions& options, const SourceTree& sources, const PassPipe& pipe) {
  const auto start = std::chrono::steady_clock::now();
  auto store = options.open_store();
  if (!store) return failed(store.error());
  drop_unused_copies(options.home + "/modules");
  PassEnvironment environment;
  if (options.enter) {
    auto entered = options.enter(sources);
    if (!entered) return failed(entered.error());
    environment = *std::move(entered);
  }
  auto params = options.params;
  params.merge(environment.params);
  ModuleTree tree(sources, {.cache = options.home + "/modules", .followed = options.followed, .cancel = &pipe.cancel});
  const Session session{.sources = tree,
                        .platforms = options.platforms,
                        .store = **store,
                        .home = options.home,
                        .default_stack = options.default_stack,
                        .params = std::move(params),
                        .parallelism = options.parallelism,
                        .me = since_now(options.me),
                        .commit = options.commit,
                        .unattended = true,
                        .redactor = options.redactor,
                        .keys = options.keys,
                        .modules = &tree,
                        .environment = environment.chosen};
  WatchGate gate(options, session, pipe);
  // Measured once for a pass: what was agreed to is what is carried out.
  std::optional<ScalingReport> measured;
  const auto measure = [&](const Prepared& prepared) {
    if (measured) return measured->changes;
    auto report = scale_by_load(prepared, options.home);
    measured = report ? *std::move(report)
                      : ScalingReport{.changes = {}, .held = {"no service is scaled: " + report.error().line()}};
    return measured->changes;
  };
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  run_stages(session, {.due_until = now, .measure = measure}, {}, pipe.cancel, gate);
  PassOutcome outcome = gate.take();
  if (measured) outcome.lasting = std::move(measured->held);
  outcome.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  return outcome;
}

}  // namespace infra
