#include "grammar/format/format.h"

#include <fmt/format.h>

#include "grammar/format/format_layout.h"
#include "grammar/parser.h"
#include "grammar/scan/scanner.h"

namespace infra {
namespace {

// Behind "12:5 ", the place that stands first in a line; `at` if there is none.
std::size_t behind_place(std::string_view text, std::size_t at) {
  const auto digits = [&](std::size_t from) {
    return std::min(text.find_first_not_of("0123456789", from), text.size());
  };
  const auto line = digits(at);
  if (line == at || line == text.size() || text[line] != ':') return at;
  const auto column = digits(line + 1);
  return column > line + 1 && column < text.size() && text[column] == ' ' ? column + 1 : at;
}

// The tree without places.
std::string meaning(const SourceMap& sources, FileId file, Diagnostics& diagnostics) {
  const auto dump = dump_ast(sources, parse(sources, file, diagnostics));
  std::string out;
  for (std::size_t at = 0; at < dump.size();) {
    const auto end = std::min(dump.find('\n', at), dump.size() - 1) + 1;
    const auto text = std::min(dump.find_first_not_of(' ', at), end);
    out.append(text - at, ' ');
    const auto from = behind_place(dump, text);
    out.append(dump, from, end - from);
    at = end;
  }
  return out;
}

bool means_the_same(const SourceMap& sources, FileId file, const std::string& text) {
  Diagnostics found;
  SourceMap formatted;
  const auto id = formatted.add(sources.file(file).path, text);
  const auto after = meaning(formatted, id, found);
  return !found.has_errors() && meaning(sources, file, found) == after;
}

}  // namespace

std::optional<std::string> format(const SourceMap& sources, FileId file, Diagnostics& diagnostics) {
  const auto errors = diagnostics.errors();
  const auto parsed = parse(sources, file, diagnostics);
  if (diagnostics.errors() != errors) return std::nullopt;
  const auto tokens = scan(sources, file, diagnostics);
  if (!tokens) return std::nullopt;
  auto pieces = formatting::make_pieces(sources.file(file).text, *tokens, formatting::roles_of(parsed, *tokens));
  formatting::normalise(pieces);
  auto text = formatting::render(formatting::lay_out(pieces));
  if (means_the_same(sources, file, text)) return text;
  diagnostics.error(
      "E0999", {},
      fmt::format("internal error: {} would mean something else when it is formatted", sources.file(file).path), {},
      "this is a bug of infra; the file stays as it is");
  return std::nullopt;
}

}  // namespace infra
