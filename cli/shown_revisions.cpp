#include "cli/shown_revisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace infra::cli {
namespace {

using Json = nlohmann::ordered_json;

Json recorded_json(const std::string& text) {
  auto json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json() : json;
}

bool lives(const History& history, const Revision& revision) {
  return std::any_of(history.leases.begin(), history.leases.end(), [&](const Lease& lease) {
    const auto& by = lease.holder;
    return by.user == revision.by.user && by.host == revision.by.host && by.process == revision.by.process;
  });
}

std::string who(const Revision& revision) { return fmt::format("{}@{}", revision.by.user, revision.by.host); }

std::string params_text(const Revision& revision) {
  std::string out;
  const auto params = recorded_json(revision.params);
  for (const auto& [name, value] : params.items())
    out +=
        fmt::format("{}{} = {}", out.empty() ? "" : ", ", name, value.is_string() ? value.get<std::string>() : "***");
  return out;
}

}  // namespace

Result<History> read_history(Store& store) {
  auto revisions = store.history();
  if (!revisions) return std::move(revisions).error();
  auto state = store.load();
  if (!state) return std::move(state).error();
  return History{.revisions = *std::move(revisions), .leases = std::move(state->leases)};
}

Result<Revision> find_revision(const History& history, std::uint64_t number) {
  const auto& all = history.revisions;
  const auto at = std::find_if(all.begin(), all.end(), [&](const auto& r) { return r.number == number; });
  if (at != all.end()) return *at;
  return Error{.code = "E0509",
               .message = fmt::format("there is no revision {}", number),
               .help = all.empty() ? std::string("nothing was applied yet")
                                   : fmt::format("`infra history` shows 1 to {}", all.back().number)};
}

std::string result_text(const History& history, const Revision& revision) {
  if (revision.result == Revision::Result::running && !lives(history, revision)) return "killed";
  return std::string(to_text(revision.result));
}

std::string outline_text(const Revision& revision) {
  std::vector<std::pair<std::string, int>> counts;
  for (const auto& change : recorded_json(revision.plan)) {
    if (!change.is_array() || change.empty() || !change[0].is_string()) continue;
    const auto action = change[0].get<std::string>();
    auto at = std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.first == action; });
    if (at == counts.end()) at = counts.insert(counts.end(), {action, 0});
    ++at->second;
  }
  std::string out;
  for (const auto& [action, count] : counts) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, action);
  return out.empty() ? "outputs" : out;
}

std::string revision_text(const History& history, const Revision& r) {
  std::string out = fmt::format("revision {} of stack {}: {}\n", r.number, r.stack, result_text(history, r));
  out += fmt::format("  by        {} (process {}), `{}`\n", who(r), r.by.process, r.by.command);
  out += fmt::format("  started   {}\n", r.started);
  if (!r.finished.empty()) out += fmt::format("  finished  {}\n", r.finished);
  if (!r.commit.empty()) out += fmt::format("  commit    {}\n", r.commit);
  if (const auto params = params_text(r); !params.empty()) out += fmt::format("  params    {}\n", params);
  out += "\nchanges\n";
  for (const auto& change : recorded_json(r.plan)) {
    if (change.is_array() && change.size() == 2 && change[0].is_string() && change[1].is_string())
      out += fmt::format("  {:<8} {}\n", change[0].get<std::string>(), change[1].get<std::string>());
  }
  out += "\nfiles\n";
  for (const auto& source : r.sources) out += fmt::format("  {}  {}\n", source.hash.substr(0, 8), source.path);
  return out;
}

std::string revision_json(const History& history, const Revision& r) {
  Json files = Json::array();
  for (const auto& source : r.sources) files.push_back({{"path", source.path}, {"hash", source.hash}});
  const Json out{{"revision", r.number},
                 {"result", result_text(history, r)},
                 {"stack", r.stack},
                 {"user", r.by.user},
                 {"host", r.by.host},
                 {"process", r.by.process},
                 {"command", r.by.command},
                 {"started", r.started},
                 {"finished", r.finished.empty() ? Json() : Json(r.finished)},
                 {"commit", r.commit.empty() ? Json() : Json(r.commit)},
                 {"serial_before", r.before.value},
                 {"serial_after", r.after.value},
                 {"params", recorded_json(r.params)},
                 {"changes", recorded_json(r.plan)},
                 {"files", files}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::map<std::string, std::string>> revision_files(Store& store, const Revision& revision) {
  auto texts = store.sources_of(revision.number);
  if (!texts) return std::move(texts).error();
  std::map<std::string, std::string> out;
  for (const auto& source : revision.sources) {
    const auto text = texts->find(source.hash);
    if (text != texts->end()) out.emplace(source.path, text->second);
  }
  return out;
}

}  // namespace infra::cli
