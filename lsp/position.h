// The protocol's places: zero-based lines, and columns in UTF-16 code units.
#pragma once
#include "base/sources/source.h"
#include "lsp/lsp_json.h"

namespace infra::lsp {

struct Position {
  std::uint32_t line = 0;
  std::uint32_t character = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

// A place outside the text is taken to the nearest inside.
std::uint32_t offset_of(const SourceFile& file, Position position);
Position position_of(const SourceFile& file, std::uint32_t offset);

std::optional<Position> read_position(const Json* in);
struct PositionRange {
  Position start, end;
};
std::optional<PositionRange> read_range(const Json* in);

Json to_json(Position position);
Json range_json(const SourceFile& file, std::uint32_t begin, std::uint32_t end);
Json range_json(const SourceMap& sources, Span span);

// The length of a text in UTF-16 code units.
std::uint32_t utf16_length(std::string_view text);

void find_lines(SourceFile& file);  // fills in line_starts

}  // namespace infra::lsp
