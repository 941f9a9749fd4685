#include "cli/change.h"

#include "apply/stages.h"
#include "cli/execute.h"
#include "cli/exit_code.h"
#include "cli/fallbacks.h"
#include "cli/lock_holder.h"
#include "cli/plan_views/show_plan.h"
#include "cli/terminal/consent.h"
#include "cli/terminal/report.h"
#include "cli/terminal/signals.h"
#include "cli/wait_for_lease.h"
#include "planner/render/render.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

std::string verb(const ChangeOptions& options) {
  if (!options.command.empty()) return options.command;
  return options.destroy ? "destroy" : "apply";
}

// Somebody at a terminal, or -y: shows what would be done, asks, and reports.
class TerminalGate : public StageGate {
 public:
  TerminalGate(const ChangeOptions& options, const Console& console, const Session& session, LastParams last)
      : options_(options), console_(console), session_(session), last_(std::move(last)) {}

  [[nodiscard]] int code() const { return code_; }

  void begin(int stage) override {
    stage_ = stage;
    agreed_.reset();
    if (stage == 1) return;
    if (console_.json()) {
      console_.print(fmt::format("{{\"type\":\"stage\",\"stage\":{}}}\n", stage));
    } else {
      console_.print(fmt::format("\nStage {}\n\n", stage));
    }
  }
  void fail(const Prepared& prepared) override {
    report(console_, prepared);
    code_ = kFailed;
  }
  void fail(const Error& error) override { code_ = console_.fail(error); }
  void nothing_to_do(const Prepared& prepared) override {
    warn(prepared);
    show(prepared);
  }
  bool agrees(const Prepared& prepared) override {
    warn(prepared);
    if (options_.check) {
      if (auto good = options_.check(session_, prepared.plan); !good) return fail(good.error()), false;
    }
    if (options_.yes) return true;  // nobody reads: the plan is shown when it is sure
    show(prepared);
    if (!prepared.plan.empty() && !consents_now()) return false;
    agreed_ = plan_digest(prepared.plan);
    return true;
  }
  // What is executed is what was agreed to.
  bool confirms(const Prepared& prepared) override {
    warn(prepared);
    if (!agreed_) {
      show(prepared);
    } else if (*agreed_ != plan_digest(prepared.plan)) {
      console_.note("\nThe stack or the world has changed since that plan was made. The plan is now:\n");
      show(prepared);
      return prepared.plan.empty() || consents_now();
    } else {
      show_settled(console_, prepared);
    }
    return true;
  }
  bool carry_out(Prepared& prepared, bool last) override {
    code_ = execute(console_, session_, prepared, last);
    return code_ == kDone;
  }

 private:
  // The same again isn't said again: a stack is looked at before the question and after the answer.
  void warn(const Prepared& prepared) {
    auto text = render_text(prepared.diagnostics, prepared.compiled.sources, {});
    if (text == said_) return;
    said_ = std::move(text);
    report(console_, prepared);
  }
  void show(const Prepared& prepared) const {
    show_plan_to_apply(console_, plan_header(session_, prepared, state_name(options_.stack)), prepared, options_.run);
    if (stage_ == 1) show_fallbacks(console_, last_, session_, prepared);
  }
  // What is wrong with the files, and that there is nothing to do, is said without a terminal, too.
  [[nodiscard]] bool consents_now() {
    if (!may_ask(console_)) {
      code_ = console_.fail(nobody_to_ask(verb(options_)));
      return false;
    }
    const bool yes =
        consents(console_, options_.destroy, stage_ == 1 ? "Nothing was changed." : "Nothing more was changed.");
    code_ = yes ? kDone : kFailed;
    return yes;
  }

  const ChangeOptions& options_;
  const Console& console_;
  const Session& session_;
  const LastParams last_;
  std::string said_;                   // the last warnings
  std::optional<std::string> agreed_;  // the digest of the plan that was said yes to
  int stage_ = 1;
  int code_ = kDone;
};

}  // namespace

int run_change(const ChangeOptions& options) { return run_change_of(options, {}); }

int run_change_of(const ChangeOptions& options, const Reroute& reroute) {
  const Console console(options.stack.look);
  if (auto wrong = contradiction(options.run, options.destroy)) return console.fail(*wrong);
  if (options.destroy) {
    if (auto there = check_state(options.stack); !there) return console.fail(there.error());
  }
  auto open = open_session(options.stack, options.run);
  if (!open) return console.fail(open.error());
  open->session->me = lock_holder(fmt::format("infra {} {}", verb(options), options.stack.folder));
  if (reroute) {
    if (auto done = reroute(*open); !done) return console.fail(done.error());
  }
  outlive_reader();
  // A rollback has the params of the revision that it goes back to.
  auto last = reroute ? Result<LastParams>(LastParams()) : recall_params(*open->session, options.destroy);
  if (!last) return console.fail(last.error());
  TerminalGate gate(options, console, *open->session, *std::move(last));
  const LeaseWish wish = lease_wish(console, options.run);
  auto request = plan_request(options.run, options.destroy);
  if (options.notes) {
    auto notes = options.notes(*open);
    if (!notes) return console.fail(notes.error());
    request.notes = *std::move(notes);
  }
  run_stages(*open->session, std::move(request), wish, Cancel(), gate);
  return gate.code();
}

}  // namespace infra::cli
