// ANTLR's lexer, one token at a time, without a heap object for each.
#pragma once
#include <InfraLexer.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "grammar/byte_stream.h"

namespace infra::antlr {

class Lexer {
 public:
  explicit Lexer(std::string_view text);

  [[nodiscard]] std::uint32_t at() const { return static_cast<std::uint32_t>(stream_.at()); }
  void seek(std::uint32_t offset) { stream_.seek(offset); }
  // The type of the token at at(), which moves behind it. Each mode takes every byte, so there always is one.
  std::uint8_t next(std::size_t mode);

  static std::string name(std::uint8_t type);

 private:
  ByteStream stream_;
  InfraLexer lexer_;
  antlr4::atn::LexerATNSimulator* simulator_;
};

}  // namespace infra::antlr
