#include "lsp/documents.h"

#include "lsp/uri.h"

namespace infra::lsp {

void place_document(Document& document) {
  const auto path = path_of(document.uri);
  const auto slash = path ? path->rfind('/') : std::string::npos;
  document.folder = path ? path->substr(0, slash) : document.uri;
  if (document.folder.empty()) document.folder = "/";
  document.name = path ? path->substr(slash + 1) : "untitled.infra";
  document.file.path = document.folder + "/" + document.name;
}

const Document* Documents::open(const Json& params) {
  Document document{.uri = text(params, {"textDocument", "uri"})};
  if (document.uri.empty()) return nullptr;
  document.version = number(params, {"textDocument", "version"}).value_or(0);
  document.file.text = text(params, {"textDocument", "text"});
  place_document(document);
  find_lines(document.file);
  return &all_.insert_or_assign(document.uri, std::move(document)).first->second;
}

const Document* Documents::change(const Json& params) {
  const auto at = all_.find(text(params, {"textDocument", "uri"}));
  const auto* changes = look(params, {"contentChanges"});
  if (at == all_.end() || changes == nullptr || !changes->is_array()) return nullptr;
  auto& document = at->second;
  document.version = number(params, {"textDocument", "version"}).value_or(document.version + 1);
  for (const auto& change : *changes) {
    const auto replacement = text(change, {"text"});
    if (const auto range = read_range(look(change, {"range"}))) {
      const auto begin = offset_of(document.file, range->start);
      const auto end = std::max(begin, offset_of(document.file, range->end));
      document.file.text.replace(begin, end - begin, replacement);
    } else {
      document.file.text = replacement;
    }
    find_lines(document.file);
  }
  return &document;
}

const Document* Documents::find(const std::string& uri) const {
  const auto at = all_.find(uri);
  return at != all_.end() ? &at->second : nullptr;
}

const Document* Documents::at_path(std::string_view path) const {
  for (const auto& [uri, document] : all_) {
    if (document.file.path == path) return &document;
  }
  return nullptr;
}

}  // namespace infra::lsp
