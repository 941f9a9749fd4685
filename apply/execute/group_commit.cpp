#include "apply/execute/group_commit.h"

#include <fmt/format.h>

#include "apply/execute/journal.h"

namespace infra {

void GroupCommit::add(const std::vector<Mutation>& mutations) {
  ledger_.apply(mutations);
  added_.insert(added_.end(), mutations.begin(), mutations.end());
}

Result<Ok> GroupCommit::commit(const std::vector<Mutation>& intents) {
  auto batch = added_;
  batch.insert(batch.end(), intents.begin(), intents.end());
  if (!batch.empty()) {
    auto serial = store_.commit(batch);
    if (!serial) return std::move(serial).error();
    ledger_.set_serial(*serial);
    renewed_ = std::chrono::steady_clock::now();
  }
  added_.clear();
  return Ok{};
}

Result<Ok> GroupCommit::stay_leased() {
  if (std::chrono::steady_clock::now() - renewed_ < kLeaseLife / 3) return Ok{};
  auto renewed = store_.renew();
  if (!renewed) return std::move(renewed).error();
  renewed_ = std::chrono::steady_clock::now();
  return Ok{};
}

Result<Ok> GroupCommit::close(const Plan& plan, const LoweredGraph& desired) {
  for (;;) {
    auto now = store_.version();
    if (!now) return std::move(now).error();
    if (now->serial != ledger_.serial()) {
      auto fresh = store_.load();
      if (!fresh) return std::move(fresh).error();
      ledger_.take_over(*std::move(fresh));
    }
    const auto batch = closing_records(plan, desired, ledger_);
    if (batch.empty()) return Ok{};
    auto written = store_.commit_if(ledger_.serial(), batch);
    if (!written) return std::move(written).error();
    if (!*written) continue;
    ledger_.apply(batch);
    ledger_.set_serial(**written);
    return Ok{};
  }
}

GroupCommit::Rescue GroupCommit::rescue() {
  const auto serial = store_.commit(added_);
  if (serial) {
    ledger_.set_serial(*serial);
    added_.clear();
    return {.how = Rescue::recorded};
  }
  auto aside = store_.set_aside(added_);
  if (!aside || !*aside) return {};
  return {.how = Rescue::set_aside, .file = **aside};
}

void tell_rescue(Error& error, const GroupCommit::Rescue& rescue) {
  if (rescue.how == GroupCommit::Rescue::recorded) {
    error.context.emplace_back("recording a change; a second attempt recorded everything that was done");
    return;
  }
  error.context.push_back(fmt::format("recording a change; what was done is kept in {}", rescue.file));
  error.help += error.help.empty() ? "" : "\n";
  error.help += "run the command again when the database answers: it takes that file in first";
}

}  // namespace infra
