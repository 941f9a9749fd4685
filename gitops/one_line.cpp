#include "gitops/one_line.h"

#include <optional>

namespace infra {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

int sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

bool is_scalar(char32_t c, int length) {
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return c >= kSmallest[length] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

// Takes one code point from the front; what isn't UTF-8 costs one byte and gives U+FFFD.
char32_t take(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const int length = sequence_length(lead);
  if (length == 0 || text.size() < static_cast<std::size_t>(length)) {
    text.remove_prefix(1);
    return kReplacement;
  }
  char32_t point = length == 1 ? lead : lead & (0x7FU >> static_cast<unsigned>(length));
  for (std::size_t i = 1; i < static_cast<std::size_t>(length); ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) {
      text.remove_prefix(1);
      return kReplacement;
    }
    point = (point << 6U) | (next & 0x3FU);
  }
  if (!is_scalar(point, length)) {
    text.remove_prefix(1);
    return kReplacement;
  }
  text.remove_prefix(static_cast<std::size_t>(length));
  return point;
}

// A terminal may obey these, or show the line in another order than it is written.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0xFEFF;
}

void put(std::string& out, char32_t c) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t count = 0;
  bool blank = false;
  while (!text.empty()) {
    const char32_t c = take(text);
    if (c == ' ' || is_control(c)) {
      blank = true;
      continue;
    }
    const std::size_t needs = blank && count != 0 ? 2 : 1;
    if (count + needs > most) return out + "…";
    if (needs == 2) out += ' ';
    put(out, c);
    count += needs;
    blank = false;
  }
  return out;
}

}  // namespace infra
