#include "grammar/lexer.h"

namespace infra::antlr {

Lexer::Lexer(std::string_view text)
    : stream_(text), lexer_(&stream_), simulator_(lexer_.getInterpreter<antlr4::atn::LexerATNSimulator>()) {}

std::uint8_t Lexer::next(std::size_t mode) { return static_cast<std::uint8_t>(simulator_->match(&stream_, mode)); }

std::string Lexer::name(std::uint8_t type) {
  ByteStream empty({});
  return InfraLexer(&empty).getVocabulary().getSymbolicName(type);
}

}  // namespace infra::antlr
