// Quick fixes: the edits that diagnostics carry.
#include <fmt/format.h>

#include "lsp/diagnostic_json.h"
#include "lsp/methods.h"

namespace infra::lsp {
namespace {

bool wants(const Json& params, std::string_view kind) {
  const auto* only = look(params, {"context", "only"});
  if (only == nullptr || !only->is_array()) return true;
  for (const auto& one : *only) {
    if (!one.is_string()) continue;
    const auto asked = one.get<std::string>();
    if (kind == asked || kind.starts_with(asked + ".") || asked.empty()) return true;
  }
  return false;
}

std::string in_ticks(std::string_view text) {
  const auto line = text.substr(0, text.find('\n'));
  return fmt::format("`{}{}`", line.substr(0, 60), line.size() < text.size() || line.size() > 60 ? " …" : "");
}

std::string title_of(const Analysis& analysis, const Diagnostic& d) {
  if (d.fixes.size() > 1) return d.help.empty() ? "Apply the fix" : d.help;
  const auto& fix = d.fixes.front();
  const auto old = analysis.compiled.sources.text(fix.span);
  if (old.empty()) return fmt::format("Insert {}", in_ticks(fix.replacement));
  if (fix.replacement.empty()) return fmt::format("Remove {}", in_ticks(old));
  return fmt::format("Replace {} with {}", in_ticks(old), in_ticks(fix.replacement));
}

void add_edits(const Session& session, const Analysis& analysis, const Diagnostic& d, Json& changes) {
  const auto& sources = analysis.compiled.sources;
  for (const auto& fix : d.fixes) {
    changes[session.uri(sources.file(fix.span.file).path)].push_back(
        {{"range", range_json(sources, fix.span)}, {"newText", fix.replacement}});
  }
}

bool touches(const Diagnostic& d, FileId file, std::uint32_t begin, std::uint32_t end) {
  const auto& span = d.primary.span;
  return span.file == file && span.begin <= end && begin <= span.end;
}

bool overlap(const std::vector<Edit>& taken, const Diagnostic& d) {
  for (const auto& a : taken) {
    for (const auto& b : d.fixes) {
      if (a.span.file == b.span.file && a.span.begin <= b.span.end && b.span.begin <= a.span.end) return true;
    }
  }
  return false;
}

// Every fix of this file that has no other one in its way.
Json fix_all(const Session& session, const Place& place) {
  std::vector<Edit> taken;
  Json changes = Json::object();
  for (const auto& d : place.analysis.compiled.diagnostics.all()) {
    if (d.fixes.empty() || d.primary.span.file != place.file || overlap(taken, d)) continue;
    taken.insert(taken.end(), d.fixes.begin(), d.fixes.end());
    add_edits(session, place.analysis, d, changes);
  }
  if (taken.empty()) return nullptr;
  return {{"title", "Fix everything that infra can fix in this file"},
          {"kind", "source.fixAll"},
          {"edit", {{"changes", std::move(changes)}}}};
}

}  // namespace

Answer code_action(Session& session, const Json& params) {
  Json out = Json::array();
  const auto place = session.place(params);
  const auto range = read_range(look(params, {"range"}));
  if (!place || !range) return out;
  const auto begin = offset_of(place->source(), range->start);
  const auto end = offset_of(place->source(), range->end);
  for (const auto& d : place->analysis.compiled.diagnostics.all()) {
    if (d.fixes.empty() || !touches(d, place->file, begin, end) || !wants(params, "quickfix")) continue;
    Json changes = Json::object();
    add_edits(session, place->analysis, d, changes);
    out.push_back({{"title", title_of(place->analysis, d)},
                   {"kind", "quickfix"},
                   {"isPreferred", true},
                   {"diagnostics", Json::array({diagnostic_json(session, place->analysis, d)})},
                   {"edit", {{"changes", std::move(changes)}}}});
  }
  if (wants(params, "source.fixAll")) {
    if (auto all = fix_all(session, *place); !all.is_null()) out.push_back(std::move(all));
  }
  return out;
}

}  // namespace infra::lsp
