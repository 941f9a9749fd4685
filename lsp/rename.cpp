// Rename: every occurrence in the folder, after checking that the result means the same.
#include <fmt/format.h>

#include <algorithm>

#include "lsp/lookup.h"
#include "lsp/methods.h"

namespace infra::lsp {
namespace {

// The texts of the files after the edits. From the back, so that the places before keep theirs.
std::map<std::string, std::string> renamed_texts(const Place& place, const std::vector<Span>& spans,
                                                 const std::string& name) {
  std::map<std::string, std::string> out;  // by name in the folder
  for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
    const auto& file = place.analysis.compiled.sources.file(span->file);
    const auto in_folder = file.path.substr(place.document.folder.size() + 1);
    auto& text = out.try_emplace(in_folder, file.text).first->second;
    text.replace(span->begin, span->end - span->begin, name);
  }
  return out;
}

// How often each symbol is used, in the order in which they are declared.
std::vector<std::size_t> use_counts(const Analysis& analysis) {
  std::map<Span, std::size_t> counts;
  for (const auto& [symbol, all] : analysis.index.symbols) counts[symbol] = 0;
  for (const auto& use : analysis.index.uses) ++counts[use.symbol];
  std::vector<std::size_t> out;
  for (const auto& [symbol, count] : counts) out.push_back(count);
  return out;
}

// "" if the stack means the same with the new name, else what would be wrong.
std::string trouble(Session& session, const Place& place, const std::vector<Span>& spans, const std::string& name) {
  const auto& before = place.analysis.compiled.diagnostics;
  const auto after = session.analysis_with(place.document.folder, renamed_texts(place, spans, name), std::nullopt);
  if (after.compiled.diagnostics.errors() > before.errors()) {
    for (const auto& d : after.compiled.diagnostics.all()) {
      if (d.severity == Severity::error && d.message.find("`" + name + "`") != std::string::npos) return d.message;
    }
    return "the stack would have more errors than now";
  }
  // Each occurrence must still mean the same declaration: a nearer one of the new name would take some away.
  return use_counts(place.analysis) == use_counts(after)
             ? ""
             : fmt::format("`{}` means something else at some of these places", name);
}

}  // namespace

Answer prepare_rename(Session& session, const Json& params) {
  const auto place = session.place(params);
  const auto name = place ? name_at(*place) : std::nullopt;
  if (!name) return Json();
  const auto& sources = place->analysis.compiled.sources;
  return Json{{"range", range_json(sources, name->at)}, {"placeholder", sources.text(name->at)}};
}

Answer rename(Session& session, const Json& params) {
  const auto place = session.place(params);
  const auto name = place ? name_at(*place) : std::nullopt;
  if (!name) return Refusal{kRequestFailed, "there is no name here that this stack declares"};
  const auto fresh = text(params, {"newName"});
  if (!is_identifier(fresh)) {
    return Refusal{kInvalidParams,
                   fmt::format("`{}` is no name: write letters, digits and _, not beginning with a digit", fresh)};
  }
  const auto spans = occurrences(place->analysis, name->symbol);
  for (const auto& span : spans) {
    const auto& path = place->analysis.compiled.sources.file(span.file).path;
    if (!path.starts_with(place->document.folder + "/"))
      return Refusal{kRequestFailed, fmt::format("{} is outside of this folder: rename it there", path)};
  }
  if (const auto why = trouble(session, *place, spans, fresh); !why.empty())
    return Refusal{kRequestFailed, fmt::format("can't be renamed to `{}`: {}", fresh, why)};
  const auto& sources = place->analysis.compiled.sources;
  Json changes = Json::object();
  for (const auto& span : spans) {
    changes[session.uri(sources.file(span.file).path)].push_back(
        {{"range", range_json(sources, span)}, {"newText", fresh}});
  }
  return Json{{"changes", std::move(changes)}};
}

}  // namespace infra::lsp
