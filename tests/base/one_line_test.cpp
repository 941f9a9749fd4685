#include "base/text/one_line.h"

#include <catch2/catch.hpp>

using infra::one_line;

TEST_CASE("a line of strangers' text is safe to show") {
  struct Row {
    std::string given, shown;
  };
  const Row rows[] = {
      {"raise replicas", "raise replicas"},
      {"", ""},
      {"  two\n\nlines\t here \r\n", "two lines here"},
      {"\x1b[31mred\x1b[0m", "[31mred [0m"},
      {"\x1b]0;title\x07 done", "]0;title done"},
      {"caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x9a\x80", "caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x9a\x80"},
      {"a\xe2\x80\xae"
       "b",
       "a b"},  // right-to-left override
      {"a\xc2\x9b"
       "31mb",
       "a 31mb"},  // CSI as one C1 character
      {"bad \xff\xfe utf", "bad \xef\xbf\xbd\xef\xbf\xbd utf"},
      {"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd"},
      {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                  // overlong '/'
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},  // a surrogate
      {std::string("nul\0byte", 8), "nul byte"},
  };
  for (const auto& row : rows) CHECK(one_line(row.given) == row.shown);
}

TEST_CASE("a long line is cut by code points, not in the middle of one") {
  CHECK(one_line("abcdef", 6) == "abcdef");
  CHECK(one_line("abcdefg", 6) == "abcdef\xe2\x80\xa6");
  CHECK(one_line("\xc3\xa9\xc3\xa9\xc3\xa9", 2) == "\xc3\xa9\xc3\xa9\xe2\x80\xa6");
  CHECK(one_line("ab cd", 2) == "ab\xe2\x80\xa6");
}
