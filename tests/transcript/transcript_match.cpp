#include <regex>
#include <string_view>

#include "tests/transcript/transcript.h"

namespace infra::transcript {
namespace {

constexpr std::string_view kGlob = " (glob)";
constexpr std::string_view kAnyLines = "...";

// * is any text; everything else stands for itself.
bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

// What differs from run to run as a pattern: times of day, how long something took, identities, the ends of names.
std::string steady(const std::string& line) {
  static const std::regex kVolatile(
      R"(^\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\b(in|after) \d+\.\ds\b|\b[0-9a-f]{12,}\b|\b\d+-[a-z0-9]{6}\b)");
  auto pattern = std::regex_replace(line, kVolatile, "*");
  return pattern == line ? line : pattern + std::string(kGlob);
}

bool line_matches(std::string_view pattern, std::string_view line) {
  if (pattern == line) return true;
  if (!pattern.ends_with(kGlob)) return false;
  pattern.remove_suffix(kGlob.size());
  return glob_matches(pattern, line);
}

bool matches_from(const std::vector<std::string>& patterns, std::size_t p, const std::vector<std::string>& lines,
                  std::size_t l) {
  for (; p < patterns.size(); ++p, ++l) {
    if (patterns[p] == kAnyLines) {
      for (std::size_t skip = l; skip <= lines.size(); ++skip) {
        if (matches_from(patterns, p + 1, lines, skip)) return true;
      }
      return false;
    }
    if (l >= lines.size() || !line_matches(patterns[p], lines[l])) return false;
  }
  return l == lines.size();
}

}  // namespace

bool matches(const std::vector<std::string>& patterns, const std::vector<std::string>& lines) {
  return matches_from(patterns, 0, lines, 0);
}

std::vector<std::string> renewed(const std::vector<std::string>& patterns, const std::vector<std::string>& lines) {
  std::vector<std::string> out;
  std::size_t next = 0;
  for (const auto& line : lines) {
    std::string kept = steady(line);
    for (std::size_t p = next; p < patterns.size(); ++p) {
      if (!line_matches(patterns[p], line)) continue;
      kept = patterns[p];
      next = p + 1;
      break;
    }
    out.push_back(std::move(kept));
  }
  return out;
}

}  // namespace infra::transcript
