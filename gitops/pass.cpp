#include "gitops/pass.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <ctime>

#include "apply/lease.h"
#include "base/url_secrets.h"
#include "gitops/module_tree.h"

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

bool something_to_do(const Prepared& prepared) { return !prepared.plan.empty() || !prepared.settled.empty(); }

LockHolder since_now(LockHolder me) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  me.since = fmt::format("{:%FT%TZ}", utc);
  return me;
}

PassOutcome failed(std::vector<Problem> problems) { return {.problems = std::move(problems)}; }
PassOutcome failed(const Error& error) { return failed({problem_of(error)}); }

PassOutcome carry_out(const Session& session, Prepared& prepared, const Cancel& cancel, WatchSink& sink) {
  for (const auto& text : prepared.settled) sink.on(PassNote{text});
  if (prepared.plan.empty()) return {};
  sink.on(PassPlanned{summary(prepared.plan), prepared.plan.drifted()});
  StepLines lines(sink);
  auto report = apply(session, prepared, cancel, lines);
  if (!report) return failed(report.error());
  PassOutcome outcome{.steps = prepared.plan.steps.size(), .interrupted = report->interrupted};
  for (const auto& [address, error] : report->failures) {
    Problem problem = problem_of(error);
    problem.place = address.text();
    outcome.problems.push_back(std::move(problem));
  }
  return outcome;
}

// One after the other, as long as each brings more into reach.
PassOutcome carry_out_stages(const Session& session, Prepared looked, const Cancel& cancel, WatchSink& sink) {
  PassOutcome all;
  for (;;) {
    auto leased = lease_and_prepare(session, {}, {}, cancel, std::move(looked));
    if (!leased) return failed(leased.error());
    auto& prepared = leased->prepared;
    if (!prepared.ok()) return failed(problems_of(prepared));
    PassOutcome outcome = carry_out(session, prepared, cancel, sink);
    outcome.steps += all.steps;
    all = std::move(outcome);
    const auto done = std::move(prepared.plan);
    if (!all.problems.empty() || all.interrupted || done.later.empty() || cancel.draining()) return all;
    leased->lock.reset();
    looked = prepare(session, {}, false);
    if (!looked.ok()) return failed(problems_of(looked));
    if (!looked.plan.later.empty() && same_platforms(looked.plan, done)) {
      return failed(out_of_reach(looked.plan.later.front()));
    }
  }
}

}  // namespace

PassOutcome make_pass(const PassOptions& options, const SourceTree& sources, const Cancel& cancel, WatchSink& sink) {
  const auto start = std::chrono::steady_clock::now();
  auto store = options.open_store();
  if (!store) return failed(store.error());
  ModuleTree tree(sources, {.cache = options.home + "/modules", .followed = options.followed});
  const Session session{.sources = tree,
                        .platforms = options.platforms,
                        .store = **store,
                        .home = options.home,
                        .default_stack = options.default_stack,
                        .params = options.params,
                        .parallelism = options.parallelism,
                        .me = since_now(options.me),
                        .commit = options.commit,
                        .redactor = options.redactor,
                        .keys = options.keys,
                        .modules = &tree};
  Prepared looked = prepare(session, {}, false);
  if (!looked.ok()) return failed(problems_of(looked));
  if (!something_to_do(looked)) {
    return looked.plan.later.empty() ? PassOutcome{} : failed(out_of_reach(looked.plan.later.front()));
  }
  if (cancel.draining()) return {.interrupted = true};
  PassOutcome outcome = carry_out_stages(session, std::move(looked), cancel, sink);
  outcome.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  return outcome;
}

}  // namespace infra
