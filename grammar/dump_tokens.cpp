// infra show tokens
#include <fmt/format.h>

#include "base/codec.h"
#include "grammar/parser.h"
#include "grammar/scanner.h"

namespace infra {

std::string dump_tokens(const SourceMap& sources, FileId file) {
  Diagnostics ignored;
  const auto tokens = scan(sources, file, ignored);
  if (!tokens) return {};
  std::string out;
  std::size_t doc = 0;
  for (std::size_t i = 0; i < tokens->all.size(); ++i) {
    const auto& token = tokens->all[i];
    const auto place = sources.locate(file, token.begin);
    for (; doc < tokens->docs.size() && tokens->docs[doc].token == i; ++doc) {
      out += fmt::format("{}:{} DOC {}\n", place.line, place.column, json_quote(tokens->docs[doc].text));
    }
    if (token.begin == token.end && token.type != kEndOfFile) continue;  // put in by the scanner
    const auto text = sources.text({file, token.begin, token.end});
    out += fmt::format("{}:{} {} {}\n", place.line, place.column, token_name(token), json_quote(text));
  }
  return out;
}

}  // namespace infra
