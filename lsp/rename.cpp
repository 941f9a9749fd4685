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
    const auto in_folder = file.path.substr(place.folder.size() + 1);
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
  out.reserve(counts.size());
  for (const auto& [symbol, count] : counts) out.push_back(count);
  return out;
}

// What is wrong after it and wasn't before; by preference something that speaks of the new name.
std::string first_new(const Diagnostics& before, const Diagnostics& after, const std::string& name) {
  std::string out;
  for (const auto& d : after.all()) {
    const auto same = [&](const Diagnostic& other) { return other.code == d.code && other.message == d.message; };
    if (d.severity != Severity::error || std::any_of(before.all().begin(), before.all().end(), same)) continue;
    if (d.message.find("`" + name + "`") != std::string::npos) return d.message;
    if (out.empty()) out = d.message;
  }
  return out.empty() ? "the stack would have more errors than now" : out;
}

// "" if the stack means the same with the new name, else what would be wrong.
std::string trouble(Session& session, const Place& place, const std::vector<Span>& spans, const std::string& name) {
  const auto& before = place.analysis.compiled.diagnostics;
  const auto after = session.analysis_with(place.folder, renamed_texts(place, spans, name), std::nullopt);
  if (after.compiled.diagnostics.errors() > before.errors()) {
    return first_new(before, after.compiled.diagnostics, name);
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

namespace {

// Where the name stands in one stack; a refusal if that can't be renamed.
std::variant<std::vector<Span>, Refusal> renamed_in(Session& session, const Place& place, const std::string& fresh) {
  const auto name = name_at(place);
  if (!name) return std::vector<Span>();
  const auto spans = occurrences(place.analysis, name->symbol);
  for (const auto& span : spans) {
    const auto& path = place.analysis.compiled.sources.file(span.file).path;
    if (!path.starts_with(place.folder + "/"))
      return Refusal{kRequestFailed, fmt::format("{} is outside of this folder: rename it there", path)};
  }
  if (const auto why = trouble(session, place, spans, fresh); !why.empty())
    return Refusal{kRequestFailed, fmt::format("can't be renamed to `{}`: {}", fresh, why)};
  return spans;
}

}  // namespace

Answer rename(Session& session, const Json& params) {
  const auto places = session.places(params);
  if (places.empty() || !name_at(places.front()))
    return Refusal{kRequestFailed, "there is no name here that this stack declares"};
  const auto fresh = text(params, {"newName"});
  if (!is_identifier(fresh)) {
    return Refusal{kInvalidParams,
                   fmt::format("`{}` is no name: write letters, digits and _, not beginning with a digit", fresh)};
  }
  std::map<std::string, std::map<Span, Json>> edits;  // by uri; a module's file is part of several stacks
  for (const auto& place : places) {
    const auto found = renamed_in(session, place, fresh);
    if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
    const auto& sources = place.analysis.compiled.sources;
    for (auto span : std::get<std::vector<Span>>(found)) {
      const Json edit = {{"range", range_json(sources, span)}, {"newText", fresh}};
      const auto uri = session.uri(sources.file(span.file).path);
      span.file = 0;  // each analysis has its own numbers
      edits[uri].emplace(span, edit);
    }
  }
  Json changes = Json::object();
  for (const auto& [uri, all] : edits) {
    for (const auto& [span, edit] : all) changes[uri].push_back(edit);
  }
  return Json{{"changes", std::move(changes)}};
}

}  // namespace infra::lsp
