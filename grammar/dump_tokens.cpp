// infra show tokens
#include <fmt/format.h>

#include "base/values/codec.h"
#include "grammar/parser.h"
#include "grammar/scan/scanner.h"

namespace infra {
namespace {

struct Place {
  std::uint32_t offset = 0;
  LineColumn at;
};

// Goes on from the last place: a line of a megabyte isn't read again for each of its tokens.
Place advance(std::string_view text, Place place, std::uint32_t offset) {
  for (; place.offset < offset; ++place.offset) {
    const auto byte = static_cast<unsigned char>(text[place.offset]);
    if (byte == '\n') {
      place.at = {.line = place.at.line + 1, .column = 1};
    } else if (place.offset + 1 < text.size() &&
               (static_cast<unsigned char>(text[place.offset + 1]) & 0xC0U) == 0x80U) {
      continue;  // the column counts once the whole character is passed
    } else {
      ++place.at.column;
    }
  }
  return place;
}

}  // namespace

std::string dump_tokens(const SourceMap& sources, FileId file) {
  Diagnostics ignored;
  const auto tokens = scan(sources, file, ignored);
  if (!tokens) return {};
  std::string out;
  std::size_t doc = 0;
  Place place;
  for (std::size_t i = 0; i < tokens->all.size(); ++i) {
    const auto& token = tokens->all[i];
    place = advance(sources.file(file).text, place, token.begin);
    const auto [line, column] = place.at;
    for (; doc < tokens->docs.size() && tokens->docs[doc].token == i; ++doc) {
      out += fmt::format("{}:{} DOC {}\n", line, column, json_quote(tokens->docs[doc].text));
    }
    if (token.begin == token.end && token.type != kEndOfFile) continue;  // put in by the scanner
    const auto text = sources.text({file, token.begin, token.end});
    out += fmt::format("{}:{} {} {}\n", line, column, token_name(token), json_quote(text));
  }
  return out;
}

}  // namespace infra
