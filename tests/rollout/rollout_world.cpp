#include "tests/rollout/rollout_world.h"

#include <algorithm>

namespace infra::test {

World::World(const WorldOptions& options) : options_(options) {}

std::uint64_t World::roll(std::uint64_t a, std::uint64_t b) const {
  auto x = options_.seed + a * 0x9e3779b97f4a7c15ULL + b * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

bool World::bad(int revision) const {
  return std::find(options_.bad.begin(), options_.bad.end(), revision) != options_.bad.end();
}

// What becomes of a copy that starts.
void World::plan_start(Copy& copy) {
  copy.now = Health::starting;
  copy.asked = now_;
  const auto dice = roll(static_cast<std::uint64_t>(copy.id), static_cast<std::uint64_t>(now_));
  copy.event = now_ + 200 + static_cast<Ms>(dice % static_cast<std::uint64_t>(options_.slowest * 1000));
  copy.next = Health::healthy;
  const bool unlucky = !calm_ && static_cast<int>((dice >> 32) % 100) < options_.flaky;
  if (!unlucky && !bad(copy.revision)) return;
  switch ((dice >> 16) % 4) {
    case 0:
      copy.next = Health::stopped;
      break;
    case 1:
      copy.next = Health::unhealthy;
      break;
    case 2:
      copy.event = kNever;
      break;  // it starts for ever
    default:
      copy.next = Health::starting;
      break;  // its engine restarts it
  }
}

std::size_t World::begin(Call call) {
  const auto dice = roll(calls_.size() + 7, static_cast<std::uint64_t>(now_));
  call.epoch = epoch_;
  call.effect = now_ + static_cast<Ms>(dice % 500);
  call.answer = call.effect + static_cast<Ms>((dice >> 20) % 300);
  if (next_call_) {
    if (next_call_->kind == Fault::lose_answer) call.lost = true;
    if (next_call_->kind == Fault::refuse) call.outcome = Call::refused;
    if (next_call_->kind == Fault::delay) {
      call.effect += next_call_->which * 1000;
      call.answer = call.effect + 100;
    }
    next_call_.reset();
  }
  if (call.lost) call.answer = std::min(call.answer, now_ + 300);  // it may come before the effect
  calls_.push_back(call);
  return calls_.size() - 1;
}

void World::leave_balancer(int id) {
  for (auto& copy : copies_)
    if (copy.id == id && !copy.drains) copy.drains = now_;
}
void World::join_balancer() {
  for (auto& copy : copies_) copy.drains.reset();
}

void World::take_effect(Call& call) {
  call.happened = true;
  if (call.outcome == Call::refused) return;
  if (silent_.count(call.node) > 0) return void(call.outcome = Call::unreachable);
  if (call.kind == Call::destroy) {
    call.outcome = Call::done;
    for (auto& copy : copies_) {
      if (copy.id != call.id) continue;
      if (outside(call)) ++worse;
      const bool runs = copy.now != Health::stopped && copy.now != Health::completed;
      copy.now = Health::stopping;
      copy.event = now_ + (runs ? static_cast<Ms>(roll(static_cast<std::uint64_t>(copy.id)) % 10'000) : 0);
      if (!call.lost) call.answer = std::max(call.answer, copy.event);
    }
    return;
  }
  for (const auto& copy : copies_) {
    if (copy.node == call.node && copy.number == call.number) return void(call.outcome = Call::exists);
    if (options_.ports && copy.node == call.node && copy.now != Health::stopped)
      return void(call.outcome = Call::port_taken);
  }
  if (outside(call)) ++more;
  call.id = ++last_id_;
  call.outcome = Call::done;
  copies_.push_back({.number = call.number, .id = call.id, .revision = call.revision, .node = call.node});
  plan_start(copies_.back());
}

void World::settle(Copy& copy) {
  copy.event = kNever;
  if (copy.now == Health::stopping) return void(copy.gone = true);
  if (copy.now != Health::starting) return;
  copy.now = copy.next;
  if (copy.next == Health::healthy) ++better;
  if (copy.next != Health::starting) return;
  ++copy.restarts;
  copy.asked = now_;
  copy.event = now_ + 3000;
}

Ms World::next_event() const {
  Ms next = kNever;
  for (const auto& copy : copies_) next = std::min(next, copy.event);
  for (auto i = settled_calls_; i < calls_.size(); ++i) {
    if (!calls_[i].happened) next = std::min(next, calls_[i].effect);
    if (calls_[i].answer > now_) next = std::min(next, calls_[i].answer);
  }
  return next;
}

void World::advance(Ms to) {
  while (now_ < to) {
    now_ = std::min(to, std::max(now_ + 1, next_event()));
    for (auto i = settled_calls_; i < calls_.size(); ++i)
      if (!calls_[i].happened && calls_[i].effect <= now_) take_effect(calls_[i]);
    for (auto& copy : copies_)
      if (copy.event <= now_) settle(copy);
    std::erase_if(copies_, [](const Copy& c) { return c.gone; });
    while (settled_calls_ < calls_.size() && calls_[settled_calls_].happened && calls_[settled_calls_].answer <= now_)
      ++settled_calls_;
  }
}

View World::look() const {
  View view{.at = now_, .copies = {}, .silent = silent_, .worse = worse, .better = better, .more = more};
  for (const auto& copy : copies_)
    if (reachable(copy)) view.copies.push_back(copy);
  std::sort(view.copies.begin(), view.copies.end(),
            [](const Copy& a, const Copy& b) { return std::pair(a.number, a.id) < std::pair(b.number, b.id); });
  return view;
}

int World::serving() const {
  return static_cast<int>(
      std::count_if(copies_.begin(), copies_.end(), [&](const Copy& c) { return reachable(c) && serves(c); }));
}
int World::existing() const {
  return static_cast<int>(std::count_if(copies_.begin(), copies_.end(), [&](const Copy& c) { return reachable(c); }));
}

const Copy* World::find(int id) const {
  for (const auto& copy : copies_)
    if (copy.id == id) return &copy;
  return nullptr;
}

bool World::has(int number, int node) const {
  return std::any_of(copies_.begin(), copies_.end(),
                     [&](const Copy& c) { return c.number == number && c.node == node; });
}

Copy* World::pick(int which, bool (*suits)(const Copy&)) {
  std::vector<Copy*> all;
  for (auto& copy : copies_)
    if (suits(copy)) all.push_back(&copy);
  return all.empty() ? nullptr : all[static_cast<std::size_t>(which) % all.size()];
}

void World::strike(const Fault& fault) {
  const auto healthy = [](const Copy& c) { return c.now == Health::healthy; };
  const auto sick = [](const Copy& c) { return c.now == Health::unhealthy; };
  const auto any = [](const Copy& c) { return c.now != Health::stopping; };
  const int node = fault.which % options_.nodes;
  switch (fault.kind) {
    case Fault::crash:
    case Fault::sicken:
      if (auto* copy = pick(fault.which, healthy)) {
        copy->now = fault.kind == Fault::crash ? Health::stopped : Health::unhealthy;
        ++worse;
      }
      break;
    case Fault::recover:
      if (auto* copy = pick(fault.which, sick); copy != nullptr && !bad(copy->revision)) {
        copy->now = Health::healthy;
        ++better;
      }
      break;
    case Fault::crash_loop:
    case Fault::restart:
      if (auto* copy = pick(fault.which, healthy)) {
        plan_start(*copy);
        // An engine counts its own restarts since somebody started the copy.
        copy->restarts = fault.kind == Fault::crash_loop ? copy->restarts + 1 : 0;
        ++worse;
      }
      break;
    case Fault::remove:
      if (auto* copy = pick(fault.which, any)) {
        copy->now = Health::stopping;
        copy->event = now_ + 1;
        ++worse;
      }
      break;
    case Fault::node_down:
      worse += static_cast<int>(copies_.size());
      silent_.insert(node);
      break;
    case Fault::node_up:
    case Fault::node_reboot:
      if (silent_.erase(node) == 0 && fault.kind == Fault::node_up) break;
      for (auto& copy : copies_) {
        if (copy.node != node) continue;
        fault.kind == Fault::node_reboot ? ++worse : ++better;
        ++more;
        if (fault.kind != Fault::node_reboot || copy.now == Health::stopping) continue;
        plan_start(copy);
        copy.restarts = 0;
      }
      break;
    default:
      next_call_ = fault;
      break;
  }
}

void World::calm() {
  for (int node = 0; node < options_.nodes; ++node)
    if (silent_.count(node) > 0) strike({.kind = Fault::node_up, .which = node});
  next_call_.reset();
  calm_ = true;
}

}  // namespace infra::test
