#include "apply/prepare/other_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/values/codec.h"
#include "planner/decide/orphan.h"

namespace infra {
namespace {

constexpr std::size_t kMostNamed = 5;

bool lives(const std::vector<Lease>& leases, std::uint64_t fence) {
  return std::any_of(leases.begin(), leases.end(), [&](const Lease& lease) { return lease.fence == fence; });
}

std::string doing(Operation operation) {
  switch (operation) {
    case Operation::create:
      return "creating";
    case Operation::update:
      return "updating";
    case Operation::destroy:
      return "destroying";
  }
  return {};
}

std::string key_of(const std::string& type, const std::string& id) { return type + '\0' + id; }

// What the two snapshots say of objects, by their ids.
class Meanwhile {
 public:
  Meanwhile(const Snapshot& before, const Snapshot& now) {
    for (const auto& row : before.resources) before_.emplace(key_of(row.type, row.id));
    for (const auto& row : now.resources) now_.emplace(key_of(row.type, row.id));
    for (const auto* state : {&before, &now}) {
      for (const auto& intent : state->intents) {
        if (!lives(before.leases, intent.fence) && !lives(now.leases, intent.fence)) continue;
        if (intent.operation == Operation::create)
          made_.insert(intent.token);
        else
          changing_.insert(key_of(intent.type, intent.id));
      }
    }
  }

  [[nodiscard]] bool is_unborn(const ObservedObject& object) const {
    return !object.token.empty() && made_.contains(object.token) && !now_.contains(key_of(object.type, object.id));
  }
  [[nodiscard]] bool is_gone(const ObservedObject& object) const {
    const auto key = key_of(object.type, object.id);
    return before_.contains(key) && !now_.contains(key);
  }
  // Recorded only after the look had begun, or about to become something else.
  [[nodiscard]] bool moves(const RecordedResource& row) const {
    const auto key = key_of(row.type, row.id);
    return changing_.contains(key) || !before_.contains(key);
  }

 private:
  std::unordered_set<std::string> before_, now_, changing_, made_;
};

ObservedObject as_recorded(const RecordedResource& row) {
  auto outputs = from_json(row.outputs);
  return {.address = row.address,
          .type = row.type,
          .id = row.id,
          .token = {},
          .spec_hash = row.spec_hash,
          .outputs = outputs ? *std::move(outputs) : Value(Map()),
          .platform = row.platform};
}

}  // namespace

std::vector<OtherRun> other_runs(const Snapshot& state) {
  std::vector<OtherRun> out;
  for (const auto& lease : state.leases) {
    OtherRun run{.who = lease.holder, .under_way = {}};
    for (const auto& intent : state.intents) {
      if (intent.fence == lease.fence) run.under_way.push_back({intent.operation, intent.address});
    }
    std::sort(run.under_way.begin(), run.under_way.end(),
              [](const auto& a, const auto& b) { return a.address < b.address; });
    out.push_back(std::move(run));
  }
  return out;
}

std::string in_words(const OtherRun& run) {
  const auto& who = run.who;
  std::string calls;
  for (std::size_t i = 0; i < std::min(run.under_way.size(), kMostNamed); ++i) {
    const auto& [operation, address] = run.under_way[i];
    calls += fmt::format("{}{} {}", calls.empty() ? "" : ", ", doing(operation), address.text());
  }
  if (run.under_way.size() > kMostNamed) calls += fmt::format(" and {} more", run.under_way.size() - kMostNamed);
  return fmt::format("{} on {} runs `{}` (process {}, since {}){}", who.user, who.host, who.command, who.process,
                     who.since, calls.empty() ? "; nothing is under way at the moment." : ": " + calls + ".");
}

void show_as_recorded(Observation& observed, const Snapshot& before, const Snapshot& now) {
  const Meanwhile meanwhile(before, now);
  auto& objects = observed.objects;
  std::erase_if(objects, [&](const auto& object) { return meanwhile.is_unborn(object) || meanwhile.is_gone(object); });
  std::unordered_map<std::string, ObservedObject*> seen;
  for (auto& object : objects) seen.emplace(key_of(object.type, object.id), &object);
  std::vector<ObservedObject> unseen;
  for (const auto& row : now.resources) {
    if (!meanwhile.moves(row)) continue;
    if (const auto at = seen.find(key_of(row.type, row.id)); at != seen.end())
      at->second->health = {};
    else
      unseen.push_back(as_recorded(row));
  }
  objects.insert(objects.end(), std::make_move_iterator(unseen.begin()), std::make_move_iterator(unseen.end()));
  std::sort(objects.begin(), objects.end(),
            [](const auto& a, const auto& b) { return std::tie(a.address, a.id) < std::tie(b.address, b.id); });
}

void leave_deposed_to_others(Snapshot& state, Observation& observed) {
  if (state.leases.empty()) return;
  std::unordered_set<std::string> left;
  std::erase_if(state.resources, [&](const RecordedResource& row) {
    const bool theirs = row.deposed && !is_orphan(row);
    if (theirs) left.insert(key_of(row.type, row.id));
    return theirs;
  });
  std::erase_if(observed.objects, [&](const auto& object) { return left.contains(key_of(object.type, object.id)); });
}

}  // namespace infra
