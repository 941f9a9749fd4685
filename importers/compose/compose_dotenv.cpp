#include "importers/compose/compose_dotenv.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/compose/compose_template.h"
#include "importers/section.h"

namespace infra::importing {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }
bool in_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

class DotenvParser {
 public:
  DotenvParser(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  Result<EnvEntries> run() {
    EnvEntries out;
    while (skip_to_key()) {
      auto key = take_key();
      skip_blanks();
      if (key.empty()) return refused("the name of a variable is expected");
      if (ends_line() || text_[at_] == '#') {
        out.emplace_back(std::move(key), std::nullopt);
        skip_line();
        continue;
      }
      if (text_[at_] != '=' && text_[at_] != ':') return refused(fmt::format("{} is no name of a variable", key));
      ++at_;
      skip_blanks();
      auto value = take_value();
      if (!value) return refused(fmt::format("a quote in {} is never closed", key));
      out.emplace_back(std::move(key), *std::move(value));
    }
    return out;
  }

 private:
  [[nodiscard]] bool ends_line() const { return at_ >= text_.size() || text_[at_] == '\n'; }
  void skip_blanks() {
    while (!ends_line() && blank(text_[at_])) ++at_;
  }
  void skip_line() {
    while (!ends_line()) ++at_;
  }

  bool skip_to_key() {
    for (;;) {
      while (at_ < text_.size() && (blank(text_[at_]) || text_[at_] == '\n')) ++at_;
      if (at_ == text_.size()) return false;
      if (text_[at_] != '#') return true;
      skip_line();
    }
  }

  std::string take_key() {
    constexpr std::string_view kExport = "export";
    if (text_.substr(at_).starts_with(kExport) && at_ + kExport.size() < text_.size() &&
        blank(text_[at_ + kExport.size()])) {
      at_ += kExport.size();
      skip_blanks();
    }
    const auto begin = at_;
    while (!ends_line() && in_key(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::optional<std::string> take_value() {
    if (ends_line()) return std::string();
    if (text_[at_] == '\'') return single_quoted();
    if (text_[at_] == '"') return double_quoted();
    return unquoted();
  }

  // To the end of the line, or to a # behind a blank.
  std::string unquoted() {
    const auto begin = at_;
    if (text_[at_] == '#') return skip_line(), std::string();
    while (!ends_line() && !(text_[at_] == '#' && blank(text_[at_ - 1]))) ++at_;
    auto value = text_.substr(begin, at_ - begin);
    skip_line();
    while (!value.empty() && blank(value.back())) value.remove_suffix(1);
    return std::string(value);
  }

  // As it stands, but for \'.
  std::optional<std::string> single_quoted() {
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_.substr(at_, 2) == "\\'") {
        out += text_[++at_];
      } else if (text_[at_] == '\'') {
        skip_line();
        return template_of(out);
      } else {
        out += text_[at_];
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> double_quoted() {
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        skip_line();
        return out;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size())
        out += escape(text_[++at_]);
      else
        out += text_[at_];
    }
    return std::nullopt;
  }

  static std::string escape(char c) {
    constexpr std::string_view kLetters = "abfnrtv", kMeant = "\a\b\f\n\r\t\v";
    if (c == '$') return "$$";
    if (c == '"' || c == '\\') return {c};
    const auto at = kLetters.find(c);
    return at == std::string_view::npos ? std::string{'\\', c} : std::string{kMeant[at]};
  }

  // The value may be a secret: only its line is named.
  [[nodiscard]] Error refused(const std::string& why) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
    return {.code = "E0910",
            .message = one_line(fmt::format("{} can't be read in line {}: {}", name_, line, why)),
            .help = "correct the file; nothing was written",
            .context = {}};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string name_;
};

}  // namespace

Result<EnvEntries> parse_dotenv(const std::string& text, const std::string& name) {
  return DotenvParser(text, name).run();
}

}  // namespace infra::importing
