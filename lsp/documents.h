// The buffers that are open in the editor.
#pragma once
#include <map>
#include <string>

#include "lsp/lsp_json.h"
#include "lsp/position.h"

namespace infra::lsp {

struct Document {
  std::string uri;     // as the client writes it
  std::string folder;  // of the stack that it belongs to; one that isn't on disk is a stack of its own
  std::string name;    // in that folder
  std::int64_t version = 0;
  SourceFile file;  // its path is folder/name
};

class Documents {
 public:
  // Their parameters as the protocol has them; false if they name no document.
  const Document* open(const Json& params);
  const Document* change(const Json& params);
  void close(const std::string& uri) { all_.erase(uri); }
  [[nodiscard]] const Document* find(const std::string& uri) const;
  [[nodiscard]] const Document* at_path(std::string_view path) const;
  [[nodiscard]] const std::map<std::string, Document>& all() const { return all_; }

 private:
  std::map<std::string, Document> all_;  // by uri
};

// A document's folder and name.
void place_document(Document& document);

}  // namespace infra::lsp
