// The scanner's tokens as ANTLR's token stream.
#pragma once
#include <antlr4-runtime.h>

#include <string>
#include <vector>

#include "grammar/scan/token.h"

namespace infra::antlr {

class StreamToken : public antlr4::Token {
 public:
  StreamToken(const infra::Token& token, std::uint32_t index)
      : begin(token.begin), end(token.end), index_(index), type_(token.type) {}

  std::uint32_t begin, end;

  std::string getText() const override { return {}; }
  [[nodiscard]] std::size_t type() const { return type_ == kEndOfFile ? antlr4::Token::EOF : type_; }
  std::size_t getType() const override { return type(); }
  std::size_t getLine() const override { return 0; }
  std::size_t getCharPositionInLine() const override { return 0; }
  std::size_t getChannel() const override { return DEFAULT_CHANNEL; }
  std::size_t getTokenIndex() const override { return index_; }
  std::size_t getStartIndex() const override { return begin; }
  std::size_t getStopIndex() const override { return end - std::size_t{1}; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }
  std::string toString() const override { return {}; }

 private:
  std::uint32_t index_;
  std::uint8_t type_;
};

// The messages are made from the scanner's tokens, so nothing here has to give text.
class TokenStream : public antlr4::TokenStream {
 public:
  explicit TokenStream(const std::vector<infra::Token>& tokens);

  void consume() override { at_ = at_ + 1 < tokens_.size() ? at_ + 1 : at_; }
  std::size_t LA(ssize_t i) override { return i == 1 ? tokens_[at_].type() : LT(i)->getType(); }
  antlr4::Token* LT(ssize_t k) override { return k == 1 ? &tokens_[at_] : far(k); }
  ssize_t mark() override { return 0; }
  void release(ssize_t /*marker*/) override {}
  std::size_t index() override { return at_; }
  void seek(std::size_t index) override { at_ = index; }
  std::size_t size() override { return tokens_.size(); }
  std::string getSourceName() const override { return {}; }
  antlr4::Token* get(std::size_t index) const override;
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getText(const antlr4::misc::Interval& /*interval*/) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext* /*context*/) override { return {}; }
  std::string getText(antlr4::Token* /*start*/, antlr4::Token* /*stop*/) override { return {}; }

 private:
  antlr4::Token* far(ssize_t k) const;

  mutable std::vector<StreamToken> tokens_;
  std::size_t at_ = 0;
};

}  // namespace infra::antlr
