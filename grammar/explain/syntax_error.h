// Where and in what the parser stopped: all that a message about it is made of.
#pragma once
#include <bitset>
#include <string_view>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "base/sources/source.h"
#include "grammar/scan/token.h"

namespace infra {

struct OpenRule {
  std::size_t rule = 0;   // antlr::InfraParser::Rule…
  std::size_t first = 0;  // the index of its first token
};

struct SyntaxError {
  std::string_view text;
  FileId file = 0;
  const std::vector<Token>* tokens = nullptr;
  std::size_t at = 0;           // the index of the token that can't stand here
  std::vector<OpenRule> rules;  // innermost first
  std::bitset<256> expected;    // the types of tokens that could
};

// Where a line goes on in the next one, the parser stops only there: after `let a = b +` at what follows `let`. The
// token at which it went wrong, then, is the end of the line before.
std::size_t blamed_token(const std::vector<Token>& tokens, std::size_t line_start, std::size_t at);

// The message for it, in the user's terms.
Diagnostic explain(const SyntaxError& error);

}  // namespace infra
