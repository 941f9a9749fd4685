// ANTLR's lexer, one token at a time, without a heap object for each.
#pragma once
#include <InfraLexer.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/scan/byte_stream.h"

namespace infra::antlr {

// ANTLR finds each transition of its automaton in a hash table behind a lock, which took half of all parsing. This
// keeps those that a file uses in a flat table; what they are is still ANTLR's to say.
class Automaton : public antlr4::atn::LexerATNSimulator {
 public:
  explicit Automaton(InfraLexer& lexer);

  struct Match {
    std::uint8_t type = 0;
    std::size_t end = 0;
  };
  // The longest token at `at`. Each mode takes every byte, so there always is one.
  Match match_at(std::string_view text, std::size_t at, std::size_t mode);

 private:
  using State = std::int16_t;
  static constexpr State kUnknown = -1, kDead = -2;
  struct Row {
    antlr4::dfa::DFAState* state = nullptr;
    std::uint8_t accepts = 0;
    std::array<State, 256> next{};
  };
  State row_of(antlr4::dfa::DFAState* state);
  State find(State from, unsigned char byte);

  std::vector<Row> rows_;
  std::array<State, 4> start_{};  // by mode
  ByteStream nothing_{{}};
};

class Lexer {
 public:
  explicit Lexer(std::string_view text);

  [[nodiscard]] std::uint32_t at() const { return static_cast<std::uint32_t>(at_); }
  void seek(std::uint32_t offset) { at_ = offset; }
  // The type of the token at at(), which moves behind it.
  std::uint8_t next(std::size_t mode);

  static std::string name(std::uint8_t type);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  ByteStream stream_;
  InfraLexer lexer_;
  Automaton automaton_;
};

}  // namespace infra::antlr
