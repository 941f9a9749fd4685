#include "providers/nodes/tasks/restart_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/nodes/tasks/task_labels.h"
#include "providers/nodes/tasks/uptime.h"

namespace infra::nodes {
namespace {

// The engine starts again what ended, after 100 ms, doubling; who ran for ten seconds begins anew. Until then one look
// can't tell a crash loop from a program that runs, so the engine is asked how often that was.
bool may_have_restarted(const Value& entry) {
  const auto state = text_of(entry["State"]);
  if (state == "restarting") return true;
  return state == "running" && uptime_of(text_of(entry["Status"])) < 10;
}

// One that was started after a container which uses its network has left that one with the network of before. The
// engine says so only to those who ask about the one.
bool may_have_left_others(const Value& pause, const List& entries) {
  const auto own = uptime_of(text_of(pause["Status"]));
  const auto token = text_of(pause["Labels"]["infra.token"]);
  return std::any_of(entries.begin(), entries.end(), [&](const Value& entry) {
    return text_of(entry["Labels"]["infra.token"]) == token && text_of(entry["State"]) == "running" &&
           uptime_of(text_of(entry["Status"])) > own;
  });
}

bool is_running(const Value& entry) { return text_of(entry["State"]) == "running"; }

// What has run for longer than that is ago hasn't ended meanwhile.
bool has_run_since(const Value& entry, RestartWatch::Clock::duration ago) {
  return is_running(entry) && std::chrono::seconds(uptime_of(text_of(entry["Status"]))) > ago;
}

// It counts as starting, whether it was restarted or not; the next look tells.
bool has_just_begun(const Value& entry) { return is_running(entry) && uptime_of(text_of(entry["Status"])) == 0; }

// nullopt: it went meanwhile.
Result<std::optional<Restarted>> ask_about(Engine& engine, const std::string& id) {
  auto reply = engine.get(fmt::format("/containers/{}/json", id), shapes::container());
  if (!reply) return std::move(reply).error();
  if (reply->status == 404) return std::optional<Restarted>();
  if (!reply->ok()) return engine.refused(*reply, "show a container");
  const auto& body = reply->body;
  return std::optional(Restarted{.count = static_cast<int>(number_of(body["RestartCount"])),
                                 .exit = static_cast<int>(number_of(body["State"]["ExitCode"]))});
}

}  // namespace

Result<Restarts> RestartWatch::look(Engine& engine, const List& entries, Clock::time_point asked) {
  const std::lock_guard lock(mutex_);
  const auto listed = Clock::now();
  Restarts out;
  std::map<std::string, Known> known;
  for (const auto& entry : entries) {
    if (!may_have_restarted(entry) && !(is_pause(entry) && may_have_left_others(entry, entries))) continue;
    const auto id = text_of(entry["Id"]);
    const auto before = known_.find(id);
    if (before != known_.end() && (has_run_since(entry, listed - before->second.until) || has_just_begun(entry))) {
      auto& kept = known[id] = before->second;
      if (!has_just_begun(entry)) kept.until = asked;
      out[id] = kept.last;
      continue;
    }
    if (before == known_.end() && !first_ && has_just_begun(entry)) continue;  // made since the look before
    auto found = ask_about(engine, id);
    if (!found) return std::move(found).error();
    if (!*found) continue;
    known[id] = {.last = **found, .until = asked};
    out[id] = **found;
  }
  known_ = std::move(known);
  first_ = false;
  return out;
}

}  // namespace infra::nodes
