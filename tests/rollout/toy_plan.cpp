#include "tests/rollout/toy_plan.h"

#include <algorithm>
#include <optional>

#include "planner/rollout/failure.h"

namespace infra::test {
namespace {

using std::chrono::seconds;

class ToyPlan {
 public:
  ToyPlan(const WorldOptions& options, const Wish& wish, const std::vector<SeenTask>& seen, const std::set<int>& silent,
          Moment now)
      : options_(options), wish_(wish), seen_(seen), silent_(silent), now_(now) {}

  Deployment make() {
    d_ = {.service = {"service", "api", ""}, .platform = "toy", .start = {}, .keep = {}, .stop = {}, .back = {}};
    d_.to = revision_name(wish_.revision);
    d_.from = wish_.complete < 0 ? "" : revision_name(wish_.complete);
    d_.desired = wish_.desired;
    set_policy();
    for (const auto& task : seen_) numbers_twice_ |= !numbers_.insert(task.address.part).second;
    sort_out();
    start();
    // Where a copy has to go first, for its port or its address, so many can't be healthy all the time.
    if (options_.ports) {
      const int first = numbers_twice_ ? 2 : 1;
      d_.policy.floor = std::max(0, std::min(d_.policy.floor, static_cast<int>(d_.start.size()) - first));
    }
    if (!d_.from.empty() && d_.from != d_.to) back();
    return std::move(d_);
  }

 private:
  void set_policy() {
    auto& p = d_.policy;
    p.floor = std::min(options_.floor, wish_.desired);
    p.ceiling = std::max(options_.ceiling, wish_.desired + (p.floor == wish_.desired ? 1 : 0));
    p.breaker = options_.breaker;
    p.rollback = options_.rollback;
    p.start = seconds(options_.start_time);
    p.drain = seconds(options_.drain);
    p.deadline = seconds(options_.deadline == 0 ? 0 : options_.deadline + wish_.desired * 400);
  }

  void sort_out() {
    std::vector<const SeenTask*> fine;
    for (const auto& task : seen_) {
      const bool good =
          task.revision == d_.to && task.health.now != Health::stopping && !failure_of(task, true, d_.policy, now_);
      const bool twice = std::any_of(fine.begin(), fine.end(), [&](auto* f) { return f->address == task.address; });
      const bool crowd =
          options_.ports && std::any_of(fine.begin(), fine.end(), [&](auto* f) { return f->node == task.node; });
      good && !twice && !crowd ? fine.push_back(&task) : d_.stop.push_back(existing(task));
    }
    std::stable_sort(fine.begin(), fine.end(), [](auto* a, auto* b) { return rank(*a) < rank(*b); });
    for (std::size_t i = 0; i < fine.size(); ++i)
      (static_cast<int>(i) < wish_.desired ? d_.keep : d_.stop).push_back(existing(*fine[i]));
  }
  static int rank(const SeenTask& task) { return task.health.now == Health::starting ? 1 : 0; }
  static ExistingTask existing(const SeenTask& t) {
    return {.address = t.address, .id = t.id, .node = t.node, .revision = t.revision};
  }

  void start() {
    std::set<std::string> taken;
    for (const auto& task : d_.keep) taken.insert(task.node);
    for (auto i = static_cast<int>(d_.keep.size()); i < wish_.desired; ++i) {
      auto task = place(taken, d_.stop);
      if (!task) break;  // fewer nodes than copies answer
      d_.start.push_back(std::move(*task));
    }
    for (const auto& task : d_.keep)
      d_.start.push_back({.address = task.address, .node = task.node, .alone = options_.ports});
  }

  // Survivors where they are, then free places up to as many as are wanted.
  void back() {
    std::set<std::string> taken;
    auto coming = d_.keep;
    for (const auto& task : d_.start)
      coming.push_back({.address = task.address, .id = "", .node = task.node, .revision = d_.to});
    for (const auto& task : d_.stop)
      if (task.revision != d_.from) coming.push_back(task);
    for (const auto& task : d_.stop) {
      if (task.revision != d_.from) continue;  // all of them, also if fewer are wanted now
      if (options_.ports && taken.count(task.node) > 0) continue;
      if (std::any_of(d_.back.begin(), d_.back.end(), [&](const auto& b) { return b.address == task.address; }))
        continue;
      taken.insert(task.node);
      PlannedTask place{.address = task.address, .node = task.node};
      wait_for(place, coming);
      d_.back.push_back(std::move(place));
    }
    while (static_cast<int>(d_.back.size()) < wish_.desired) {
      auto task = place(taken, coming);
      if (!task) break;
      d_.back.push_back(std::move(*task));
    }
  }

  std::optional<PlannedTask> place(std::set<std::string>& taken, const std::vector<ExistingTask>& going) {
    for (int turn = 0; turn < options_.nodes; ++turn) {
      const int node = next_node_++ % options_.nodes;
      if (silent_.count(node) > 0 || (options_.ports && taken.count(node_name(node)) > 0)) continue;
      PlannedTask task{.address = copy_address(free_number()), .node = node_name(node)};
      taken.insert(task.node);
      wait_for(task, going);
      return task;
    }
    return std::nullopt;
  }
  void wait_for(PlannedTask& place, const std::vector<ExistingTask>& holders) const {
    // Both ways to say it; an address that two copies have names neither.
    place.alone = options_.ports && (options_.seed % 2 == 0 || numbers_twice_);
    if (!options_.ports || place.alone) return;
    for (const auto& holder : holders)
      if (holder.node == place.node) place.after.push_back(holder.address);
  }
  int free_number() {
    int number = 0;
    while (!numbers_.insert(std::to_string(number)).second) ++number;
    return number;
  }

  const WorldOptions& options_;
  const Wish& wish_;
  const std::vector<SeenTask>& seen_;
  const std::set<int>& silent_;
  const Moment now_;
  Deployment d_;
  std::set<std::string> numbers_;
  bool numbers_twice_ = false;
  int next_node_ = 0;
};

}  // namespace

std::string revision_name(int revision) { return std::string(1, static_cast<char>('A' + revision)); }
std::string node_name(int node) { return std::string(1, static_cast<char>('a' + node)); }
int node_number(const std::string& name) { return name[0] - 'a'; }
Address copy_address(int number) { return {"service", "api", std::to_string(number)}; }

Deployment toy_plan(const WorldOptions& options, const Wish& wish, const std::vector<SeenTask>& seen,
                    const std::set<int>& silent, Moment now) {
  return ToyPlan(options, wish, seen, silent, now).make();
}

}  // namespace infra::test
