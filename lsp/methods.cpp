#include "lsp/methods.h"

#include "lsp/uri.h"

namespace infra::lsp {
namespace {

void did_open(Session& session, const Json& params) {
  if (const auto* document = session.documents.open(params)) session.touch(*document);
}

void did_change(Session& session, const Json& params) {
  if (const auto* document = session.documents.change(params)) session.touch(*document);
}

void did_save(Session& session, const Json& params) {
  if (const auto* document = session.document(params)) session.touch_disk(document->folder);
}

void did_close(Session& session, const Json& params) {
  const auto* document = session.document(params);
  if (document == nullptr) return;
  const auto folder = document->folder;
  session.documents.close(text(params, {"textDocument", "uri"}));
  session.touch_disk(folder);
}

void files_changed(Session& session, const Json& params) {
  const auto* changes = look(params, {"changes"});
  if (changes == nullptr || !changes->is_array()) return;
  for (const auto& [uri, document] : session.documents.all()) {
    for (const auto& change : *changes) {
      const auto path = path_of(text(change, {"uri"}));
      if (path && path->starts_with(document.folder + "/")) session.touch_disk(document.folder);
    }
  }
}

constexpr Request kRequests[] = {
    {"textDocument/completion", completion},
    {"textDocument/hover", hover},
    {"textDocument/signatureHelp", signature_help},
    {"textDocument/definition", definition},
    {"textDocument/references", references},
    {"textDocument/documentHighlight", document_highlight},
    {"textDocument/prepareRename", prepare_rename},
    {"textDocument/rename", rename},
    {"textDocument/formatting", formatting},
    {"textDocument/documentSymbol", document_symbol},
    {"textDocument/semanticTokens/full", semantic_tokens},
    {"textDocument/codeAction", code_action},
};

constexpr Notification kNotifications[] = {
    {"textDocument/didOpen", did_open},
    {"textDocument/didChange", did_change},
    {"textDocument/didSave", did_save},
    {"textDocument/didClose", did_close},
    {"workspace/didChangeWatchedFiles", files_changed},
};

}  // namespace

std::span<const Request> all_requests() { return kRequests; }
std::span<const Notification> all_notifications() { return kNotifications; }

Json capabilities() {
  constexpr int kIncremental = 2;
  return {
      {"positionEncoding", "utf-16"},
      {"textDocumentSync", {{"openClose", true}, {"change", kIncremental}, {"save", true}}},
      {"completionProvider", {{"triggerCharacters", {".", "=", "\"", ":"}}}},
      {"hoverProvider", true},
      {"signatureHelpProvider", {{"triggerCharacters", {"(", ","}}}},
      {"definitionProvider", true},
      {"referencesProvider", true},
      {"documentHighlightProvider", true},
      {"renameProvider", {{"prepareProvider", true}}},
      {"documentFormattingProvider", true},
      {"documentSymbolProvider", true},
      {"semanticTokensProvider", {{"legend", semantic_legend()}, {"full", true}}},
      {"codeActionProvider", {{"codeActionKinds", {"quickfix", "source.fixAll"}}}},
  };
}

}  // namespace infra::lsp
