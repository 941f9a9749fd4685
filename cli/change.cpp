#include "cli/change.h"

#include "cli/consent.h"
#include "cli/execute.h"
#include "cli/exit_code.h"
#include "cli/lease.h"
#include "cli/lock_holder.h"
#include "cli/open_session.h"
#include "cli/report.h"
#include "cli/show_plan.h"
#include "cli/signals.h"
#include "planner/render.h"

namespace infra::cli {
namespace {

std::string verb(const ChangeOptions& options) {
  if (!options.command.empty()) return options.command;
  return options.destroy ? "destroy" : "apply";
}

// Nothing to change and nothing to put right: that needs no lease.
bool nothing_to_do(const Prepared& prepared) { return prepared.plan.empty() && prepared.settled.empty(); }

bool is_limited(const PlanRequest& request) {
  return !request.targets.empty() || !request.exclude.empty() || request.refresh_only;
}

// One change of a stack, from the first look at it to the summary. Its functions give an exit code when it is over.
class ChangeRun {
 public:
  ChangeRun(const ChangeOptions& options, const Console& console, const Session& session)
      : options_(options), console_(console), session_(session), request_(plan_request(options.run, options.destroy)) {}

  // Usually in one stage; see docs/adr/0016-stages.md.
  int run() {
    outlive_reader();
    for (;; ++stage_) {
      if (stage_ > 1) announce();
      const int code = run_stage();
      if (code != kDone || left_.later.empty()) return code;
      if (stuck_) return is_limited(request_) ? kDone : console_.fail(out_of_reach(left_.later.front()));
      request_ = for_next_stage(request_, left_);
      agreed_.reset();
    }
  }

 private:
  int run_stage() {
    auto first = prepare(session_, request_, false);
    if (!report(console_, first)) return kFailed;
    // A stage that does nothing, or brings nothing into reach, would do no better again.
    stuck_ = nothing_to_do(first) || (stage_ > 1 && same_platforms(first.plan, left_));
    left_ = first.plan;
    if (stage_ > 1 && stuck_ && !left_.later.empty()) return kDone;
    if (auto over = options_.yes ? first_glance(first) : first_look(first)) return *over;
    auto leased = lease(console_, session_, request_, options_.run, std::move(first));
    if (!leased) return console_.fail(leased.error());
    if (!report(console_, leased->prepared)) return kFailed;
    left_ = leased->prepared.plan;
    if (auto over = second_look(leased->prepared)) return *over;
    return execute(console_, session_, leased->prepared, left_.later.empty());
  }

  void announce() const {
    if (console_.json()) {
      console_.print(fmt::format("{{\"type\":\"stage\",\"stage\":{}}}\n", stage_));
    } else {
      console_.print(fmt::format("\nStage {}\n\n", stage_));
    }
  }

  [[nodiscard]] bool consents_now() const {
    return consents(console_, options_.destroy, stage_ == 1 ? "Nothing was changed." : "Nothing more was changed.");
  }

  // Without a lease: other runs needn't wait while somebody reads.
  std::optional<int> first_look(const Prepared& prepared) {
    show_plan_to_apply(console_, prepared, options_.run);
    if (nothing_to_do(prepared)) return kDone;
    if (!prepared.plan.empty() && !consents_now()) return kFailed;
    agreed_ = plan_digest(prepared.plan);
    return {};
  }

  // Nobody reads: the plan is shown when it is sure.
  std::optional<int> first_glance(const Prepared& prepared) {
    if (!nothing_to_do(prepared)) return {};
    show_plan_to_apply(console_, prepared, options_.run);
    return kDone;
  }

  // Under the lease: what is executed is what was agreed to.
  std::optional<int> second_look(const Prepared& prepared) {
    if (!agreed_) {
      show_plan_to_apply(console_, prepared, options_.run);
    } else if (*agreed_ != plan_digest(prepared.plan)) {
      console_.note("\nThe stack or the world has changed since that plan was made. The plan is now:\n");
      show_plan_to_apply(console_, prepared, options_.run);
      if (!prepared.plan.empty() && !consents_now()) return kFailed;
    } else {
      show_settled(console_, prepared);
    }
    if (prepared.plan.empty()) return kDone;
    return {};
  }

  const ChangeOptions& options_;
  const Console& console_;
  const Session& session_;
  PlanRequest request_;
  std::optional<std::string> agreed_;  // the digest of the plan that was said yes to
  int stage_ = 1;
  Plan left_;           // the last plan, with what it leaves to later stages
  bool stuck_ = false;  // no further stage would get on with that
};

}  // namespace

int run_change(const ChangeOptions& options) { return run_change_of(options, {}); }

int run_change_of(const ChangeOptions& options, const Reroute& reroute) {
  const Console console(options.stack.look);
  if (auto wrong = contradiction(options.run, options.destroy)) return console.fail(*wrong);
  if (!options.yes && !may_ask(console)) return console.fail(nobody_to_ask(verb(options)));
  auto open = open_session(options.stack, options.run);
  if (!open) return console.fail(open.error());
  open->session->me = lock_holder(fmt::format("infra {} {}", verb(options), options.stack.folder));
  if (reroute) {
    if (auto done = reroute(*open); !done) return console.fail(done.error());
  }
  return ChangeRun(options, console, *open->session).run();
}

}  // namespace infra::cli
