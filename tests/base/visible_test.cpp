// What a terminal would obey is shown instead.
#include <catch2/catch.hpp>

#include "base/text/visible.h"
#include "base/values/codec.h"

namespace infra {
namespace {

constexpr const char* kShown = "\xEF\xBF\xBD";

std::string in_utf8(char32_t c) {
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  if (c < 0x10000)
    return {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
  return {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
          static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
}

}  // namespace

TEST_CASE("no control character and no mark of direction is left in a text") {
  for (char32_t c = 0; c < 0xA0; ++c) {
    if (c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7F)) continue;
    CHECK(visible("a" + in_utf8(c) + "b") == std::string("a") + kShown + "b");
  }
  for (const char32_t c : {0x061Cu, 0x200Eu, 0x200Fu, 0x2028u, 0x202Eu, 0x2066u, 0x2069u, 0xFEFFu, 0xE0041u})
    CHECK(visible(in_utf8(c)) == kShown);
}

TEST_CASE("what people write is left as it is") {
  for (const auto* text : {"plain\n\ttext", "Grüße, 世界 👩‍👩‍👧 é", "עברית عربي", "§ ✓ ━ …"})
    CHECK(visible(text) == text);
}

TEST_CASE("a byte that is no UTF-8 is shown, for a terminal may take it for a control") {
  CHECK(visible("a\x9b"
                "31mb") == std::string("a") + kShown + "31mb");
  CHECK(visible("\xc0\x9b") == std::string(kShown) + kShown);  // ESC in a form that is too long
  CHECK(visible("\xe2\x80") == std::string(kShown) + kShown);
}

TEST_CASE("only the program's own styles are left, and only where they are expected") {
  CHECK(visible("\x1b[1;31merror\x1b[0m", true) == "\x1b[1;31merror\x1b[0m");
  CHECK(visible("\x1b[1;31merror\x1b[0m") == std::string(kShown) + "[1;31merror" + kShown + "[0m");
  for (const auto* other : {"\x1b[2J", "\x1b[8m", "\x1b[5m", "\x1b[48;5;1m", "\x1b[;m", "\x1b[m", "\x1b[31;m",
                            "\x1b]0;t\x07", "\x1b[31", "\x1b[1111111111111111111m", "\x1b", "\x1b[?25l"}) {
    CAPTURE(other);
    CHECK(visible(other, true).find('\x1b') == std::string::npos);
  }
}

TEST_CASE("JSON says the same when nothing in it is obeyed") {
  const std::string json =
      "{\"a\":\"x\xC2\x9B\xE2\x80\xAE\xF3\xA0\x81\x81\x7F"
      "é\"}";
  const auto safe = visible_json(json);
  CHECK(safe == "{\"a\":\"x\\u009b\\u202e\\udb40\\udc41\\u007fé\"}");
  CHECK(*from_plain_json(safe) == *from_plain_json(json));
}

}  // namespace infra
