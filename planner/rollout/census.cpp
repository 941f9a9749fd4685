#include "planner/rollout/census.h"

#include <algorithm>
#include <tuple>

namespace infra {
namespace {

// What the deployment says of an address, for the direction that it takes.
struct Listed {
  const Address* address = nullptr;
  const PlannedTask* place = nullptr;  // a wanted copy may be started there
  bool stays = false;                  // a copy that was there before is wanted
  int turn = 0;                        // among those that go
};

// Copies that were there before. Two may have one address: a node that was lost is back.
class Existing {
 public:
  void add(const ExistingTask& task) { all_.push_back(&task); }
  void sort() { std::sort(all_.begin(), all_.end(), less); }
  [[nodiscard]] bool contains(const SeenTask& seen) const {
    const ExistingTask sought{.address = seen.address, .id = seen.id};
    return std::binary_search(all_.begin(), all_.end(), &sought, less);
  }

 private:
  static bool less(const ExistingTask* a, const ExistingTask* b) {
    return std::tie(a->address, a->id) < std::tie(b->address, b->id);
  }
  std::vector<const ExistingTask*> all_;
};

class Listing {
 public:
  Listing(const Deployment& deployment, bool back) {
    all_.reserve(deployment.start.size() + deployment.keep.size() + deployment.stop.size() + deployment.back.size());
    back ? list_back(deployment) : list_forward(deployment);
    std::stable_sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return *a.address < *b.address; });
    merge();
    stays_.sort();
    goes_.sort();
  }
  [[nodiscard]] bool stays(const SeenTask& seen) const { return stays_.contains(seen); }
  [[nodiscard]] bool goes(const SeenTask& seen) const { return goes_.contains(seen); }
  [[nodiscard]] const Listed* find(const Address& address) const {
    const auto at = std::lower_bound(all_.begin(), all_.end(), address,
                                     [](const Listed& listed, const Address& a) { return *listed.address < a; });
    return at == all_.end() || *at->address != address ? nullptr : &*at;
  }
  // Addresses at which a wanted copy is or can be made.
  [[nodiscard]] int wanted() const {
    return static_cast<int>(
        std::count_if(all_.begin(), all_.end(), [](const Listed& l) { return l.place != nullptr || l.stays; }));
  }

 private:
  void list_forward(const Deployment& d) {
    for (const auto& task : d.start) all_.push_back({.address = &task.address, .place = &task});
    for (const auto& task : d.keep) list(task, true, 0);
    int turn = 0;
    for (const auto& task : d.stop) list(task, false, ++turn);
  }
  void list(const ExistingTask& task, bool stays, int turn) {
    (stays ? stays_ : goes_).add(task);
    all_.push_back({.address = &task.address, .stays = stays, .turn = turn});
  }
  // What was started last goes first.
  void list_back(const Deployment& d) {
    for (const auto& task : d.back) all_.push_back({.address = &task.address, .place = &task});
    int turn = 0;
    for (auto task = d.start.rbegin(); task != d.start.rend(); ++task)
      all_.push_back({.address = &task->address, .turn = ++turn});
    for (auto task = d.keep.rbegin(); task != d.keep.rend(); ++task) list(*task, false, ++turn);
    for (const auto& task : d.stop) list(task, task.revision == d.from, ++turn);
  }
  // One entry for each address.
  void merge() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (kept == 0 || *all_[kept - 1].address != *all_[i].address) {
        all_[kept++] = all_[i];
        continue;
      }
      auto& into = all_[kept - 1];
      if (all_[i].place != nullptr) into.place = all_[i].place;
      into.stays = into.stays || all_[i].stays;
      into.turn = std::max(into.turn, all_[i].turn);
    }
    all_.resize(kept);
  }
  std::vector<Listed> all_;
  Existing stays_, goes_;
};

// A revision that isn't known yet, or that the platform can't tell, fits.
bool fits(const std::string& revision, const std::string& wanted) {
  return revision.empty() || wanted.empty() || revision == wanted;
}

// The lower, the more it is worth keeping.
int rank(const SeenTask& task) {
  if (serves(task)) return 0;
  if (task.health.now == Health::starting) return 1;
  return goes(task) ? 3 : 2;
}

struct Leaving {
  int turn;
  const SeenTask* seen;
};

class Sorter {
 public:
  Sorter(const Deployment& deployment, bool back)
      : listing_(deployment, back), revision_(back ? deployment.from : deployment.to) {}

  void sort(std::span<const SeenTask> seen, Census& census) {
    for (const auto& task : seen) {
      const auto* listed = listing_.find(task.address);
      if (listed != nullptr && wanted(*listed, task)) {
        take({&task, listing_.stays(task), listed->place != nullptr}, census.wanted);
      } else {
        leaving_.push_back({listed == nullptr ? 0 : listed->turn, &task});
      }
    }
    take_surplus(census);
    std::stable_sort(leaving_.begin(), leaving_.end(), [](const auto& a, const auto& b) { return a.turn < b.turn; });
    census.leaving.reserve(leaving_.size());
    for (const auto& leaving : leaving_) census.leaving.push_back(leaving.seen);
  }
  [[nodiscard]] int wanted_places() const { return listing_.wanted(); }

 private:
  // What has left the load balancer or is stopping isn't brought back: it is made anew.
  [[nodiscard]] bool wanted(const Listed& listed, const SeenTask& task) const {
    if (listing_.goes(task) || goes(task) || !fits(task.revision, revision_)) return false;
    // Elsewhere it may hold the port that another one's place needs.
    if (listed.place != nullptr && listed.place->alone && listed.place->node != task.node) return false;
    return listed.place != nullptr || listed.stays;
  }
  // Of two copies with one address (a node that was lost is back) the better one is wanted. `seen` is sorted.
  void take(const Census::Copy& copy, std::vector<Census::Copy>& into) {
    if (into.empty() || into.back().seen->address != copy.seen->address) return into.push_back(copy);
    const bool better = rank(*copy.seen) < rank(*into.back().seen);
    leaving_.push_back({0, better ? into.back().seen : copy.seen});
    if (better) into.back() = copy;
  }
  // More wanted copies than are asked for (a rollback of a service that was made smaller): the best ones stay.
  void take_surplus(Census& census) {
    const auto goal = static_cast<std::size_t>(census.goal);
    if (census.wanted.size() <= goal) return;
    std::stable_sort(census.wanted.begin(), census.wanted.end(),
                     [](const auto& a, const auto& b) { return rank(*a.seen) < rank(*b.seen); });
    for (auto i = census.wanted.size(); i > goal; --i) leaving_.push_back({0, census.wanted[i - 1].seen});
    census.wanted.resize(goal);
    std::sort(census.wanted.begin(), census.wanted.end(),
              [](const auto& a, const auto& b) { return a.seen->address < b.seen->address; });
  }

  Listing listing_;
  const std::string& revision_;
  std::vector<Leaving> leaving_;
};

}  // namespace

Census take_census(const Deployment& deployment, const DeploymentRecord& record, std::span<const SeenTask> seen) {
  Census census;
  census.back = record.goes_back();
  census.places = census.back ? &deployment.back : &deployment.start;
  Sorter sorter(deployment, census.back);
  census.goal = std::min(deployment.desired, sorter.wanted_places());
  census.floor = std::min(deployment.policy.floor, census.goal);
  census.ceiling = std::max(deployment.policy.ceiling, census.goal);
  sorter.sort(seen, census);
  for (const auto& task : seen) census.serving += serves(task) ? 1 : 0;
  for (const auto& copy : census.wanted) census.serving_wanted += serves(*copy.seen) ? 1 : 0;
  return census;
}

}  // namespace infra
