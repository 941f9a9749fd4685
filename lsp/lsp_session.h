// What the server knows between two messages: open documents, and what was found out about their folders.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "compiler/compile.h"
#include "compiler/index.h"
#include "lsp/documents.h"
#include "lsp/overlay_tree.h"

namespace infra::lsp {

// What the server needs of the outside.
struct Host {
  std::function<Result<std::unique_ptr<SourceTree>>(const std::string& folder)> open_tree;
  // Everything that `infra validate` finds. Where the index has a probe, names and types are enough.
  std::function<Compiled(const SourceTree&, const std::string& folder, Index&)> check;
  std::string version;
};

struct Analysis {
  Compiled compiled;
  Index index;
  // The file of this path, if the stack has it.
  [[nodiscard]] std::optional<FileId> file(std::string_view path) const;
};

// A place in a document, in the analysis of its folder.
struct Place {
  const Document& document;
  const Analysis& analysis;
  FileId file = 0;
  std::uint32_t offset = 0;
  std::string folder = {};  // of the analysis
  [[nodiscard]] const SourceFile& source() const { return analysis.compiled.sources.file(file); }
};

class Session {
 public:
  explicit Session(Host host) : host_(std::move(host)) {}

  [[nodiscard]] const Host& host() const { return host_; }
  Documents documents;
  bool snippets = false;  // the client can fill in ${1:placeholders}

  const Analysis& analysis(const std::string& folder);
  // What the folder would be with other texts of its files: answers of one question, not kept.
  Analysis analysis_with(const std::string& folder, const std::map<std::string, std::string>& texts,
                         std::optional<Probe> probe);
  // The document and place that `params` name; nothing if it isn't open or no part of a stack.
  std::optional<Place> place(const Json& params);
  const Document* document(const Json& params) const;

  // The same place in every stack that the document is part of: its own folder's first, then those that have that
  // folder as a module and are open too.
  std::vector<Place> places(const Json& params);

  void touch(const Document& document);                                // something in it was typed
  void touch(const std::string& folder);                               // or in the folder
  void forget(const std::string& folder) { analyses_.erase(folder); }  // nobody looks at it anymore
  // What was typed over. To free it takes a tenth of the time that making it took, and nobody should wait for that.
  bool free_outdated() { return std::exchange(outdated_, nullptr) != nullptr; }
  void touch_disk(const std::string& folder);  // or saved
  [[nodiscard]] bool has_news() const { return !news_.empty(); }
  // A folder whose diagnostics are to be shown anew.
  std::optional<std::string> take_news();
  // The uri that the client has for this path.
  [[nodiscard]] std::string uri(const std::string& path) const;
  std::map<std::string, std::set<std::string>> shown;  // folder → uris that have diagnostics

 private:
  OverlayTree& tree(const std::string& folder);
  [[nodiscard]] std::set<std::string> folders() const;

  Host host_;
  std::map<std::string, std::unique_ptr<OverlayTree>> trees_;
  std::map<std::string, std::unique_ptr<Analysis>> analyses_;
  std::unique_ptr<Analysis> outdated_;
  std::set<std::string> news_;
};

}  // namespace infra::lsp
