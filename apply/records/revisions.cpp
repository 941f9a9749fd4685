#include "apply/records/revisions.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/text/rfc3339.h"

namespace infra {
namespace {

// [["create", "service.api"], …]: what was set out to do, in a size that history can bear.
std::string outline(const Plan& plan) {
  nlohmann::json out = nlohmann::json::array();
  for (const auto& owner : plan.owners) {
    if (owner.action != Action::no_op) out.push_back({to_text(owner.action), owner.address.text()});
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// {"env": "prod", "password": null}: texts as they were given, so that they can be given again; never a secret's.
std::string given_params(const Session& session, const Prepared& prepared) {
  nlohmann::json out = nlohmann::json::object();
  const auto& used = prepared.compiled.graph->params;
  for (const auto& [name, value] : session.params) {
    if (used.map() == nullptr || used.map()->find(name) == nullptr) continue;  // meant for another stack
    out[name] = used[name].has_secret() ? nlohmann::json() : nlohmann::json(value.text);
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Revision::Result result_of(const Result<ApplyReport>& report) {
  if (!report) return Revision::Result::failed;
  if (report->interrupted) return Revision::Result::interrupted;
  return report->ok() ? Revision::Result::succeeded : Revision::Result::failed;
}

}  // namespace

Result<Revision> begin_revision(const Session& session, const Prepared& prepared) {
  auto sources = keep_sources(prepared.files);
  Revision out{.started = rfc3339_now(),
               .by = session.me,
               .stack = prepared.plan.stack,
               .commit = session.commit,
               .before = prepared.state.serial,
               .after = prepared.state.serial,
               .plan = outline(prepared.plan),
               .params = given_params(session, prepared),
               .sources = std::move(sources.records)};
  auto number = session.store.begin_revision(out, sources.texts);
  if (!number) return std::move(number).take_error("noting the run in the history");
  out.number = *number;
  return out;
}

Result<Ok> end_revision(const Session& session, Revision revision, const Result<ApplyReport>& report) {
  revision.result = result_of(report);
  revision.finished = rfc3339_now();
  auto now = session.store.version();
  if (!now) return std::move(now).take_error("noting the run's end in the history");
  revision.after = {now->serial.value + 1};  // the commit that records this
  auto done = session.store.commit({PutRevision{std::move(revision)}});
  if (!done) return std::move(done).take_error("noting the run's end in the history");
  return Ok{};
}

}  // namespace infra
