#include "apply/prepare/scheduled_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "base/text/cron.h"
#include "base/text/rfc3339.h"
#include "base/values/codec.h"
#include "planner/decide/runs.h"
#include "state/notes.h"

namespace infra {
namespace {

constexpr std::size_t kKeptRuns = 3;  // that have ended, for their logs

struct Run {
  const RecordedResource* row = nullptr;
  const ObservedObject* seen = nullptr;
  std::int64_t due = 0;
  [[nodiscard]] bool ended() const { return recorded_exit(*row).has_value(); }
};

class Scheduling {
 public:
  Scheduling(const std::optional<UtcMoment>& due_until, const Snapshot& state, const Observation& observed,
             LoweredGraph& lowered)
      : due_until_(due_until), state_(state), observed_(observed), lowered_(lowered) {}

  ScheduledRuns run() {
    std::vector<bool> leaves(lowered_.resources.size());
    for (std::size_t i = 0; i < lowered_.resources.size(); ++i) {
      auto& job = lowered_.resources[i];
      if (!runs_once(job.type) || job.inputs["schedule"].map() == nullptr) continue;
      auto runs = runs_of(job.address.owner());
      if (due_until_) record_ends(job, runs);
      auto due = due_until_ ? due_run(job, runs) : std::nullopt;
      keep(runs, due.has_value(), text_in(job.inputs["schedule"], "overlap") == "replace");
      out_.jobs.push_back(job);
      leaves[i] = !due;
      if (due) job = *std::move(due);  // a job has no other part, so the order by addresses stays
    }
    if (std::find(leaves.begin(), leaves.end(), true) != leaves.end()) take_out(leaves);
    return std::move(out_);
  }

 private:
  // Recorded, the newest first.
  std::vector<Run> runs_of(const Address& job) {
    std::vector<Run> out;
    const auto before = [](const auto& one, const Address& address) { return one.address < address; };
    const auto& rows = state_.resources;
    for (auto row = std::lower_bound(rows.begin(), rows.end(), job, before);
         row != rows.end() && row->address.owner() == job; ++row) {
      const auto due = row->deposed ? std::nullopt : time_of_run(row->address);
      if (!due) continue;
      const auto& objects = observed_.objects;
      auto seen = std::lower_bound(objects.begin(), objects.end(), row->address, before);
      while (seen != objects.end() && seen->address == row->address && seen->id != row->id) ++seen;
      const bool there = seen != objects.end() && seen->address == row->address;
      out.push_back({.row = &*row, .seen = there ? &*seen : nullptr, .due = *due});
    }
    std::sort(out.begin(), out.end(), [](const Run& a, const Run& b) { return a.due > b.due; });
    return out;
  }

  // What has ended since the last pass. The record keeps the exit code, and its containers their logs.
  void record_ends(const LoweredResource& job, std::vector<Run>& runs) {
    for (const auto& run : runs) {
      if (run.ended() || run.seen == nullptr) continue;
      const auto& health = run.seen->health;
      if (health.now != Health::completed && health.now != Health::stopped && health.now != Health::unhealthy) continue;
      auto row = *run.row;
      row.outputs = to_json(run.seen->outputs, {state_.lineage, {}});
      const bool good = health.now == Health::completed;
      out_.notes.push_back(
          {PutResource{std::move(row)}, fmt::format("{}, run for {}: {}", job.address.owner().text(),
                                                    rfc3339(UtcMoment(std::chrono::seconds(run.due))),
                                                    good ? "it has succeeded" : "failed: " + health.detail)});
    }
  }

  std::optional<LoweredResource> due_run(const LoweredResource& job, const std::vector<Run>& runs) {
    const auto& schedule = job.inputs["schedule"];
    const auto cron = CronSchedule::parse(text_in(schedule, "cron"), text_in(schedule, "zone"));
    if (!cron) return std::nullopt;  // an error of the stack already
    const auto name = job.address.owner().text();
    const auto now = std::chrono::floor<std::chrono::seconds>(*due_until_);
    const auto* note = find_note(state_.notes, kScheduled, name);
    const auto last = note != nullptr ? parse_rfc3339(note->at) : std::nullopt;
    if (!last) {  // what was due before anybody knew of it isn't made up for
      const auto next = cron->next_after(now);
      mark(name, now, fmt::format("{} runs next at {}", name, next ? cron->local_text(*next) : std::string("no time")));
      return std::nullopt;
    }
    const auto due = cron->latest_until(now);
    if (!due || *due <= *last) return std::nullopt;
    const bool late = now - *due > deadline_of(schedule);
    const bool busy =
        text_in(schedule, "overlap") == "forbid" && std::any_of(runs.begin(), runs.end(), [](const Run& r) {
          return r.seen != nullptr && !r.ended() && r.seen->health.now == Health::starting;
        });
    if (busy && !late) return std::nullopt;  // as soon as the earlier one has ended, within the deadline
    if (late) {
      mark(name, *due,
           fmt::format("{} is left out at {}: {}", name, cron->local_text(*due),
                       busy ? "its last run still goes on" : "no loop was there in time"));
      return std::nullopt;
    }
    mark(name, *due, fmt::format("{} is due: {}", name, cron->local_text(*due)));
    auto out = job;
    out.address.part = fmt::format("{}", due->time_since_epoch().count());
    auto inputs = *job.inputs.map();
    inputs.erase("schedule");
    inputs.set("due", rfc3339(*due));
    out.inputs = std::move(inputs);
    return out;
  }

  static std::chrono::milliseconds deadline_of(const Value& schedule) {
    const auto* deadline = schedule["deadline"].get<Duration>();
    return std::chrono::milliseconds(deadline != nullptr ? deadline->ms : 600'000);
  }

  void mark(const std::string& name, CronSchedule::Moment at, std::string sentence) {
    out_.notes.push_back(
        {PutNote{{.topic = std::string(kScheduled), .name = name, .at = rfc3339(at)}}, std::move(sentence)});
  }

  // Old ones go only when a new one begins: a plan never removes something while nothing is due.
  void keep(const std::vector<Run>& runs, bool due, bool replaces) {
    std::size_t ended = 0;
    for (const auto& run : runs) {
      const bool over = run.ended() || run.seen == nullptr || run.seen->health.now != Health::starting;
      const bool goes = due && (over ? ended++ >= kKeptRuns : replaces);
      if (!goes) out_.kept.insert(run.row->address);
    }
  }

  void take_out(const std::vector<bool>& leaves) {
    std::vector<std::size_t> now_at(leaves.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      now_at[i] = next;
      if (leaves[i]) continue;
      if (next != i) lowered_.resources[next] = std::move(lowered_.resources[i]);
      ++next;
    }
    lowered_.resources.resize(next);
    std::erase_if(lowered_.order, [&](std::size_t i) { return leaves[i]; });
    for (auto& i : lowered_.order) i = now_at[i];
  }

  const std::optional<UtcMoment>& due_until_;
  const Snapshot& state_;
  const Observation& observed_;
  LoweredGraph& lowered_;
  ScheduledRuns out_;
};

}  // namespace

ScheduledRuns schedule_runs(const std::optional<UtcMoment>& due_until, const Snapshot& state,
                            const Observation& observed, LoweredGraph& lowered) {
  return Scheduling(due_until, state, observed, lowered).run();
}

Result<Ok> look_at_scheduled_runs(const std::map<std::string, std::unique_ptr<Provider>>& providers,
                                  const Snapshot& state, Observation& observed) {
  std::map<std::string, std::vector<KnownObject>> running;  // by platform
  for (const auto& row : state.resources) {
    const bool goes_on = runs_once(row.type) && time_of_run(row.address) && !recorded_exit(row) && !row.deposed;
    if (goes_on) running[row.platform].push_back({row.address, row.type, row.id, row.inputs});
  }
  std::map<std::string, ObservedObject> seen;  // by id
  for (const auto& [platform, objects] : running) {
    const auto at = providers.find(platform);
    if (at == providers.end()) continue;
    auto polled = at->second->poll(objects);
    if (!polled) return std::move(polled).take_error("looking at the runs of scheduled jobs");
    for (auto& object : polled->objects) seen[object.id] = std::move(object);
  }
  if (seen.empty()) return Ok{};
  for (auto& known : observed.objects) {
    const auto at = runs_once(known.type) ? seen.find(known.id) : seen.end();
    if (at == seen.end()) continue;
    known.health = std::move(at->second.health);
    known.outputs = std::move(at->second.outputs);
  }
  return Ok{};
}

namespace {

// Moves those of the addresses to the end of `all`, and returns where they begin. The order of both stays.
template <class T>
auto move_to_end(std::vector<T>& all, const std::set<Address>& addresses) {
  return std::stable_partition(all.begin(), all.end(), [&](const T& one) { return !addresses.contains(one.address); });
}

template <class T>
std::vector<T> take(std::vector<T>& all, const std::set<Address>& addresses) {
  const auto begin = move_to_end(all, addresses);
  std::vector<T> out(std::make_move_iterator(begin), std::make_move_iterator(all.end()));
  all.erase(begin, all.end());
  return out;
}

template <class T, class Place>
void merge_back(std::vector<T>& all, std::vector<T>& some, Place place) {
  const auto middle = static_cast<std::ptrdiff_t>(all.size());
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  some.clear();
  std::inplace_merge(all.begin(), all.begin() + middle, all.end(),
                     [&](const T& a, const T& b) { return place(a) < place(b); });
}

}  // namespace

SetAside::SetAside(const std::set<Address>& addresses, Snapshot& state, Observation& observed) {
  if (addresses.empty()) return;
  rows_ = take(state.resources, addresses);
  objects_ = take(observed.objects, addresses);
}

void SetAside::put_back(Snapshot& state, Observation& observed) {
  if (!rows_.empty()) {
    merge_back(state.resources, rows_, [](const auto& r) { return std::tie(r.address, r.deposed, r.id); });
  }
  if (!objects_.empty()) {
    merge_back(observed.objects, objects_, [](const auto& o) { return std::tie(o.address, o.id, o.platform); });
  }
}

}  // namespace infra
