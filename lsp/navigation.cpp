// Definition, references, highlights: all are the occurrences of one symbol.
#include "lsp/lookup.h"
#include "lsp/methods.h"

namespace infra::lsp {
namespace {

Json location(const Session& session, const Analysis& analysis, Span span) {
  const auto& sources = analysis.compiled.sources;
  return {{"uri", session.uri(sources.file(span.file).path)}, {"range", range_json(sources, span)}};
}

}  // namespace

Answer definition(Session& session, const Json& params) {
  const auto place = session.place(params);
  const auto name = place ? name_at(*place) : std::nullopt;
  return name ? location(session, place->analysis, name->symbol) : Json();
}

Answer references(Session& session, const Json& params) {
  Json out = Json::array();
  const auto place = session.place(params);
  const auto name = place ? name_at(*place) : std::nullopt;
  if (!name) return out;
  for (const auto& span : occurrences(place->analysis, name->symbol)) {
    if (span == name->symbol && !flag(params, {"context", "includeDeclaration"})) continue;
    out.push_back(location(session, place->analysis, span));
  }
  return out;
}

Answer document_highlight(Session& session, const Json& params) {
  Json out = Json::array();
  const auto place = session.place(params);
  const auto name = place ? name_at(*place) : std::nullopt;
  if (!name) return out;
  for (const auto& span : occurrences(place->analysis, name->symbol)) {
    if (span.file == place->file) out.push_back({{"range", range_json(place->analysis.compiled.sources, span)}});
  }
  return out;
}

}  // namespace infra::lsp
