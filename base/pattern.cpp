#include "base/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <regex>
#include <vector>

namespace infra {
namespace {

constexpr std::size_t kLongestPattern = 4'000;   // what compiles it goes as deep as it is long
constexpr std::uint64_t kMostStates = 5'000;     // what matches goes as deep as there are states
constexpr std::uint64_t kMostWork = 50'000'000;  // states times characters: about a second
constexpr std::size_t kDeepestGroup = 100;
constexpr std::uint64_t kHuge = std::uint64_t{1} << 40U;

// How large the automaton of an expression gets, about: `{2,63}` repeats what stands before it.
class Measure {
 public:
  explicit Measure(std::string_view regex) : regex_(regex) {
    while (at_ < regex_.size()) step();
    while (groups_.size() > 1) close();
  }
  [[nodiscard]] std::uint64_t states() const { return groups_.front().all + groups_.front().last; }
  [[nodiscard]] std::size_t deepest() const { return deepest_; }
  // Each looks at the rest of the text again, and those inside it once more.
  [[nodiscard]] std::size_t lookaheads() const { return lookaheads_; }

 private:
  struct Group {
    std::uint64_t all = 0;
    std::uint64_t last = 0;  // of what a repetition would repeat
    bool lookahead = false;
  };

  void step() {
    const char c = regex_[at_++];
    if (c == '(') return open();
    if (c == ')') return close();
    if (c == '{') return repeat();
    if (c == '\\') ++at_;
    if (c == '[') skip_class();
    if (c != '*' && c != '+' && c != '?') add(1);
  }
  void add(std::uint64_t states) {
    groups_.back().all = std::min(groups_.back().all + groups_.back().last, kHuge);
    groups_.back().last = states;
  }
  void open() {
    const auto rest = regex_.substr(at_);
    groups_.push_back({.lookahead = rest.starts_with("?=") || rest.starts_with("?!")});
    deepest_ = std::max(deepest_, groups_.size());
    lookaheads_ =
        std::max(lookaheads_, static_cast<std::size_t>(std::count_if(groups_.begin(), groups_.end(),
                                                                     [](const Group& g) { return g.lookahead; })));
  }
  void close() {
    if (groups_.size() == 1) return;
    const auto inside = groups_.back().all + groups_.back().last + 1;
    groups_.pop_back();
    add(std::min(inside, kHuge));
  }
  void repeat() {
    std::uint64_t times = 1, number = 0;
    for (; at_ < regex_.size() && regex_[at_] != '}'; ++at_) {
      const char c = regex_[at_];
      number = c >= '0' && c <= '9' ? std::min(number * 10 + static_cast<std::uint64_t>(c - '0'), kHuge >> 8U) : 0;
      times = std::max(times, number);
    }
    ++at_;
    auto& last = groups_.back().last;
    last = last > kHuge / times ? kHuge : last * times;
  }
  void skip_class() {
    for (; at_ < regex_.size() && regex_[at_] != ']'; ++at_) {
      if (regex_[at_] == '\\') ++at_;
      if (const auto end = regex_.find(":]", at_); regex_.substr(at_).starts_with("[:") && end != std::string::npos)
        at_ = end + 1;
    }
    ++at_;
  }

  std::string_view regex_;
  std::size_t at_ = 0;
  std::vector<Group> groups_ = {{}};
  std::size_t deepest_ = 1;
  std::size_t lookaheads_ = 0;
};

// Characters, so that `.` and `[é]` mean one; what is no UTF-8 stands for itself.
std::wstring characters(std::string_view text) {
  std::wstring out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    const unsigned more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    std::uint32_t code = more == 0 ? lead : lead & (0x3FU >> more);
    for (unsigned n = 0; n < more && i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U; ++n)
      code = code << 6U | (static_cast<unsigned char>(text[i++]) & 0x3FU);
    out += static_cast<wchar_t>(code);
  }
  return out;
}

Error problem(const std::string& regex, std::string_view why) {
  return {.code = "E0303", .message = fmt::format("{} {}", pattern_text(regex), why)};
}

}  // namespace

Result<bool> matches_whole(const std::string& text, const std::string& regex) {
  const Measure measure(regex);
  if (regex.size() > kLongestPattern || measure.states() > kMostStates || measure.deepest() > kDeepestGroup)
    return Error{.code = "E0303", .message = "the regular expression is too large: let it repeat less"};
  std::uint64_t work = measure.states() + 1;
  for (std::size_t i = 0; i <= measure.lookaheads() && work <= kMostWork; ++i) work *= text.size() + 1;
  if (work > kMostWork) return problem(regex, fmt::format("can't be looked for in a text of {} bytes", text.size()));
  try {
    // The library's other way of matching tries every path, which `(y*)*z` has more of than there is time for.
    const std::wregex compiled(characters(regex), std::regex::ECMAScript | std::regex_constants::__polynomial);
    return std::regex_match(characters(text), compiled);
  } catch (const std::regex_error& e) {
    const bool back = e.code() == std::regex_constants::error_complexity;
    return problem(regex, back ? "refers back to what it has matched (\\1), which isn't supported"
                               : "is no valid regular expression");
  }
}

std::string pattern_text(const std::string& regex) {
  std::string out = "/";
  for (std::size_t i = 0; i < regex.size(); ++i) {
    if (regex[i] == '/') out += '\\';
    out += regex[i];
    if (regex[i] == '\\' && i + 1 < regex.size()) out += regex[++i];
  }
  return out + "/";
}

}  // namespace infra
