// What the generated parser is built on: ANTLR's, with a limit to its recursion.
#pragma once
#include <antlr4-runtime.h>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace infra::antlr {

// Thrown like a syntax error, so that the parser unwinds to the line and reports it.
class TooDeep : public antlr4::RecognitionException {
 public:
  TooDeep(antlr4::Parser* parser, antlr4::Token* at)
      : RecognitionException(parser, parser->getInputStream(), parser->getContext(), at) {}
};

// Brackets are counted before parsing; this bounds what nests without them, such as `a ? a ? a ? …` and `List<List<…`.
class ParserBase : public antlr4::Parser {
 public:
  static constexpr std::size_t kMostRules = 1'500;

  using Parser::Parser;

  void enterRule(antlr4::ParserRuleContext* context, std::size_t state, std::size_t rule) override {
    if (depth_ >= kMostRules) throw TooDeep(this, getCurrentToken());
    ++depth_;
    Parser::enterRule(context, state, rule);
  }
  // These two hide ANTLR's, which the generated code would call otherwise: theirs look up a type and make a
  // std::function for each rule, which is a tenth of all parsing.
  void exitRule() {
    --depth_;
    _ctx->stop = _input->LT(_matchedEOF ? 1 : -1);
    setState(_ctx->invokingState);
    _ctx = static_cast<antlr4::ParserRuleContext*>(_ctx->parent);
  }
  template <class F>
  static auto finally(F&& action) {
    struct Guard {
      std::decay_t<F> action;
      ~Guard() { action(); }
    };
    return Guard{std::forward<F>(action)};
  }

 private:
  std::size_t depth_ = 0;
};

}  // namespace infra::antlr
