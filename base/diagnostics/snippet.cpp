#include "base/diagnostics/snippet.h"

#include <algorithm>
#include <array>

#include "base/secrets/url_secrets.h"
#include "base/text/visible.h"

namespace infra {
namespace {

constexpr std::size_t kWidest = 120;  // a longer line is cut
constexpr std::size_t kAround = 40;   // what is shown before the first mark of a line that is cut
constexpr std::size_t kTab = 4;

struct Interval {
  char32_t first, last;
};
bool within(char32_t point, const auto& intervals) {
  return std::any_of(intervals.begin(), intervals.end(),
                     [&](const Interval& i) { return point >= i.first && point <= i.last; });
}

// Combining marks, joiners and variation selectors take no column of their own.
constexpr std::array<Interval, 12> kNoColumn = {{{0x0300, 0x036F},
                                                 {0x0483, 0x0489},
                                                 {0x0591, 0x05BD},
                                                 {0x0610, 0x061A},
                                                 {0x064B, 0x065F},
                                                 {0x0E34, 0x0E3A},
                                                 {0x1AB0, 0x1AFF},
                                                 {0x1DC0, 0x1DFF},
                                                 {0x200B, 0x200D},
                                                 {0x20D0, 0x20FF},
                                                 {0xFE00, 0xFE0F},
                                                 {0xFE20, 0xFE2F}}};
constexpr std::array<Interval, 13> kTwoColumns = {{{0x1100, 0x115F},
                                                   {0x231A, 0x231B},
                                                   {0x23E9, 0x23EC},
                                                   {0x2E80, 0x303E},
                                                   {0x3041, 0x33FF},
                                                   {0x3400, 0x4DBF},
                                                   {0x4E00, 0x9FFF},
                                                   {0xA000, 0xA4CF},
                                                   {0xAC00, 0xD7A3},
                                                   {0xF900, 0xFAFF},
                                                   {0xFE30, 0xFE6F},
                                                   {0xFF00, 0xFF60},
                                                   {0x1F300, 0x1FAFF}}};
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

Snippet::Snippet(std::string_view line, std::size_t begin, std::size_t end) {
  begin = std::min(begin, line.size());
  end = std::clamp(end, begin, line.size());
  if (line.size() <= kWidest) {
    add(line, 0, line.size());
    return;
  }
  std::size_t from = begin > kAround ? begin - kAround : 0;
  if (line.size() - from < kWidest) from = line.size() - kWidest;
  while (from > 0 && !starts_character(line[from])) --from;
  std::size_t to = std::min(line.size(), std::max(from + kWidest, std::min(end, from + 2 * kWidest)));
  while (to < line.size() && !starts_character(line[to])) ++to;
  if (from > 0) {
    text_ = kEllipsis;
    columns_ = 1;
  }
  add(line, from, to);
  if (to < line.size()) text_ += kEllipsis;
}

void Snippet::add(std::string_view line, std::size_t begin, std::size_t end) {
  const auto secrets = url_secrets(line);
  const auto is_secret = [&](std::size_t at) {
    return std::any_of(secrets.begin(), secrets.end(),
                       [&](const UrlSecret& secret) { return at >= secret.begin && at < secret.end; });
  };
  for (std::size_t at = begin; at < end;) {
    const auto character = first_code_point(line.substr(at));
    cells_.push_back({.byte = at, .column = columns_});
    if (is_secret(at)) {  // as wide as it was, so that the marks keep their places
      text_ += '*';
      columns_ += 1;
    } else if (character.value == '\t') {
      text_.append(kTab, ' ');
      columns_ += kTab;
    } else if (is_obeyed(character.value) || character.value == 0xFFFD) {
      text_ += kReplacement;
      columns_ += 1;
    } else {
      text_ += line.substr(at, character.length);
      columns_ += within(character.value, kNoColumn) ? 0 : within(character.value, kTwoColumns) ? 2 : 1;
    }
    at += character.length;
  }
  cells_.push_back({.byte = end, .column = columns_});
}

std::size_t Snippet::column(std::size_t byte) const {
  const auto found = std::lower_bound(cells_.begin(), cells_.end(), byte,
                                      [](const Cell& cell, std::size_t b) { return cell.byte < b; });
  return found == cells_.end() ? cells_.back().column : found->column;
}

std::vector<std::string> Snippet::marks(std::vector<Mark> marks, const Paint& paint) const {
  std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.begin < b.begin; });
  std::vector<std::size_t> columns;
  std::string under;  // ' ', '-' and '^'
  for (const auto& mark : marks) {
    const auto from = column(mark.begin);
    const auto to = std::max(column(mark.end), from + 1);
    columns.push_back(from);
    if (under.size() < to) under.resize(to, ' ');
    for (auto i = from; i < to; ++i) under[i] = mark.primary || under[i] == '^' ? '^' : '-';
  }
  std::string first;
  for (std::size_t i = 0; i < under.size();) {
    const auto stop = std::min(under.find_first_not_of(under[i], i), under.size());
    const auto piece = under.substr(i, stop - i);
    first += under[i] == ' ' ? piece : paint.mark(piece, under[i] == '^');
    i = stop;
  }
  std::vector<std::string> out;
  // The last label stands beside its mark, the others each on a line below theirs.
  if (!marks.back().label.empty()) first += ' ' + paint.mark(marks.back().label, marks.back().primary);
  out.push_back(first);
  for (std::size_t i = marks.size() - 1; i-- > 0;) {
    if (marks[i].label.empty()) continue;
    std::string below;
    std::size_t at = 0;
    for (std::size_t j = 0; j < i; ++j) {
      if (marks[j].label.empty() || columns[j] < at) continue;
      below += std::string(columns[j] - at, ' ') + paint.mark("|", marks[j].primary);
      at = columns[j] + 1;
    }
    below += std::string(columns[i] >= at ? columns[i] - at : 1, ' ') + paint.mark(marks[i].label, marks[i].primary);
    out.push_back(below);
  }
  return out;
}

std::string printable(std::string_view text) {
  auto out = visible(without_url_secrets(text));
  for (auto at = out.find('\n'); at != std::string::npos; at = out.find('\n', at + 1)) out.insert(at + 1, "  ");
  return out;
}

}  // namespace infra
