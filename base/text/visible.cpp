#include "base/text/visible.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace infra {
namespace {

constexpr std::string_view kInstead = "\xEF\xBF\xBD";

struct CodePoints {
  char32_t first, last;
};
constexpr std::array<CodePoints, 10> kObeyed = {{{0x00, 0x1F},
                                                 {0x7F, 0x9F},
                                                 {0x061C, 0x061C},
                                                 {0x200E, 0x200F},
                                                 {0x2028, 0x202E},
                                                 {0x2060, 0x206F},
                                                 {0xFEFF, 0xFEFF},
                                                 {0xFFF9, 0xFFFB},
                                                 {0x1D173, 0x1D17A},
                                                 {0xE0000, 0xE007F}}};

std::size_t length_by_first(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

bool is_style(std::string_view parameter) {
  if (parameter.size() == 1) return parameter[0] >= '0' && parameter[0] <= '4';
  return parameter.size() == 2 && parameter[0] == '3' && parameter[1] >= '1' && parameter[1] <= '6';
}

// The length of a style that this program uses, at the front of the text; 0 if there is none.
std::size_t style_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const auto end = text.substr(0, 16).find('m');
  if (end == std::string_view::npos) return 0;
  auto parameters = text.substr(2, end - 2);
  for (;;) {
    const auto separator = parameters.find(';');
    if (!is_style(parameters.substr(0, separator))) return 0;
    if (separator == std::string_view::npos) return end + 1;
    parameters.remove_prefix(separator + 1);
  }
}

// The bytes from the front that need no look: by far most of what is printed.
std::size_t plain_length(std::string_view text) {
  const auto plain = [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t'; };
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), plain) - text.begin());
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(text[0]);
  const auto length = length_by_first(first);
  if (length == 1) return {.value = first, .length = 1};
  if (length == 0 || text.size() < length) return {};
  char32_t point = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    point = (point << 6U) | (next & 0x3FU);
  }
  if (point < kSmallest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {};
  return {.value = point, .length = length};
}

bool is_obeyed(char32_t c) {
  return std::any_of(kObeyed.begin(), kObeyed.end(), [&](const CodePoints& i) { return c >= i.first && c <= i.last; });
}

std::string visible(std::string_view text, bool styled) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto length = plain_length(text);
    if (length == 0 && styled) length = style_length(text);
    if (length == 0) {
      const auto c = first_code_point(text);
      length = c.length;
      if (is_obeyed(c.value) || (c.value == 0xFFFD && length == 1)) {
        out += kInstead;
        text.remove_prefix(length);
        continue;
      }
    }
    out += text.substr(0, length);
    text.remove_prefix(length);
  }
  return out;
}

std::string visible_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    auto length = plain_length(json);
    if (length == 0) {
      const auto c = first_code_point(json);
      length = c.length;
      if (is_obeyed(c.value) || (c.value == 0xFFFD && length == 1)) {
        out += c.value < 0x10000 ? fmt::format("\\u{:04x}", static_cast<unsigned>(c.value))
                                 : fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + ((c.value - 0x10000U) >> 10U),
                                               0xDC00U + ((c.value - 0x10000U) & 0x3FFU));
        json.remove_prefix(length);
        continue;
      }
    }
    out += json.substr(0, length);
    json.remove_prefix(length);
  }
  return out;
}

}  // namespace infra
