// Bytes → tokens: runs ANTLR's lexer through its modes, decides which newlines count, gathers documentation, and
// replaces what other languages write by what is meant, with a message.
#pragma once
#include <optional>

#include "base/diagnostics/diagnostic.h"
#include "base/sources/source.h"
#include "grammar/scan/token.h"

namespace infra {

// Bytes of a file, from `begin` up to `end`, that hold whole top-level items.
struct TextRange {
  std::uint32_t begin = 0;
  std::uint32_t end = ~std::uint32_t{0};
};

// Nothing if the file can't be parsed at all: too large, not text, nested too deeply. That is reported.
std::optional<Tokens> scan(const SourceMap& sources, FileId file, Diagnostics& diagnostics, TextRange range = {});

// "NAME", "`{`": as dump_tokens writes it.
std::string token_name(const Token& token);

}  // namespace infra
