#include <fmt/format.h>

#include "base/text/pattern.h"
#include "compiler/functions/families.h"
#include "compiler/functions/functions.h"

namespace infra {
namespace {

std::string map_chars(std::string text, int (*change)(int)) {
  for (char& c : text) {
    // ASCII only: other letters stay as they are, so that the result doesn't depend on a locale.
    if (static_cast<unsigned char>(c) < 0x80) c = static_cast<char>(change(static_cast<unsigned char>(c)));
  }
  return text;
}

Value upper(const List& a) {
  return map_chars(text_at(a, 0), [](int c) { return std::toupper(c); });
}
Value lower(const List& a) {
  return map_chars(text_at(a, 0), [](int c) { return std::tolower(c); });
}

Value trim(const List& a) {
  const auto& text = text_at(a, 0);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Value split(const List& a) {
  const auto& text = text_at(a, 0);
  const auto& separator = text_at(a, 1);
  if (separator.empty()) throw FunctionError{"can't split at an empty separator"};
  List out;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = text.find(separator, from)) != std::string::npos; from = at + separator.size()) {
    out.emplace_back(text.substr(from, at - from));
  }
  out.emplace_back(text.substr(from));
  return out;
}

Value join_texts(const List& a) {
  const std::string separator = a.size() > 1 ? text_at(a, 1) : "";
  std::string out;
  bool first = true;
  for (const auto& item : list_at(a, 0)) {
    if (!first) out += separator;
    first = false;
    const auto text = to_text(item);
    if (!text) throw FunctionError{fmt::format("a {} can't be part of a text", type_name(item))};
    out += *text;
    if (out.size() > kLongestText) throw FunctionError{"the text that `join` makes is too long"};
  }
  return out;
}

Value replace(const List& a) {
  const auto& text = text_at(a, 0);
  const auto& from = text_at(a, 1);
  const auto& to = text_at(a, 2);
  if (from.empty()) throw FunctionError{"can't replace an empty text"};
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = 0; (at = text.find(from, done)) != std::string::npos; done = at + from.size()) {
    out.append(text, done, at - done);
    out += to;
    if (out.size() > kLongestText) throw FunctionError{"the text that `replace` makes is too long"};
  }
  return out.append(text, done);
}

Value starts_with(const List& a) { return text_at(a, 0).starts_with(text_at(a, 1)); }
Value ends_with(const List& a) { return text_at(a, 0).ends_with(text_at(a, 1)); }

Value matches(const List& a) {
  const auto out = matches_whole(text_at(a, 0), text_at(a, 1));
  if (!out) throw FunctionError{out.error().message};
  return *out;
}

// "{}" in turn by the arguments; "{{" and "}}" are braces.
Value format(const List& a) {
  const auto& pattern = text_at(a, 0);
  std::string out;
  std::size_t next = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool doubled = i + 1 < pattern.size() && pattern[i + 1] == pattern[i];
    if ((pattern[i] == '{' || pattern[i] == '}') && doubled) {
      out += pattern[i++];
    } else if (pattern[i] == '{' && i + 1 < pattern.size() && pattern[i + 1] == '}') {
      if (next >= a.size()) throw FunctionError{"`format` has more {} than values"};
      out += to_text(a[next]).value_or(to_source(a[next]));
      ++next;
      ++i;
    } else {
      out += pattern[i];
    }
  }
  if (next != a.size()) throw FunctionError{"`format` has more values than {}"};
  return out;
}

Value indent(const List& a) {
  const auto width = std::clamp<std::int64_t>(int_at(a, 1), 0, 200);
  const std::string blanks(static_cast<std::size_t>(width), ' ');
  std::string out;
  bool at_start = true;
  for (const char c : text_at(a, 0)) {
    if (at_start && c != '\n') out += blanks;
    out += c;
    if (out.size() > kLongestText) throw FunctionError{"the text that `indent` makes is too long"};
    at_start = c == '\n';
  }
  return out;
}

Value interpolate(const List& a) {
  std::string out;
  for (const auto& part : a) {
    auto text = to_text(part);
    if (!text) throw FunctionError{fmt::format("a {} can't be part of a text", type_name(part))};
    out += *text;
    if (out.size() > kLongestText) throw FunctionError{"this text is longer than 16MiB"};
  }
  return out;
}

}  // namespace

std::vector<Function> text_functions() {
  return {
      {"upper", "(String) -> String", "The text in upper case (ASCII letters).", upper},
      {"lower", "(String) -> String", "The text in lower case (ASCII letters).", lower},
      {"trim", "(String) -> String", "The text without blanks and newlines at its ends.", trim},
      {"split", "(String, String) -> List<String>", "The parts between a separator.", split},
      {"join", "(List<Text>, String?) -> String", "The elements as one text, with a separator between them.",
       join_texts},
      {"replace", "(String, String, String) -> String", "Every occurrence replaced.", replace},
      {"starts_with", "(String, String) -> Bool", "Does the text start with this?", starts_with},
      {"ends_with", "(String, String) -> Bool", "Does the text end with this?", ends_with},
      {"matches", "(String, String) -> Bool",
       "Does the whole text match the regular expression? RE2's: no look-ahead, no back-references.", matches},
      {"format", "(String, Value...) -> String", "Each {} replaced by a value in turn.", format},
      {"indent", "(String, Int) -> String", "Every line indented by so many blanks.", indent},
      {"interpolate", "(Any...) -> String", "The values joined as they are in a text; \"${a}b\" means this.",
       interpolate},
  };
}

}  // namespace infra
