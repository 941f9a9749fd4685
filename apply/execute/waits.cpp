#include "apply/execute/waits.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/values/codec.h"
#include "planner/decide/delete_hooks.h"
#include "planner/decide/runs.h"

namespace infra {
namespace {

// Nothing that a platform does takes longer; without a limit a run would never end.
constexpr std::chrono::minutes kLongest{60};

// What was asked for isn't what runs: the next plan has the change again. A platform that has gone back shows the
// object as it was recorded before, and then that is its record.
RecordedResource record_of_failed(const ObservedObject& object, const RecordedResource& row,
                                  const std::optional<RecordedResource>& before) {
  const bool is_back = before && !before->spec_hash.empty() && object.spec_hash == before->spec_hash;
  if (is_back && object.spec_hash != row.spec_hash) return *before;
  auto out = row;
  out.spec_hash.clear();
  return out;
}

void judge_rollout(const ObservedObject& object, const RecordedResource& row,
                   const std::optional<RecordedResource>& before, Waits::Verdict& out) {
  const auto& rollout = *object.rollout;
  out.over = rollout.verdict != RolloutSeen::running;
  out.progress = rollout.progress;
  if (!out.over || rollout.verdict == RolloutSeen::done) return;
  out.records.emplace_back(PutResource{record_of_failed(object, row, before)});
  out.error =
      Error{.code = "E0718",
            .message = fmt::format("the deployment of {} failed: {}", row.address.owner().text(), rollout.reason)};
}

Error job_failed(const Address& run, const std::string& detail) {
  constexpr const char* kBeforeDeletion =
      "the service stays as it is; put right what it says, and run this again: that runs it anew. To delete the "
      "service without it, declare the service again, apply that without the job, and delete it then";
  constexpr const char* kElse =
      "what it goes before isn't touched; put right what it says, and apply again: that runs it anew";
  return {.code = "E0719",
          .message = fmt::format("{} failed: {}", run.owner().text(), detail),
          .help = is_last_run(run) ? kBeforeDeletion : kElse};
}

void judge_health(const ObservedObject& object, const RecordedResource& row, const Ledger& ledger,
                  Waits::Verdict& out) {
  const auto now = object.health.now;
  if (now == Health::starting || now == Health::stopping) {
    out.progress = object.health.detail;
    return;
  }
  out.over = true;
  const bool settled = is_settled(object.health);
  if (settled || runs_once(row.type)) {  // of a run that failed its exit code is kept as well
    auto fresh = row;
    fresh.outputs = to_json(object.outputs, ledger.hash_key());
    out.records.emplace_back(PutResource{std::move(fresh)});
    out.outputs = object.outputs;
  }
  if (settled) return;
  out.error = runs_once(row.type) ? job_failed(row.address, object.health.detail)
                                  : Error{.code = "E0608",
                                          .message = fmt::format("{} is {}", row.address.text(), object.health.detail)};
}

}  // namespace

bool is_settled(const Health& health) { return health.now == Health::healthy || health.now == Health::completed; }

std::vector<const RecordedResource*> Waits::rows(const std::string& platform, const Ledger& ledger) const {
  std::vector<const RecordedResource*> out;
  for (const auto& waiting : all_) {
    const auto* row = waiting.platform == platform ? ledger.current(waiting.address) : nullptr;
    if (row != nullptr) out.push_back(row);
  }
  return out;
}

std::vector<Waits::Verdict> Waits::take_look(const std::string& platform, const Observation& seen, std::size_t look,
                                             const Ledger& ledger) {
  std::vector<Verdict> out;
  std::erase_if(all_, [&](const Waiting& waiting) {
    if (waiting.platform != platform || waiting.known_since >= look) return false;
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - waiting.since);
    Verdict verdict{.step = waiting.step, .address = waiting.address, .took = took};
    const auto* row = ledger.current(waiting.address);
    const auto at = std::find_if(seen.objects.begin(), seen.objects.end(), [&](const ObservedObject& o) {
      return row != nullptr && o.id == row->id && o.type == row->type;
    });
    if (at == seen.objects.end()) return false;
    at->rollout ? judge_rollout(*at, *row, waiting.before, verdict) : judge_health(*at, *row, ledger, verdict);
    if (!verdict.over && took > kLongest && !runs_once(row->type)) {  // a run's own `timeout` ends it
      verdict.over = true;
      verdict.error = Error{.code = "E0608",
                            .message = fmt::format("{} isn't ready after {} min: {}", waiting.address.text(),
                                                   kLongest.count(), verdict.progress),
                            .help = "see on its platform what it waits for, and apply again"};
    }
    out.push_back(std::move(verdict));
    return out.back().over;
  });
  return out;
}

}  // namespace infra
