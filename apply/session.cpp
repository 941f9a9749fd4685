#include "apply/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "apply/execute/executor.h"
#include "apply/execute/journal.h"
#include "apply/prepare/stored_secrets.h"
#include "apply/records/revisions.h"
#include "base/hash.h"
#include "planner/decide/targets.h"
#include "state/notes.h"

namespace infra {

bool same_platforms(const Plan& a, const Plan& b) {
  return std::equal(a.later.begin(), a.later.end(), b.later.begin(), b.later.end(),
                    [](const LaterStage& x, const LaterStage& y) { return x.platform == y.platform; });
}

Error out_of_reach(const LaterStage& stage) {
  std::string what;
  for (const auto& ref : stage.waits_for) {
    what += fmt::format("{}{}", what.empty() ? "" : ", ", ref.address.text());
    if (!ref.attribute.empty()) what += "." + ref.attribute;
  }
  return {.code = "E0715",
          .message = fmt::format("nothing on platform `{}` can be planned: {} isn't known, though all that could be "
                                 "done before is done",
                                 stage.platform, what),
          .help = "look at what that resource's outputs are (infra state show), or write the value into the platform"};
}

void take_notes(const std::vector<Noting>& notes, Snapshot& state) {
  for (const auto& noting : notes) {
    if (const auto* put = std::get_if<PutNote>(&noting.mutation)) put_note(state.notes, put->note);
    if (const auto* drop = std::get_if<DropNote>(&noting.mutation)) drop_note(state.notes, drop->topic, drop->name);
    const auto* put = std::get_if<PutResource>(&noting.mutation);
    if (put == nullptr) continue;
    const auto& row = put->resource;
    const auto at = std::lower_bound(state.resources.begin(), state.resources.end(), row.address,
                                     [](const RecordedResource& r, const Address& a) { return r.address < a; });
    if (at != state.resources.end() && at->address == row.address && at->id == row.id) *at = row;
  }
}

PlanRequest for_next_stage(const PlanRequest& request, const Plan& done) {
  auto out = request;
  out.imports.clear();
  out.notes.clear();
  out.measure = {};
  std::erase_if(out.replace, [&](const std::string& given) {
    return std::none_of(done.later.begin(), done.later.end(), [&](const LaterStage& later) {
      const auto means = [&](const Address& owner) {
        return is_target(given, owner) || given.starts_with(owner.text() + "/");
      };
      return std::any_of(later.owners.begin(), later.owners.end(), means) ||
             std::any_of(later.behind.begin(), later.behind.end(), means);
    });
  });
  return out;
}

Result<ApplyReport> apply(const Session& session, Prepared& prepared, const Cancel& cancel, EventSink& events) {
  if (holds_secret(prepared.lowered)) {
    auto key = hash_key_for_writing(prepared.state, prepared.prelude, session.store, *session.keys);
    if (!key) return std::move(key).take_error("preparing to record secrets");
    prepared.hash_secret = *std::move(key);
  }
  auto revision = begin_revision(session, prepared);
  if (!revision) return std::move(revision).error();
  auto report = execute({.plan = prepared.plan,
                         .desired = prepared.lowered,
                         .observed = prepared.observed,
                         .providers = prepared.providers,
                         .prelude = prepared.prelude,
                         .state = prepared.state,
                         .store = session.store,
                         .parallelism = session.parallelism,
                         .new_token = [] { return random_token(12); },
                         .fence = session.store.fence(),
                         .loop_commit = session.unattended ? session.commit : std::string(),
                         .keys = session.keys.get(),
                         .calls = session.calls,
                         .hash_secret = prepared.hash_secret,
                         .redactor = session.redactor},
                        cancel, events);
  auto ended = end_revision(session, *std::move(revision), report);
  if (report && !ended) return std::move(ended).error();
  return report;
}

}  // namespace infra
