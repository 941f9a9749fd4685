#include "base/text/text_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace infra {
namespace {

constexpr std::size_t kContext = 3;
// Cells of the table of common lines; beyond that the middle is shown as wholly replaced.
constexpr std::size_t kMostCells = 4'000'000;

using Lines = std::vector<std::string_view>;

// Each with its newline, so that a last line without one differs from one with it.
Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

struct Step {
  char sign = ' ';  // ' ' in both, '-' only before, '+' only after
  std::string_view line;
};
using Steps = std::vector<Step>;

// The longest common subsequence of the lines between what both have at their ends.
class Comparison {
 public:
  Comparison(Lines before, Lines after) : a_(std::move(before)), b_(std::move(after)) {}

  Steps run() {
    std::size_t same = 0;
    while (same < std::min(a_.size(), b_.size()) && a_[same] == b_[same]) ++same;
    std::size_t tail = 0;
    while (tail < std::min(a_.size(), b_.size()) - same && a_[a_.size() - 1 - tail] == b_[b_.size() - 1 - tail]) ++tail;
    for (std::size_t i = 0; i < same; ++i) out_.push_back({' ', a_[i]});
    middle(same, a_.size() - tail, b_.size() - tail);
    for (std::size_t i = a_.size() - tail; i < a_.size(); ++i) out_.push_back({' ', a_[i]});
    return std::move(out_);
  }

 private:
  void middle(std::size_t from, std::size_t a_end, std::size_t b_end) {
    const auto rows = a_end - from, columns = b_end - from;
    if (rows * columns > kMostCells) return replaced(from, a_end, b_end);
    std::vector<std::uint32_t> common((rows + 1) * (columns + 1));  // from each pair of lines to the ends
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return common[i * (columns + 1) + j]; };
    for (auto i = rows; i-- > 0;) {
      for (auto j = columns; j-- > 0;) {
        at(i, j) = a_[from + i] == b_[from + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
    std::size_t i = 0, j = 0;
    while (i < rows || j < columns) {
      if (i < rows && j < columns && a_[from + i] == b_[from + j]) {
        out_.push_back({' ', a_[from + i]});
        ++i, ++j;
      } else if (j == columns || (i < rows && at(i + 1, j) >= at(i, j + 1))) {
        out_.push_back({'-', a_[from + i++]});
      } else {
        out_.push_back({'+', b_[from + j++]});
      }
    }
  }

  void replaced(std::size_t from, std::size_t a_end, std::size_t b_end) {
    for (auto i = from; i < a_end; ++i) out_.push_back({'-', a_[i]});
    for (auto j = from; j < b_end; ++j) out_.push_back({'+', b_[j]});
  }

  Lines a_, b_;
  Steps out_;
};

std::string range(std::size_t first, std::size_t count) {
  return count == 1 ? fmt::format("{}", first) : fmt::format("{},{}", count == 0 ? first - 1 : first, count);
}

struct Hunks {
  const Steps& steps;
  std::string out = {};
  std::size_t a_line = 1, b_line = 1;  // of the next step

  void skip(std::size_t first, std::size_t last) {
    a_line += last - first;
    b_line += last - first;
  }
  void hunk(std::size_t first, std::size_t last) {
    std::size_t a = 0, b = 0;
    std::string text;
    for (auto i = first; i < last; ++i) {
      a += steps[i].sign != '+' ? 1 : 0;
      b += steps[i].sign != '-' ? 1 : 0;
      text += steps[i].sign;
      text += steps[i].line;
      if (!steps[i].line.ends_with('\n')) text += "\n\\ No newline at end of file\n";
    }
    out += fmt::format("@@ -{} +{} @@\n{}", range(a_line, a), range(b_line, b), text);
    a_line += a;
    b_line += b;
  }
};

}  // namespace

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const auto steps = Comparison(lines_of(before), lines_of(after)).run();
  Hunks hunks{steps};
  std::size_t done = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].sign == ' ') continue;
    const auto first = std::max(done, i > kContext ? i - kContext : 0);
    auto last = i + 1;  // behind the last change that is near enough to stand in the same hunk
    for (auto j = last; j < steps.size() && j <= last + 2 * kContext; ++j) {
      if (steps[j].sign != ' ') last = j + 1;
    }
    const auto end = std::min(last + kContext, steps.size());
    hunks.skip(done, first);
    hunks.hunk(first, end);
    done = end;
    i = end - 1;
  }
  return fmt::format("--- {0}\n+++ {0}\n{1}", path, hunks.out);
}

}  // namespace infra
