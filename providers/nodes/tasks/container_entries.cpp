#include "providers/nodes/tasks/container_entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "providers/at_once.h"
#include "providers/nodes/engine_shapes.h"

namespace infra::nodes {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kChecksAtOnce = 8;             // a check is a process on the node
constexpr std::chrono::seconds kCheckPatience{120};  // the engine waits for a check that hangs

milliseconds interval_of(const Value& entry) {
  const auto text = text_of(entry["Labels"][kCheckLabel]);
  std::int64_t ms = 0;
  std::from_chars(text.data(), text.data() + text.size(), ms);
  return milliseconds(ms);
}

bool has_unknown_health(const Value& entry) {
  return text_of(entry["State"]) == "running" && interval_of(entry) > milliseconds(0) &&
         text_of(entry["Status"]).find('(') == std::string::npos;
}

// As Docker writes it behind "Up 5 seconds".
std::string words_for(const std::string& status) {
  if (status == "starting") return " (health: starting)";
  return status.empty() || status == "none" ? "" : fmt::format(" ({})", status);
}

// An entry that went meanwhile, or whose health can't be told, stays as it is listed: it counts as starting.
Value with_health(Engine& engine, const Value& entry) {
  const auto id = text_of(entry["Id"]);
  auto status = std::string("starting");
  if (check_if_due(engine, id, interval_of(entry))) {
    const auto reply = engine.get(fmt::format("/containers/{}/json", id), shapes::container());
    if (reply && reply->ok()) status = text_of(reply->body["State"]["Health"]["Status"]);
  }
  auto out = *entry.map();
  out.set("Status", text_of(entry["Status"]) + words_for(status));
  return out;
}

void complete(Engine& engine, List& entries) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (has_unknown_health(entries[i])) open.push_back(i);
  }
  for (std::size_t start = 0; start < open.size(); start += kChecksAtOnce) {
    std::vector<std::future<Value>> asked;
    const auto end = std::min(open.size(), start + kChecksAtOnce);
    for (auto at = start; at < end; ++at) {
      asked.push_back(at_once([&engine, &entry = entries[open[at]]] { return with_health(engine, entry); }));
    }
    for (auto at = start; at < end; ++at) entries[open[at]] = asked[at - start].get();
  }
}

}  // namespace

Result<Reply> list_entries(Engine& engine, const std::string& query, const Engine::OnItem& on_item) {
  const auto path = "/containers/json?" + query;
  const auto quirks = engine.quirks();
  if (!quirks) return quirks.error();
  if (!quirks->checks_when_asked) return engine.list(path, shapes::listed_container(), on_item);
  List entries;
  auto reply = engine.list(path, shapes::listed_container(), [&](const Value& entry) { entries.push_back(entry); });
  if (!reply || !reply->ok()) return reply;
  complete(engine, entries);
  for (const auto& entry : entries) on_item(entry);
  return reply;
}

Result<Ok> check_if_due(Engine& engine, const std::string& id, milliseconds every) {
  const auto quirks = engine.quirks();
  if (!quirks) return quirks.error();
  if (!quirks->checks_when_asked || !engine.is_due("check " + id, every)) return Ok{};
  const auto reply = engine.raw(fmt::format("/libpod/containers/{}/healthcheck", id), {.timeout = kCheckPatience});
  if (!reply) return reply.error();
  return Ok{};  // one that it refuses to check is shown as it is
}

}  // namespace infra::nodes
