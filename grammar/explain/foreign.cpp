#include "grammar/explain/foreign.h"

#include <InfraLexer.h>
#include <fmt/format.h>

#include <array>

#include "grammar/scan/source_check.h"

namespace infra {
namespace {
using T = antlr::InfraLexer;

// What comes along from web pages and can't be seen.
struct Invisible {
  std::string_view text;
  std::string_view name;
  std::string_view instead;
};
constexpr std::array<Invisible, 8> kInvisible = {{{"\xC2\xA0", "a no-break space (U+00A0)", " "},
                                                  {"\xE2\x80\x87", "a figure space (U+2007)", " "},
                                                  {"\xE2\x80\xAF", "a narrow no-break space (U+202F)", " "},
                                                  {"\xE2\x80\x8B", "a zero-width space (U+200B)", ""},
                                                  {"\xE2\x80\x8C", "a zero-width non-joiner (U+200C)", ""},
                                                  {"\xE2\x80\x8D", "a zero-width joiner (U+200D)", ""},
                                                  {"\xE2\x81\xA0", "a word joiner (U+2060)", ""},
                                                  {"\xEF\xBB\xBF", "a byte order mark (U+FEFF)", ""}}};
}  // namespace

void Foreign::report(Span span, std::string message, std::string label, std::string help, std::string replacement) {
  auto& added = diagnostics_.error("E0105", span, std::move(message), std::move(label), std::move(help));
  added.fixes.push_back({.span = span, .replacement = std::move(replacement)});
}

Foreign::Meant Foreign::replace(std::uint8_t type, std::uint32_t begin, std::uint32_t end) {
  const Span span{file_, begin, end};
  switch (type) {
    case T::AND_SIGN:
      return word(T::KW_AND, "and", span);
    case T::OR_SIGN:
      return word(T::KW_OR, "or", span);
    case T::NOT_SIGN:
      return word(T::KW_NOT, "not", span);
    case T::ARROW:
      return word(T::COLON, ":", span);
    case T::SINGLE_QUOTED:
      return quoted(span);
    case T::HEREDOC:
      return heredoc(span);
    default:
      return comment(span);
  }
}

Foreign::Meant Foreign::word(std::uint8_t type, std::string_view instead, Span span) {
  const auto written = text_.substr(span.begin, span.end - span.begin);
  // A word needs a blank on both sides.
  const bool word = type != T::COLON;
  const bool glued_left = word && type != T::KW_NOT && span.begin > 0 && text_[span.begin - 1] != ' ';
  const bool glued_right = word && span.end < text_.size() && text_[span.end] != ' ';
  const auto replacement = fmt::format("{}{}{}", glued_left ? " " : "", instead, glued_right ? " " : "");
  report(span, fmt::format("`{}` is written `{}` here", written, instead), fmt::format("write `{}`", instead),
         fmt::format("replace it with `{}`", instead), replacement);
  return {.type = type, .end = span.end};
}

Foreign::Meant Foreign::quoted(Span span) {
  std::string replacement = "\"";
  for (const char c : text_.substr(span.begin + 1, span.end - span.begin - 2)) {
    if (c == '"') replacement += '\\';
    replacement += c;
  }
  report(span, "strings are written in double quotes", "write `\"`", "use double quotes", replacement + '"');
  return {.type = T::STRING, .end = span.end, .damaged = true};
}

// <<EOT … EOT: skipped as a whole.
Foreign::Meant Foreign::heredoc(Span span) {
  diagnostics_.error("E0105", span, "text of several lines is written between `\"\"\"`", "write `\"\"\"`",
                     "begin and end the text with `\"\"\"`; its indentation is stripped");
  auto marker = text_.substr(span.begin + 2, span.end - span.begin - 2);
  if (marker.starts_with('-') || marker.starts_with('~')) marker.remove_prefix(1);
  std::size_t line = text_.find('\n', span.end);
  while (line != std::string_view::npos) {
    const auto begin = text_.find_first_not_of(" \t", line + 1);
    const auto next = text_.find('\n', line + 1);
    if (begin != std::string_view::npos && text_.substr(begin, marker.size()) == marker) {
      return {.type = T::STRING, .end = static_cast<std::uint32_t>(begin + marker.size()), .damaged = true};
    }
    line = next;
  }
  return {.type = T::STRING, .end = span.end, .damaged = true};
}

Foreign::Meant Foreign::comment(Span span) {
  report({file_, span.begin, span.begin + 1}, "comments begin with `//`", "write `//`", "replace `#` with `//`", "//");
  return {.type = 0, .end = span.end};
}

void Foreign::character(std::uint32_t begin, std::uint32_t end) {
  const auto length = utf8_length(text_.substr(begin));
  const Span first{file_, begin, static_cast<std::uint32_t>(begin + std::max<std::size_t>(length, 1))};
  const auto c = text_[begin];
  for (const auto& blank : kInvisible) {
    if (!text_.substr(begin).starts_with(blank.text)) continue;
    auto& added = diagnostics_.error("E0101", first, fmt::format("{} has no meaning here", blank.name), "can't be seen",
                                     blank.instead.empty() ? "remove it" : "write a blank");
    added.fixes.push_back({.span = first, .replacement = std::string(blank.instead)});
    return;
  }
  if (static_cast<unsigned char>(c) >= 0x80) {
    diagnostics_.error(
        "E0101", first, fmt::format("`{}` isn't allowed outside a string", text_.substr(begin, first.end - begin)),
        "unexpected character", "names have ASCII letters, digits and `_`; other text goes between quotes");
    return;
  }
  if (c == '\'') {
    diagnostics_.error("E0103", first, "strings are written in double quotes", "this one isn't closed either",
                       "begin and end the string with `\"`");
    return;
  }
  const bool visible = c > ' ' && c < 0x7F;
  const auto shown = c == '`'  ? std::string("a backtick")
                     : visible ? fmt::format("`{}`", c)
                               : fmt::format("the control character 0x{:02X}", static_cast<unsigned char>(c));
  diagnostics_.error("E0101", {file_, begin, end}, fmt::format("{} has no meaning here", shown), "unexpected character",
                     c == '@' ? "there are no decorators; documentation is written after `///`" : "remove it");
}

}  // namespace infra
