// text → AST.
#pragma once
#include <string>

#include "base/diagnostic.h"
#include "base/source.h"
#include "grammar/ast.h"

namespace infra {

struct ParseOptions {
  bool exact = false;  // tests: LL mode throughout; *full_context counts ANTLR's full-context retries (must stay 0)
  int* full_context = nullptr;
};

// Parses one file of `sources`. Syntax errors go to `diagnostics` (E01xx); what could be understood is returned all the
// same. Never throws; bounded nesting (E0104).
ast::File parse(const SourceMap& sources, FileId file, Diagnostics& diagnostics, const ParseOptions& options = {});

// The intermediate forms of `infra show tokens` and `infra show ast`: one token a line "3:5 NAME \"vpc\"", and an
// indented tree with line:column at each node. Stable: golden tests compare them.
std::string dump_tokens(const SourceMap& sources, FileId file);
std::string dump_ast(const SourceMap& sources, const ast::File& file);

}  // namespace infra
