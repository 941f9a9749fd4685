#include "importers/shell.h"

#include <algorithm>

namespace infra::importing {
namespace {

bool needs_no_quotes(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_./:=@%+,-").find(c) != std::string_view::npos;
}

}  // namespace

std::string shell_quoted(const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), needs_no_quotes)) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

void ShellQuotes::pass(std::string_view script) {
  for (std::size_t i = 0; i < script.size(); ++i) {
    const char c = script[i];
    if (c == '\\' && quote_ != '\'')
      ++i;
    else if (quote_ == 0 && (c == '"' || c == '\''))
      quote_ = c;
    else if (c == quote_)
      quote_ = 0;
  }
}

std::string ShellQuotes::around(const std::string& variable) const {
  if (quote_ == '"') return variable;
  return quote_ == '\'' ? "'\"" + variable + "\"'" : "\"" + variable + "\"";
}

}  // namespace infra::importing
