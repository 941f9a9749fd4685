// What the scanner makes and the parser reads.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace infra {

struct Token {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;  // begin == end: put in by the scanner, nothing of the file
  std::uint8_t type = 0;  // antlr::InfraLexer's
  bool first_on_line = false;
  bool repaired = false;  // the scanner reported something here; the parser keeps quiet about it
};

inline constexpr std::uint8_t kEndOfFile = 255;

struct Doc {
  std::uint32_t token = 0;  // the index of the token that it stands before
  std::string text;
};

struct Tokens {
  std::vector<Token> all;  // the last one is the end of the file
  std::vector<Doc> docs;   // by token
  bool open_end = false;   // the text ends inside of brackets or a string, which were closed for it
};

}  // namespace infra
