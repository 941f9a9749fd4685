// Diagnostics as the editor shows them.
#include <fmt/format.h>

#include "lsp/diagnostic_json.h"
#include "lsp/methods.h"

namespace infra::lsp {

Json diagnostic_json(const Session& session, const Analysis& analysis, const Diagnostic& d) {
  const auto& sources = analysis.compiled.sources;
  std::string message = d.message;
  if (!d.primary.text.empty()) message += fmt::format("\n{}", d.primary.text);
  if (!d.help.empty()) message += fmt::format("\nhelp: {}", d.help);
  constexpr int kError = 1;
  constexpr int kWarning = 2;
  Json out = {{"range", d.primary.span.somewhere() ? range_json(sources, d.primary.span)
                                                   : Json{{"start", to_json({})}, {"end", to_json({})}}},
              {"severity", d.severity == Severity::error ? kError : kWarning},
              {"code", d.code},
              {"source", "infra"},
              {"message", message}};
  Json related = Json::array();
  for (const auto& label : d.secondary) {
    if (!label.span.somewhere()) continue;
    related.push_back(
        {{"location",
          {{"uri", session.uri(sources.file(label.span.file).path)}, {"range", range_json(sources, label.span)}}},
         {"message", label.text}});
  }
  if (!related.empty()) out["relatedInformation"] = std::move(related);
  return out;
}

namespace {

// What belongs to no place is shown in the first file of the folder that is open.
std::string anywhere(const Session& session, const std::string& folder) {
  for (const auto& [uri, document] : session.documents.all()) {
    if (document.folder == folder) return uri;
  }
  return "";
}

Json message_for(const Session& session, const std::string& uri, Json list) {
  Json params = {{"uri", uri}, {"diagnostics", std::move(list)}};
  if (const auto* document = session.documents.find(uri)) params["version"] = document->version;
  return {{"jsonrpc", "2.0"}, {"method", "textDocument/publishDiagnostics"}, {"params", std::move(params)}};
}

}  // namespace

std::vector<Json> diagnostics_of(Session& session, const std::string& folder) {
  std::map<std::string, Json> by_uri;
  for (const auto& uri : session.shown[folder]) by_uri.emplace(uri, Json::array());
  for (const auto& [uri, document] : session.documents.all()) {
    if (document.folder == folder) by_uri.emplace(uri, Json::array());
  }
  const bool open = !anywhere(session, folder).empty();  // a folder that nobody looks at anymore has none
  const Analysis* analysis = open ? &session.analysis(folder) : nullptr;
  for (const auto& d : open ? analysis->compiled.diagnostics.all() : std::vector<Diagnostic>()) {
    const auto uri = d.primary.span.somewhere() ? session.uri(analysis->compiled.sources.file(d.primary.span.file).path)
                                                : anywhere(session, folder);
    by_uri.try_emplace(uri, Json::array()).first->second.push_back(diagnostic_json(session, *analysis, d));
  }
  auto& shown = session.shown[folder];
  shown.clear();
  std::vector<Json> out;
  for (auto& [uri, list] : by_uri) {
    if (!list.empty()) shown.insert(uri);
    out.push_back(message_for(session, uri, std::move(list)));
  }
  if (!open) {
    session.shown.erase(folder);
    session.forget(folder);
  }
  return out;
}

}  // namespace infra::lsp
