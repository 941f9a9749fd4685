#include "lsp/position.h"

#include <algorithm>
#include <limits>

namespace infra::lsp {
namespace {

// The bytes of the character that begins with `lead`, and its UTF-16 code units. What isn't UTF-8 counts as one.
std::size_t bytes_of(unsigned char lead) {
  if (lead >= 0xF0) return 4;
  if (lead >= 0xE0) return 3;
  return lead >= 0xC0 ? 2 : 1;
}
std::uint32_t units_of(unsigned char lead) { return lead >= 0xF0 ? 2 : 1; }

std::string_view line_of(const SourceFile& file, std::uint32_t line) {
  const std::size_t begin = file.line_starts[line];
  const std::size_t end = line + 1 < file.line_starts.size() ? file.line_starts[line + 1] : file.text.size();
  auto text = std::string_view(file.text).substr(begin, end - begin);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::uint32_t clamp(std::int64_t number) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 0, std::numeric_limits<std::int32_t>::max()));
}

}  // namespace

std::uint32_t offset_of(const SourceFile& file, Position position) {
  if (position.line >= file.line_starts.size()) return static_cast<std::uint32_t>(file.text.size());
  const auto text = line_of(file, position.line);
  std::size_t at = 0;
  std::uint32_t units = 0;
  while (at < text.size() && units < position.character) {
    units += units_of(static_cast<unsigned char>(text[at]));
    at += bytes_of(static_cast<unsigned char>(text[at]));
  }
  return file.line_starts[position.line] + static_cast<std::uint32_t>(std::min(at, text.size()));
}

Position position_of(const SourceFile& file, std::uint32_t offset) {
  const auto after = std::upper_bound(file.line_starts.begin(), file.line_starts.end(), offset);
  const auto line = static_cast<std::uint32_t>(after - file.line_starts.begin() - 1);
  const auto begin = file.line_starts[line];
  const auto stop = std::min<std::size_t>(offset, file.text.size());
  return {line, utf16_length(std::string_view(file.text).substr(begin, stop - begin))};
}

std::uint32_t utf16_length(std::string_view text) {
  std::uint32_t units = 0;
  for (std::size_t at = 0; at < text.size(); at += bytes_of(static_cast<unsigned char>(text[at])))
    units += units_of(static_cast<unsigned char>(text[at]));
  return units;
}

std::optional<Position> read_position(const Json* in) {
  if (in == nullptr) return std::nullopt;
  const auto line = number(*in, {"line"});
  const auto character = number(*in, {"character"});
  if (!line || !character) return std::nullopt;
  return Position{clamp(*line), clamp(*character)};
}

std::optional<PositionRange> read_range(const Json* in) {
  if (in == nullptr) return std::nullopt;
  const auto start = read_position(look(*in, {"start"}));
  const auto end = read_position(look(*in, {"end"}));
  if (!start || !end) return std::nullopt;
  return PositionRange{*start, std::max(*start, *end)};
}

Json to_json(Position position) { return {{"line", position.line}, {"character", position.character}}; }

Json range_json(const SourceFile& file, std::uint32_t begin, std::uint32_t end) {
  return {{"start", to_json(position_of(file, begin))}, {"end", to_json(position_of(file, end))}};
}

Json range_json(const SourceMap& sources, Span span) {
  return range_json(sources.file(span.file), span.begin, span.end);
}

void find_lines(SourceFile& file) {
  file.line_starts = {0};
  for (std::size_t i = 0; i < file.text.size(); ++i) {
    if (file.text[i] == '\n') file.line_starts.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

}  // namespace infra::lsp
