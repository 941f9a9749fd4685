#include "apply/deployments/deployment_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "apply/deployments/deployment_record.h"
#include "apply/deployments/kept_revisions.h"
#include "apply/execute/journal.h"
#include "apply/execute/step_call.h"
#include "base/hash.h"
#include "base/text/rfc3339.h"
#include "base/values/codec.h"
#include "planner/rollout/task_set.h"

namespace infra {
namespace {

// The engine didn't answer, or a container of the task wasn't ready in time: another attempt may go well.
bool may_pass(const Error& error) {
  return error.code == "E0601" || error.code == "E0602" || error.code == "E0608" || error.code == "E0615";
}

// A daemon that is restarted is back within this time; other refusals don't pass by waiting.
constexpr std::chrono::seconds kRemoveFor{30};
constexpr std::chrono::seconds kRetryPause{1};
bool may_remove_later(const Error& error, std::chrono::milliseconds tried) {
  return error.code == "E0601" && tried < kRemoveFor;
}

}  // namespace

DeploymentRun::DeploymentRun(const Execution& run, std::size_t step, Ledger& ledger)
    : run_(run), step_(step), ledger_(ledger), deployment_(run.plan.deployments[*change().deployment]) {}

const Step& DeploymentRun::plan_step() const { return run_.plan.steps[step_]; }
const Change& DeploymentRun::change() const { return run_.plan.changes[plan_step().change]; }

Result<Ok> DeploymentRun::begin(Moment now) {
  const auto provider = run_.providers.find(deployment_.platform);
  if (provider == run_.providers.end()) {
    return Error{.code = "E0699", .message = fmt::format("no platform \"{}\" is open", deployment_.platform)};
  }
  provider_ = provider->second.get();
  if (plan_step().kind != Step::destroy) {
    auto inputs = resolve_inputs(change(), ledger_);
    if (!inputs) return std::move(inputs).error();
    want_ = *std::move(inputs);
    if (!deployment_.held) deployment_.to = revision_of(want_, ledger_.hash_key());
  }
  restrict_to_step();
  tasks_.know(deployment_, run_.observed);
  drop_needless_moves();
  const auto* row = ledger_.deployment(deployment_.service.text());
  if (row != nullptr) row_ = *row;
  if (deployment_.held) return hold(now);
  record_ = resume_record(row, deployment_, now);
  if (run_.loop_commit.empty()) record_.back_off.clear();  // who asks for it wants it tried now
  row_.name = deployment_.service.text();
  row_.platform = deployment_.platform;
  row_.from = deployment_.from;
  row_.to = deployment_.to;
  row_.ended.clear();
  row_.reason.clear();
  row_.commit = run_.loop_commit;
  to_fetch_ = tasks_to_come();
  if (auto opened = open_former(); !opened) return opened;
  if (want_.is_null() || run_.keys == nullptr) return Ok{};  // a trial run keeps nothing to go back to
  return keep_revision(row_, want_["task"], ledger_.lineage(), *run_.keys);
}

// Of a replacement that destroys first: one step stops all, the other starts all.
void DeploymentRun::restrict_to_step() {
  if (change().action != Action::replace) return;
  if (plan_step().kind == Step::destroy) {
    deployment_.start.clear();
    deployment_.keep.clear();
    deployment_.back.clear();
    deployment_.desired = 0;
  } else {
    deployment_.stop.clear();
    deployment_.back.clear();
    for (auto& task : deployment_.start) task.after.clear();
  }
  deployment_.policy.floor = 0;
}

// The revision came out as what runs already (an image was built anew, and is the same): then what runs stays.
void DeploymentRun::drop_needless_moves() {
  const auto& planned = run_.plan.deployments[*change().deployment];
  if (!planned.to.empty() || want_.is_null() || deployment_.stop.empty()) return;
  std::erase_if(deployment_.stop, [&](const ExistingTask& task) {
    const auto* live = tasks_.find(task.address, task.id);
    if (live == nullptr || task.revision != deployment_.to || !is_fine(live->seen.health)) return false;
    if (deployment_.start.empty()) return false;
    deployment_.keep.push_back(task);
    deployment_.start.pop_back();
    return true;
  });
  for (const auto& task : deployment_.keep) deployment_.start.push_back({.address = task.address, .node = task.node});
}

// Its record stays as it is: the attempt of this commit failed. Only the tasks are those of the revision before.
Result<Ok> DeploymentRun::hold(Moment now) {
  record_ = {.started = now};
  if (auto opened = open_former(); !opened) return opened;
  if (former_.is_null()) {
    return Error{.code = "E0718",
                 .message = fmt::format("{} is held, and what its former tasks were made from isn't kept",
                                        deployment_.service.text()),
                 .help = "push a commit that puts it right, or run infra apply"};
  }
  want_ = former_;
  return Ok{};
}

// Without what the former tasks were made from there is nothing to go back to.
Result<Ok> DeploymentRun::open_former() {
  if (deployment_.back.empty() && !deployment_.held) return Ok{};
  auto task = former_task(row_, ledger_.lineage(), *run_.keys);
  if (!task) return std::move(task).error();
  if (!*task) {
    deployment_.back.clear();
    return Ok{};
  }
  auto set = *want_.map();
  set.set("task", **std::move(task));
  former_ = std::move(set);
  return Ok{};
}

std::vector<Mutation> DeploymentRun::record_now() {
  if (deployment_.held) return {};
  row_ = with_record(std::move(row_), record_);
  return {PutDeployment{row_}};
}

std::vector<Mutation> DeploymentRun::opening_records() {
  auto out = record_now();
  if (!want_.is_null() && ledger_.current(change().address) == nullptr) {
    out.emplace_back(PutResource{rows_now().set(false)});
  } else if (plan_step().kind != Step::destroy && !deployment_.held) {
    auto uses = rows_now().uses_of_both();
    out.insert(out.end(), uses.begin(), uses.end());
  }
  auto adopted = rows_now().adopted(run_.observed, blank_intent(Operation::create, {}, {}));
  out.insert(out.end(), adopted.begin(), adopted.end());
  auto gone = rows_now().gone(run_.plan.deployments[*change().deployment]);
  out.insert(out.end(), gone.begin(), gone.end());
  return out;
}

Intent DeploymentRun::blank_intent(Operation operation, const Address& task, const std::string& id) const {
  return {.token = run_.new_token(),
          .operation = operation,
          .address = task,
          .type = std::string(kTask),
          .platform = deployment_.platform,
          .id = id,
          .keep = change().keep,
          .depends_on = change().depends_on,
          .fence = run_.fence};
}

const Value& DeploymentRun::inputs_of_direction() const {
  return record_.status == DeploymentRecord::rolling_back ? former_ : want_;
}

std::optional<DeploymentRun::TaskCall> DeploymentRun::start(const PlannedTask& task, Moment now) {
  const auto& set = inputs_of_direction();
  auto inputs = task_inputs_on(set, task.node);
  auto intent = blank_intent(Operation::create, task.address, {});
  intent.spec_hash = spec_hash(inputs, ledger_.hash_key());
  intent.inputs = to_json(inputs, ledger_.hash_key());
  const auto revision = revision_of(set, ledger_.hash_key());
  CreateRequest request{.address = task.address,
                        .type = std::string(kTask),
                        .inputs = to_be_made(std::move(inputs), want_),
                        .spec_hash = intent.spec_hash,
                        .token = intent.token,
                        .revision = revision};
  tasks_.at(task.address, {}) = {.seen = {.address = task.address,
                                          .revision = revision,
                                          .node = task.node,
                                          .health = {.now = Health::starting, .since = now},
                                          .started = now},
                                 .busy = true};
  return TaskCall{std::move(intent),
                  {.call = 0, .operation = Operation::create, .provider = provider_, .request = std::move(request)}};
}

DeploymentRun::TaskCall DeploymentRun::stop(const Stop& move) {
  auto& task = tasks_.at(move.address, move.id);
  task.busy = true;
  task.seen.health.now = Health::stopping;
  auto intent = blank_intent(Operation::destroy, move.address, move.id);
  ExistingObject existing{
      .address = move.address, .type = std::string(kTask), .id = move.id, .inputs = Map(), .outputs = Map()};
  if (const auto* row = ledger_.object(move.address, move.id)) {
    intent.inputs = row->inputs;
    if (auto inputs = from_json(row->inputs)) existing.inputs = *std::move(inputs);
    if (auto outputs = from_json(row->outputs)) existing.outputs = *std::move(outputs);
  } else {
    existing.inputs = Map(std::vector<Entry>{{"node", task.seen.node}});
  }
  return {std::move(intent),
          {.call = 0,
           .operation = Operation::destroy,
           .provider = provider_,
           .existing = std::move(existing),
           .diagnose = move.failed}};
}

DeploymentRun::Next DeploymentRun::next(Moment now, Room room) {
  if (lacks_images()) return prepare(now, room);
  const auto seen = tasks_.seen();
  Next out;
  if (stuck_) {
    if (!has_calls()) out.end = End{*stuck_};
    return out;
  }
  for (const auto& move : next_moves(deployment_, record_, seen, now)) {
    if (const auto* begun = std::get_if<Start>(&move)) {
      if (room.calls == 0) continue;
      const auto& places = record_.status == DeploymentRecord::rolling_back ? deployment_.back : deployment_.start;
      auto call = start(places[begun->index], now);
      if (!call) continue;
      room.take_call();
      out.calls.push_back(*std::move(call));
    } else if (const auto* ended = std::get_if<Stop>(&move)) {
      if (room.stops == 0 || tasks_.at(ended->address, ended->id).retry > now) continue;
      if (ended->failed) {
        failure_ = fmt::format("{} {}", ended->address.text(), ended->why);
        log_.clear();
        failed_ = ended->address;
        note_failure(record_, ended->address, now);
        auto records = record_now();
        out.records.insert(out.records.end(), records.begin(), records.end());
      }
      room.take_stop();
      out.calls.push_back(stop(*ended));
    } else if (const auto* drained = std::get_if<Drain>(&move)) {
      auto& task = tasks_.at(drained->address, drained->id).seen;
      task.draining = true;
      task.drained = true;  // a platform takes a task out of its load balancers before it stops it
    } else if (const auto* back = std::get_if<RollBack>(&move)) {
      if (failure_.empty()) failure_ = back->why;
      row_.reason = failure_;
      note_rollback(record_, now);
      auto records = record_now();
      out.records.insert(out.records.end(), records.begin(), records.end());
    } else if (const auto* given_up = std::get_if<GiveUp>(&move)) {
      out.end = give_up(given_up->why, out.records, now);
    } else {
      out.end = complete(out.records, now);
    }
  }
  return out;
}

void DeploymentRun::end_record(DeploymentRecord::Status status, Moment now) {
  record_.status = status;
  row_ = with_record(std::move(row_), record_);
  row_.ended = rfc3339(now);
}

DeploymentRun::End DeploymentRun::complete(std::vector<Mutation>& records, Moment now) {
  if (record_.status == DeploymentRecord::rolling_back) {
    end_record(DeploymentRecord::rolled_back, now);
    records.emplace_back(PutDeployment{row_});
    return {Error{.code = "E0718",
                  .message = fmt::format("the deployment of {} failed and was rolled back: {}{}",
                                         deployment_.service.text(), row_.reason, log_),
                  .help = "its former revision runs; put right what the task says, and apply again"}};
  }
  if (plan_step().kind == Step::destroy) {
    if (change().action == Action::replace) return {};
    records.emplace_back(DropResource{change().address, change().id});
    records.emplace_back(DropDeployment{row_.name});
    return {};
  }
  if (deployment_.held) {
    auto moved = rows_now().moved();
    records.insert(records.end(), moved.begin(), moved.end());
    return {};
  }
  end_record(DeploymentRecord::completed, now);
  records.emplace_back(PutDeployment{row_});
  records.emplace_back(PutResource{rows_now().set(true)});
  return {};
}

DeploymentRun::End DeploymentRun::give_up(const std::string& why, std::vector<Mutation>& records, Moment now) {
  row_.reason = failure_.empty() ? why : refused_ ? failure_ : fmt::format("{}: {}", why, failure_);
  if (!deployment_.held) {
    end_record(DeploymentRecord::failed, now);
    records.emplace_back(PutDeployment{row_});
  }
  return {Error{
      .code = "E0718",
      .message = fmt::format("the deployment of {} failed: {}{}", deployment_.service.text(), row_.reason, log_),
      .help = refused_ && !remedy_.empty() ? remedy_
                                           : "what is healthy stays; put right what the task says, and apply again"}};
}

// Of the copy whose failure is told. It comes when that copy is gone: a rollback may have begun meanwhile. The record
// keeps the first line, the log behind it is told once.
void DeploymentRun::take_diagnosis(const Address& task, const std::string& text) {
  if (task != failed_) return;
  const auto line = text.find('\n');
  auto head = text.substr(0, line);
  log_ = line == std::string::npos ? std::string() : text.substr(line);
  const auto before = std::exchange(failure_, fmt::format("{}: {}", task.text(), head));
  constexpr std::string_view kLog = "; the end of its log:";
  if (failure_.ends_with(kLog)) {
    failure_.resize(failure_.size() - kLog.size());
    log_.insert(0, kLog);
  }
  if (row_.reason == before) row_.reason = failure_;
}

std::vector<Mutation> DeploymentRun::take_outcome(const Intent& intent, const CallOutcome& outcome,
                                                  std::size_t last_number, Moment now) {
  const bool made = intent.operation == Operation::create && outcome.result;
  auto& task = made ? tasks_.made(intent.address, outcome.result->id) : tasks_.at(intent.address, intent.id);
  task.busy = false;
  task.known_since = last_number;
  if (!outcome.diagnosis.empty()) take_diagnosis(intent.address, outcome.diagnosis);
  if (!outcome.result) {
    auto out = record_failure(intent, ledger_);
    if (intent.operation == Operation::create) {
      auto refusal = outcome.result.error();
      remedy_ = std::exchange(refusal.help, {});
      failure_ = fmt::format("{}: {}", intent.address.text(), refusal.line());
      note_failure(record_, intent.address, now);
      // What the platform refuses it refuses again: no use in trying three times.
      if (!may_pass(outcome.result.error())) {
        refused_ = true;
        record_.failures = std::max(record_.failures, deployment_.policy.breaker);
      }
      auto records = record_now();
      out.insert(out.end(), records.begin(), records.end());
      tasks_.drop(intent.address, {});
    } else {
      // It may still be there: the next look tells.
      if (task.unremoved == Moment{}) task.unremoved = now;
      task.retry = now + kRetryPause;
      if (!may_remove_later(outcome.result.error(), now - task.unremoved)) stuck_ = outcome.result.error();
      task.seen.health = {.now = Health::stopped, .since = now, .detail = outcome.result.error().line()};
    }
    return out;
  }
  auto out = record_success(intent, *outcome.result, ledger_);
  if (intent.operation == Operation::destroy) {
    tasks_.drop(intent.address, intent.id);
    return out;
  }
  task.seen.health = outcome.result->health;
  task.seen.health.since = now;
  return out;
}

std::vector<Mutation> DeploymentRun::take_look(const Observation& seen, const std::string& place, std::size_t look,
                                               Moment now) {
  auto result = tasks_.take_look(seen, place, look, now, ledger_);
  for (int i = 0; i < result.healthy; ++i) note_healthy(record_);
  return std::move(result.records);
}

std::vector<const RecordedResource*> DeploymentRun::rows() const {
  std::vector<const RecordedResource*> out;
  for (const auto& [key, task] : tasks_.all()) {
    const auto* row = ledger_.object(key.first, key.second);
    if (row != nullptr) out.push_back(row);
  }
  return out;
}

}  // namespace infra
