// text → AST.
#pragma once
#include <optional>
#include <string>

#include "base/diagnostics/diagnostic.h"
#include "base/sources/source.h"
#include "grammar/ast.h"

namespace infra {

struct ParseOptions {
  bool exact = false;  // tests: LL mode throughout; *full_context counts ANTLR's full-context retries (must stay 0)
  int* full_context = nullptr;
};

// Parses one file of `sources`. Syntax errors go to `diagnostics` (E01xx); what could be understood is returned all the
// same. Never throws; bounded nesting (E0104).
ast::File parse(const SourceMap& sources, FileId file, Diagnostics& diagnostics, const ParseOptions& options = {});

// A file as it was when it was parsed last.
struct ParsedBefore {
  const std::string& text;
  ast::File& file;  // of the same id
};
// As parse(), for a file in which something was typed since: only what the edit may have touched, and what was wrong
// before, is parsed anew. The other items are taken out of `before`, with their expressions where they are. Nothing,
// and `before` is untouched, if that can't be done: a mistake may reach further, or too much is new.
std::optional<ast::File> reparse(const SourceMap& sources, FileId file, ParsedBefore before, Diagnostics& diagnostics);

// The intermediate forms of `infra show tokens` and `infra show ast`: one token a line "3:5 NAME \"vpc\"", and an
// indented tree with line:column at each node. Stable: golden tests compare them.
std::string dump_tokens(const SourceMap& sources, FileId file);
std::string dump_ast(const SourceMap& sources, const ast::File& file);

}  // namespace infra
