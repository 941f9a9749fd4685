#include "planner/rollout/assemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/values/codec.h"
#include "planner/rollout/failure.h"

namespace infra {
namespace {

// One copy, recorded or seen or both.
struct Copy {
  Address address;
  const RecordedResource* row = nullptr;
  const ObservedObject* seen = nullptr;
  std::string node;
  bool lost = false;     // recorded on a node that doesn't answer
  bool wanted = false;   // it is what a new copy on its node would be
  bool drained = false;  // and stays, were its node not drained
};

// "service.api/12" → 12; tasks have no other parts.
std::optional<int> number_of(const Address& address) {
  int out = 0;
  const auto& part = address.part;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), out);
  return error == std::errc() && end == part.data() + part.size() ? std::optional(out) : std::nullopt;
}

class Assembling {
 public:
  explicit Assembling(const AssembleInput& input) : in_(input) {}

  Assembled run() {
    auto& deployment = out_.deployment;
    deployment.service = in_.service;
    deployment.platform = in_.platform;
    deployment.from = in_.from;
    if (in_.want != nullptr) set_ = task_set_of(*in_.want);
    deployment.held = in_.held;
    if (in_.want != nullptr) deployment.to = in_.held ? in_.from : revision_of(*in_.want, in_.key);
    gather();
    judge();
    leave_orphans();
    const int desired = wanted_count();
    deployment.desired = desired;
    deployment.policy = policy_of(set_, std::max(desired, in_.want == nullptr ? in_.from_copies : desired));
    if (in_.want == nullptr) deployment.policy.floor = 0;
    choose(desired);
    write(desired);
    return std::move(out_);
  }

 private:
  void gather() {
    std::map<std::pair<Address, std::string>, Copy> all;
    for (const auto* row : in_.now.rows) {
      auto& copy = all[{row->address, row->id}];
      copy.address = row->address;
      copy.row = row;
    }
    for (const auto* object : in_.now.observed) {
      auto& copy = all[{object->address, object->id}];
      copy.address = object->address;
      copy.seen = object;
    }
    for (auto& [key, copy] : all) {
      copy.node = node_of(copy);
      copy.lost = copy.seen == nullptr && std::binary_search(in_.unreachable.begin(), in_.unreachable.end(), copy.node);
      if (copy.seen == nullptr && !copy.lost) {
        note("{} is gone: it was removed outside infra", copy.address.text());
        out_.unrecorded = true;
        continue;
      }
      copies_.push_back(copy);
    }
  }

  static std::string node_of(const Copy& copy) {
    if (copy.seen != nullptr && copy.seen->outputs["node"].string() != nullptr)
      return *copy.seen->outputs["node"].string();
    if (copy.row == nullptr) return {};
    const auto outputs = from_json(copy.row->outputs);
    const auto* node = outputs ? (*outputs)["node"].string() : nullptr;
    return node != nullptr ? *node : std::string();
  }

  // What a task on this node would be made from, as a hash; empty if that isn't known yet.
  const std::string& expected_on(const std::string& node) {
    auto [at, is_new] = expected_.try_emplace(node);
    if (is_new) {
      const auto inputs = task_inputs_on(*in_.want, node);
      if (inputs.known()) at->second = spec_hash(inputs, in_.key);
    }
    return at->second;
  }

  void judge() {
    if (in_.want == nullptr) return;
    for (auto& copy : copies_) {
      copy.wanted = is_of_revision(copy) && !is_asked_for(copy) && may_stay(copy);
      if (copy.row == nullptr) out_.unrecorded = true;
    }
  }

  bool is_of_revision(const Copy& copy) {
    if (in_.held) return copy.seen != nullptr && copy.seen->revision == in_.from;
    const auto& hash = copy.row != nullptr ? copy.row->spec_hash : copy.seen->spec_hash;
    return !hash.empty() && hash == expected_on(copy.node);
  }

  void leave_orphans() {
    if (in_.now.orphans == nullptr || in_.now.orphans->empty()) return;
    std::erase_if(copies_, [&](const Copy& copy) {
      return !copy.wanted && copy.seen != nullptr && in_.now.orphans->contains(copy.seen->id);
    });
  }

  [[nodiscard]] bool is_asked_for(const Copy& copy) const {
    return in_.replace_all || std::binary_search(in_.replace.begin(), in_.replace.end(), copy.address);
  }

  bool may_stay(Copy& copy) {
    if (copy.lost) {
      lost_.push_back(fmt::format("{} is on node {}, which doesn't answer", copy.address.text(), copy.node));
      return false;
    }
    if (const auto why = failure_of({.address = copy.address, .id = copy.seen->id, .health = copy.seen->health}, true,
                                    deployment_policy(), {})) {
      note("{} {}", copy.address.text(), *why);
      return false;
    }
    if (copy.seen->health.now == Health::stopping) {
      note("{} is stopping", copy.address.text());
      return false;
    }
    const auto host =
        std::find_if(in_.hosts.begin(), in_.hosts.end(), [&](const auto& h) { return h.name == copy.node; });
    if (host == in_.hosts.end()) {
      note("{} is on node {}, which is no longer declared", copy.address.text(), copy.node);
      return false;
    }
    copy.drained = host->draining;
    if (copy.drained) {
      note("{} is on node {}, which is drained", copy.address.text(), copy.node);
      ++out_.drained;
    }
    return !copy.drained;
  }

  static const DeployPolicy& deployment_policy() {
    static const DeployPolicy kAny;  // without times: only what is seen counts
    return kAny;
  }

  int wanted_count() {
    if (in_.want == nullptr) return 0;
    if (in_.held) return in_.from_copies;
    if (!set_.daemon) return desired_by_load();
    return static_cast<int>(std::count_if(in_.hosts.begin(), in_.hosts.end(), [&](const ObservedHost& host) {
      const auto& only = set_.place.nodes;
      const bool listed = only.empty() || std::find(only.begin(), only.end(), host.name) != only.end();
      return listed && host.answers && !host.draining &&
             std::all_of(set_.place.where.begin(), set_.place.where.end(), [&](const auto& label) {
               const auto at = host.labels.find(label.first);
               return at != host.labels.end() && at->second == label.second;
             });
    }));
  }

  [[nodiscard]] int desired_by_load() const {
    const auto stated = static_cast<int>(set_.desired);
    return set_.scale ? std::clamp(in_.scaled.value_or(stated), set_.scale->least, set_.scale->most) : stated;
  }

  // The copies that stay: healthy ones before starting ones; of too many, those go that leave the rest spread best.
  void choose(int desired) {
    std::vector<std::size_t> fit;
    for (std::size_t i = 0; i < copies_.size(); ++i) {
      if (copies_[i].wanted) fit.push_back(i);
    }
    std::map<std::string, int> on;
    for (const auto i : fit) ++on[copies_[i].node];
    const auto rank = [&](std::size_t i) {
      const bool starting = copies_[i].seen->health.now == Health::starting;
      return std::tuple(starting, on[copies_[i].node], number_of(copies_[i].address).value_or(0));
    };
    auto too_many = [&] {
      return set_.daemon ? std::any_of(on.begin(), on.end(), [](const auto& n) { return n.second > 1; })
                         : static_cast<int>(fit.size()) > desired;
    };
    while (too_many()) {
      const auto worst = std::max_element(fit.begin(), fit.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
      copies_[*worst].wanted = false;
      --on[copies_[*worst].node];
      fit.erase(worst);
    }
    kept_ = fit.size();
  }

  static ExistingTask existing(const Copy& copy) {
    return {.address = copy.address,
            .id = copy.row != nullptr ? copy.row->id : copy.seen->id,
            .node = copy.node,
            .revision = copy.seen != nullptr ? copy.seen->revision : std::string(),
            .lost = copy.lost,
            .drained = copy.drained};
  }

  // Broken ones go first, then those of other revisions, the highest number first.
  void write_stops() {
    std::vector<const Copy*> stops;
    for (const auto& copy : copies_) {
      if (copy.wanted) {
        out_.deployment.keep.push_back(existing(copy));
        out_.request.present.push_back(copy.node);
      } else {
        stops.push_back(&copy);
      }
    }
    const auto rank = [](const Copy* copy) {
      const bool fine = copy->lost || is_fine(copy->seen->health);
      return std::tuple(fine, -number_of(copy->address).value_or(0));
    };
    std::stable_sort(stops.begin(), stops.end(), [&](auto* a, auto* b) { return rank(a) < rank(b); });
    for (const auto* copy : stops) out_.deployment.stop.push_back(existing(*copy));
  }

  void write(int desired) {
    write_stops();
    std::set<int> taken;
    for (const auto& copy : copies_) taken.insert(number_of(copy.address).value_or(-1));
    int next = 0;
    const auto free_number = [&] {
      while (taken.contains(next)) ++next;
      taken.insert(next);
      return next;
    };
    const int missing = std::max(0, desired - static_cast<int>(kept_));
    if (missing > 0) out_.why.insert(out_.why.end(), lost_.begin(), lost_.end());
    for (int i = 0; i < missing; ++i) {
      out_.deployment.start.push_back({.address = in_.service.with_part(fmt::format("{}", free_number())), .node = {}});
    }
    out_.request.service = in_.service;
    out_.request.demand = set_.demand;
    out_.request.count = missing;
    out_.request.daemon = set_.daemon;
    out_.request.rules = set_.place;
    write_back(free_number);
    const bool moves =
        !out_.deployment.start.empty() || std::any_of(out_.deployment.stop.begin(), out_.deployment.stop.end(),
                                                      [](const ExistingTask& task) { return !task.lost; });
    out_.differs = out_.unrecorded || moves;
  }

  // Where a rollback makes the former copies anew: in their own places, then in free ones (some are gone already,
  // because a run was killed in the middle, or more are wanted now). Those get their nodes with the new copies.
  template <class Free>
  void write_back(Free free_number) {
    auto& deployment = out_.deployment;
    if (in_.want == nullptr || deployment.from.empty() || deployment.from == deployment.to) return;
    std::map<Address, std::size_t> at;  // of two copies with one address the better one, which stops later
    for (const auto& task : deployment.stop) {
      if (task.lost || task.revision != deployment.from) continue;
      const auto [known, is_new] = at.try_emplace(task.address, deployment.back.size());
      if (is_new) deployment.back.push_back({.address = task.address, .node = {}});
      deployment.back[known->second].node = task.node;
    }
    while (static_cast<int>(deployment.back.size()) < deployment.desired) {
      deployment.back.push_back({.address = in_.service.with_part(fmt::format("{}", free_number())), .node = {}});
    }
  }

  template <class... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) {
    out_.why.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  const AssembleInput& in_;
  TaskSet set_;
  std::vector<Copy> copies_;       // that exist, or are lost
  std::vector<std::string> lost_;  // why copies are missing, if any are
  std::map<std::string, std::string> expected_;
  std::size_t kept_ = 0;
  Assembled out_;
};

}  // namespace

std::vector<const RecordedResource*> gone_tasks(const TasksNow& now, std::span<const std::string> unreachable) {
  std::set<std::string_view> seen;
  for (const auto* object : now.observed) seen.insert(object->id);
  std::vector<const RecordedResource*> out;
  for (const auto* row : now.rows) {
    if (seen.contains(row->id)) continue;
    const auto outputs = from_json(row->outputs);
    const auto* node = outputs ? (*outputs)["node"].string() : nullptr;
    if (node == nullptr || !std::binary_search(unreachable.begin(), unreachable.end(), *node)) out.push_back(row);
  }
  return out;
}

Assembled assemble(const AssembleInput& input) { return Assembling(input).run(); }

}  // namespace infra
