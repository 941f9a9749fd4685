// An editor in memory: types into the server, and reads what it says. A text's cursor is written as `‸`.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "lsp/server.h"

namespace infra::test {

using lsp::Json;
using Disk = std::map<std::string, std::string>;  // files by name

class Editor {
 public:
  // Files on "disk", by name in the folder /stack.
  explicit Editor(Disk disk = {});

  Json raw(const std::string& body);                 // the answers to these bytes, as an array
  Json ask(const std::string& method, Json params);  // the whole response
  void tell(const std::string& method, Json params);

  // Opens or retypes /stack/NAME; remembers where the cursor is.
  void type(const std::string& text, const std::string& name = "main.infra");
  void replace(const std::string& old, const std::string& fresh, const std::string& name = "main.infra");
  // A request about the cursor's place; its result.
  Json at_cursor(const std::string& method, Json more = Json::object());

  Json diagnostics(const std::string& name = "main.infra");       // as they are now
  std::vector<std::string> completions(const std::string& text);  // sorted as the editor shows them
  Json completion(const std::string& text, const std::string& label);
  std::string hover(const std::string& text);  // the Markdown, or ""
  // The texts of the files after the edits of a WorkspaceEdit.
  std::map<std::string, std::string> apply(const Json& edit);
  [[nodiscard]] std::string text(const std::string& name) const { return texts_.at(name); }
  lsp::Server& server() { return server_; }
  static std::string uri(const std::string& name) { return "file:///stack/" + name; }

 private:
  Json drain();

  Disk disk_;
  lsp::Server server_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, Json> shown_;
  std::string cursor_file_ = "main.infra";
  Json cursor_;
  int id_ = 0;
  int version_ = 0;
};

}  // namespace infra::test
