#include "cli/plan_views/saved_plan.h"

#include "apply/prepare/stored_secrets.h"
#include "apply/records/planfile.h"
#include "apply/stages.h"
#include "cli/execute.h"
#include "cli/exit_code.h"
#include "cli/lock_holder.h"
#include "cli/plan_views/show_plan.h"
#include "cli/rollback.h"
#include "cli/terminal/report.h"
#include "cli/wait_for_lease.h"
#include "state/places/open_store.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

Error not_that_plan() {
  return {
      .code = "E0902",
      .message =
          "a saved plan has its own params, targets and state: --env, --set, --values, --secret, --state, --target, "
          "--replace, --exclude and --refresh-only can't change them",
      .help = "make a new plan with other values",
      .context = {}};
}

std::map<std::string, ParamValue> params_of(const PlanFile& file, Redactor& redactor) {
  std::map<std::string, ParamValue> params;
  for (const auto& [name, text] : file.params) params[name] = {.text = text, .origin = "the saved plan"};
  for (const auto& name : file.secrets) redactor.hide(params[name].text);
  return params;
}

// The keys are where the state is.
std::shared_ptr<Keyring> keys_of(StackOptions options, const std::string& folder, const std::string& state) {
  options.folder = folder;
  options.state = state;
  return open_keyring(options);
}

// What was looked at when the plan was saved, or nothing.
class SavedPlanGate : public StageGate {
 public:
  SavedPlanGate(const Console& console, const Session& session, const PlanFile& file, const StackOptions& where,
                const RunOptions& run)
      : console_(console), session_(session), file_(file), where_(where), run_(run) {}
  [[nodiscard]] int code() const { return code_; }

  void begin(int) override {}
  void fail(const Prepared& prepared) override {
    report(console_, prepared);
    code_ = kFailed;
  }
  void fail(const Error& error) override { code_ = console_.fail(error); }
  void nothing_to_do(const Prepared& prepared) override { (void)confirms(prepared); }
  bool agrees(const Prepared& prepared) override { return report(console_, prepared); }
  bool confirms(const Prepared& prepared) override {
    report(console_, prepared);
    if (auto fresh = check_fresh(file_, prepared); !fresh) return fail(fresh.error()), false;
    show_plan_to_apply(console_, plan_header(session_, prepared, state_name(where_)), prepared, run_);
    return true;
  }
  bool carry_out(Prepared& prepared, bool last) override {
    code_ = execute(console_, session_, prepared);
    if (code_ == kDone && !last) {
      console_.note("\nThe saved plan held stage 1 only; `infra plan` shows what is left.");
    }
    return false;
  }

 private:
  const Console& console_;
  const Session& session_;
  const PlanFile& file_;
  const StackOptions& where_;
  const RunOptions& run_;
  int code_ = kDone;
};

int carry_out(const Console& console, const Session& session, const PlanFile& file, const StackOptions& where,
              const RunOptions& run) {
  const PlanRequest request{.targets = file.targets,
                            .destroy = file.destroy,
                            .replace = file.replace,
                            .exclude = file.exclude,
                            .refresh_only = file.refresh_only};
  SavedPlanGate gate(console, session, file, where, run);
  run_stages(session, request, lease_wish(console, run), Cancel(), gate);
  return gate.code();
}

}  // namespace

Result<Ok> save_plan(const std::string& path, const StackOptions& stack, const Session& session,
                     const PlanRequest& request, const Prepared& prepared, std::uint64_t revision) {
  auto file = make_plan_file(session, request, prepared, INFRA_VERSION);
  file.folder = stack.folder;
  file.state = state_to_keep(stack.state);
  file.revision = revision;
  const auto header = plan_header(session, prepared, state_name(stack));
  file.text = session.redactor->clean(plan_text(header, prepared));
  file.plan = session.redactor->clean(plan_json(header, prepared));
  // Variables of the environment that are meant for other stacks are no part of this plan.
  std::erase_if(file.params,
                [&](const auto& param) { return prepared.compiled.graph->params.map()->find(param.first) == nullptr; });
  return write_plan_file(path, file, *session.keys, when_no_key(prepared.state));
}

int show_saved_plan(const Console& console, const std::string& path, const StackOptions& stack) {
  const auto file = read_plan_file(
      path, [&](const std::string& folder, const std::string& state) { return keys_of(stack, folder, state); });
  if (!file) return console.fail(file.error());
  console.print(console.json() ? file->plan + "\n" : file->text);
  return kDone;
}

int run_saved_plan(const ChangeOptions& options) {
  const Console console(options.stack.look);
  const auto& stack = options.stack;
  const auto& run = options.run;
  const bool narrows = !run.targets.empty() || !run.replace.empty() || !run.exclude.empty() || run.refresh_only;
  if (!stack.env.empty() || !stack.set.empty() || !stack.values.empty() || !stack.secret.empty() ||
      !stack.state.empty() || narrows) {
    return console.fail(not_that_plan());
  }
  const auto file = read_plan_file(options.plan_file, [&](const std::string& folder, const std::string& state) {
    return keys_of(stack, folder, state);
  });
  if (!file) return console.fail(file.error());
  auto where = stack;
  where.folder = file->folder;
  where.state = file->state;
  where.environment = file->environment;
  auto open = open_session(where, options.run);
  if (!open) return console.fail(open.error());
  if (file->revision != 0) {
    if (auto done = go_back(*open, file->revision); !done) return console.fail(done.error());
  }
  open->session->params = params_of(*file, *stack.look.redactor);
  open->session->me = lock_holder("infra apply (a saved plan)");
  return carry_out(console, *open->session, *file, where, options.run);
}

}  // namespace infra::cli
