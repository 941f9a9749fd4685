// The target for messages of editors.
#include <memory>
#include <string>

#include "base/sources/memory_tree.h"
#include "compiler/compile.h"
#include "lsp/server.h"
#include "tests/fuzz/fuzz_targets.h"

namespace infra {

void fuzz_lsp(std::string_view input) {
  const auto open = [](const std::string&) -> Result<std::unique_ptr<SourceTree>> {
    return std::unique_ptr<SourceTree>(
        std::make_unique<MemoryTree>(std::map<std::string, std::string>{{"a.infra", "let a = 1\n"}}, ""));
  };
  const auto check = [](const SourceTree& tree, const std::string& folder, Index& index) {
    const EveryPlatform platforms;
    return compile({.sources = tree,
                    .default_stack = folder,
                    .params = {},
                    .complete = false,
                    .platforms = platforms,
                    .index = &index});
  };
  lsp::Server server({.open_tree = open, .check = check, .version = "fuzz"});
  server.receive(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{}}})");
  server.receive(
      R"({"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///s/a.infra","languageId":"infra","version":1,"text":"let a = 1\n"}}})");
  while (!input.empty() && !server.exit_code()) {
    const auto end = std::min(input.find('\n'), input.size());
    server.receive(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
    while (server.next_outgoing()) {
    }
  }
  while (!server.exit_code() && server.idle()) {
  }
}

}  // namespace infra
