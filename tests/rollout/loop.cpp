#include "tests/rollout/loop.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/rollout/toy_plan.h"

namespace infra::test {
namespace {

std::string name(const SeenTask& t) { return t.revision + t.address.part + "#" + t.id; }

}  // namespace

Loop::Loop(const WorldOptions& options, World& world) : options_(options), world_(world), desired_(options.desired) {}

void Loop::want(int revision) {
  wanted_ = revision;
  plan_again_ = true;
}
void Loop::want_copies(int desired) {
  desired_ = desired;
  plan_again_ = true;
}

void Loop::die(int back_after_seconds, bool stale) {
  tell("killed");
  world_.coordinator_died();
  calls_.clear();
  drains_.clear();
  before_.clear();
  deployment_.reset();
  plan_again_ = true;
  stale_ = stale;
  go_blind(back_after_seconds);
}

void Loop::ask_again() {
  tell("asked to apply again");
  kept_.started = false;
  plan_again_ = true;
}

bool Loop::goes_back() const {
  return kept_.record.status == DeploymentRecord::rolling_back && deployment_->from != deployment_->to;
}

bool Loop::all_well() const {
  const bool back = kept_.record.status == DeploymentRecord::rolled_back;
  const auto revision = revision_name(back ? kept_.complete : kept_.revision);
  return static_cast<int>(seen_.size()) == desired_ && std::all_of(seen_.begin(), seen_.end(), [&](const auto& t) {
           return t.revision == revision && t.health.now == Health::healthy && !t.draining;
         });
}

void Loop::step() {
  if (world_.now() < blind_until_) return;
  take_answers();
  look();
  see();
  note_healthy_ones();
  if (!deployment_ && kept_.record.status != DeploymentRecord::failed && !all_well()) plan_again_ = true;
  if (plan_again_) {
    if (!calls_.empty()) return;  // a newer plan waits for the calls that are under way
    plan();
    see();
  }
  if (deployment_) make_moves();
}

void Loop::look() {
  if (!stale_) view_ = world_.look();
  // Nobody knows what the one who died did since: the first step after it can only be judged by what comes of it.
  if (stale_) view_.more = view_.worse = view_.better = -100'000;
  stale_ = false;
}

void Loop::take_answers() {
  std::vector<std::size_t> open;
  for (const auto index : calls_) {
    const auto& call = world_.call(index);
    call.answer <= world_.now() ? take_answer(call) : open.push_back(index);
  }
  calls_ = std::move(open);
}

void Loop::take_answer(const Call& call) {
  if (call.lost) return;  // the next look says what became of it
  if (call.outcome == Call::unreachable) plan_again_ = true;
  const bool failed = call.outcome == Call::refused || call.outcome == Call::port_taken;
  if (call.kind == Call::create && failed) note_failure(kept_.record, copy_address(call.number), moment(world_.now()));
}

// What was looked at, and over it the calls that are under way.
void Loop::see() {
  seen_.clear();
  std::vector<const Call*> creates;
  std::vector<int> destroys;
  for (const auto index : calls_) {
    const auto& call = world_.call(index);
    call.kind == Call::create ? creates.push_back(&call) : destroys.push_back(call.id);
  }
  for (const auto& copy : view_.copies) {
    if (std::any_of(creates.begin(), creates.end(),
                    [&](auto* c) { return c->number == copy.number && c->node == copy.node; }))
      continue;
    SeenTask task{.address = copy_address(copy.number),
                  .id = std::to_string(copy.id),
                  .revision = revision_name(copy.revision),
                  .node = node_name(copy.node),
                  .health = {.now = copy.now, .restarts = copy.restarts},
                  .started = moment(copy.asked)};
    if (std::find(destroys.begin(), destroys.end(), copy.id) != destroys.end()) task.health.now = Health::stopping;
    if (const auto drain = drains_.find(copy.id); drain != drains_.end()) {
      task.draining = true;
      task.drained = world_.now() - drain->second >= options_.drain * 1000;
    }
    seen_.push_back(std::move(task));
  }
  for (const auto* call : creates)
    seen_.push_back({.address = copy_address(call->number),
                     .revision = revision_name(call->revision),
                     .node = node_name(call->node),
                     .health = {.now = Health::starting},
                     .started = moment(world_.now())});
  std::stable_sort(seen_.begin(), seen_.end(), [](const auto& a, const auto& b) { return a.address < b.address; });
}

// What failed stays untouched until somebody asks; what was rolled back is kept running as it was.
void Loop::plan() {
  plan_again_ = false;
  deployment_.reset();
  const bool same = kept_.started && kept_.revision == wanted_;
  const auto status = kept_.record.status;
  if (same && status == DeploymentRecord::failed) return;
  Wish wish{.revision = wanted_, .complete = kept_.complete, .desired = desired_};
  const bool held = same && (status == DeploymentRecord::rolled_back || status == DeploymentRecord::rolling_back);
  if (held) {
    wish.revision = kept_.complete;  // also if who was going back has died
    kept_.record.failures = 0;
  } else if (!same || status == DeploymentRecord::completed) {
    kept_.record = {.started = moment(world_.now()), .back_off = kept_.record.back_off};
  }
  kept_.started = true;
  kept_.revision = wanted_;
  ++happened_.plans;
  world_.join_balancer();
  drains_.clear();
  deployment_ = toy_plan(options_, wish, seen_, view_.silent, moment(world_.now()));
  if (logs_) {
    std::string lists;
    for (const auto& t : deployment_->start) lists += " start " + t.address.part + "@" + t.node;
    for (const auto& t : deployment_->keep) lists += " keep " + t.address.part + "@" + t.node;
    for (const auto& t : deployment_->stop) lists += " stop " + t.revision + t.address.part + "@" + t.node;
    for (const auto& t : deployment_->back) lists += " back " + t.address.part + "@" + t.node;
    tell("plan: " + deployment_->from + " to " + deployment_->to + lists);
  }
}

void Loop::note_healthy_ones() {
  if (!deployment_) return;
  std::map<int, Health::Now> now;
  const auto& revision = goes_back() ? deployment_->from : deployment_->to;
  for (const auto& task : seen_) {
    if (task.id.empty()) continue;
    const int id = std::stoi(task.id);
    now[id] = task.health.now;
    const auto before = before_.find(id);
    const bool was_starting = before == before_.end() || before->second == Health::starting;
    if (was_starting && task.health.now == Health::healthy && task.revision == revision && !before_.empty())
      note_healthy(kept_.record);
  }
  before_ = std::move(now);
}

Ms Loop::next_time() const {
  if (world_.now() < blind_until_) return blind_until_;
  if (plan_again_ || !deployment_) return plan_again_ ? world_.now() + options_.pace : kNever;
  Ms next = kNever;
  const auto at = infra::next_time(*deployment_, kept_.record, seen_, moment(world_.now()));
  if (at != Moment::max()) next = (at - moment(0)).count();
  for (const auto& [id, since] : drains_)
    if (world_.find(id) != nullptr) next = std::min(next, since + options_.drain * 1000);
  return next;
}

void Loop::make_moves() {
  auto record = kept_.record;
  if (!goes_back()) record.status = DeploymentRecord::running;
  batch_ = 0;
  const auto moves = next_moves(*deployment_, record, seen_, moment(world_.now()));
  for (const auto& move : moves) {
    ++moves_;
    if (moves_ == options_.kill_at && moves_ % 2 == 0) return die(2, false);
    carry_out(move);
    if (moves_ == options_.kill_at) return die(2, false);
    if (!deployment_) return;
    ++batch_;
  }
}

void Loop::carry_out(const RolloutMove& move) {
  const auto status = kept_.record.status;
  if (const auto* s = std::get_if<Start>(&move)) {
    start((goes_back() ? deployment_->back : deployment_->start).at(s->index));
  } else if (const auto* going = std::get_if<Stop>(&move)) {
    stop(*going);
  } else if (const auto* d = std::get_if<Drain>(&move)) {
    const auto task = std::find_if(seen_.begin(), seen_.end(), [&](const auto& t) { return t.id == d->id; });
    if (task == seen_.end()) return breach("what isn't there is drained");
    tell("drain " + name(*task));
    check_goes(*task, "drained");
    ++happened_.drains;
    world_.leave_balancer(std::stoi(task->id));
    drains_.emplace(std::stoi(task->id), world_.now());
  } else if (const auto* r = std::get_if<RollBack>(&move)) {
    tell("roll back: " + r->why);
    ++happened_.rollbacks;
    note_rollback(kept_.record, moment(world_.now()));
  } else if (const auto* g = std::get_if<GiveUp>(&move)) {
    tell("give up: " + g->why);
    ++happened_.give_ups;
    end(DeploymentRecord::failed);
  } else {
    ++happened_.completes;
    tell("complete");
    const bool back = status == DeploymentRecord::rolling_back || status == DeploymentRecord::rolled_back;
    if (!back) kept_.complete = kept_.revision;
    end(back ? DeploymentRecord::rolled_back : DeploymentRecord::completed);
  }
}

void Loop::end(DeploymentRecord::Status status) {
  kept_.record.status = status;
  deployment_.reset();
}

void Loop::start(const PlannedTask& task) {
  const auto& revision = goes_back() ? deployment_->from : deployment_->to;
  const int node = node_number(task.node);
  tell("start " + revision + task.address.part + "@" + task.node);
  check_start(task, node);
  calls_.push_back(world_.begin(
      {.kind = Call::create, .number = std::stoi(task.address.part), .revision = revision[0] - 'A', .node = node}));
}

void Loop::stop(const Stop& move) {
  tell(fmt::format("stop {}#{}{}{}", move.address.part, move.id, move.failed ? " failed: " : " ", move.why));
  if (move.id.empty()) return breach("a copy without id is stopped");
  check_stop(move);
  const auto task = std::find_if(seen_.begin(), seen_.end(), [&](const auto& t) { return t.id == move.id; });
  if (task == seen_.end()) return breach("what isn't there is stopped");
  calls_.push_back(world_.begin({.kind = Call::destroy,
                                 .number = std::stoi(move.address.part),
                                 .id = std::stoi(move.id),
                                 .node = node_number(task->node)}));
  happened_.failures += move.failed ? 1 : 0;
  if (move.failed) note_failure(kept_.record, move.address, moment(world_.now()));
}

std::string Loop::state() const {
  auto text = fmt::format("{}{} calls under way, status {};", deployment_ ? "a deployment, " : "", calls_.size(),
                          static_cast<int>(kept_.record.status));
  for (const auto& task : seen_) text += fmt::format(" {}@{} {}", name(task), task.node, to_text(task.health.now));
  return text;
}

void Loop::tell(const std::string& what) {
  if (log_.size() > 40'000) log_.erase(0, log_.find('\n', 20'000) + 1);
  if (logs_) log_ += fmt::format("{:>9.1f} s  {}\n", static_cast<double>(world_.now()) / 1000, what);
}

}  // namespace infra::test
