#include "grammar/recovery.h"

namespace infra::antlr {
namespace {

using P = InfraParser;

int nesting(std::size_t type) {
  switch (type) {
    case P::LBRACE:
    case P::LBRACKET:
    case P::LPAREN:
    case P::STRING_INTERPOLATION:
      return 1;
    case P::RBRACE:
    case P::RBRACKET:
    case P::RPAREN:
    case P::INTERPOLATION_CLOSE:
      return -1;
    default:
      return 0;
  }
}

bool goes_on(std::size_t type) {
  return (type >= P::KW_STACK && type <= P::NAME) || type == P::NEWLINE || type == P::SEMICOLON || type == P::RBRACE ||
         type == antlr4::Token::EOF;
}

}  // namespace

void Recovery::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (reported_) return;  // the rules around it see the same error pass
  reported_ = true;
  stop_ = report_(*parser, error);
}

void Recovery::recover(antlr4::Parser* parser, std::exception_ptr error) {
  if (parser->getContext()->getRuleIndex() != P::RuleLine) std::rethrow_exception(error);
  skip_line(*parser->getTokenStream(), parser->getContext()->start->getTokenIndex(), stop_);
  reported_ = false;
}

antlr4::Token* Recovery::recoverInline(antlr4::Parser* parser) { throw antlr4::InputMismatchException(parser); }

// A block goes on after something that begins no item, instead of giving up the whole block.
void Recovery::sync(antlr4::Parser* parser) {
  auto* context = parser->getContext();
  auto& input = *parser->getTokenStream();
  if (context->getRuleIndex() != P::RuleBlock || input.index() == context->start->getTokenIndex()) return;
  while (!goes_on(input.LA(1))) {
    reportError(parser, antlr4::InputMismatchException(parser));
    skip_line(input, input.index(), input.index());
    reported_ = false;
  }
}

// Behind the end of the line that began at `start`, or the one in which `stop` is. Brackets are balanced, so what was
// opened on the way is skipped, too.
void Recovery::skip_line(antlr4::TokenStream& input, std::size_t start, std::size_t stop) {
  input.seek(start);
  for (int depth = 0; input.LA(1) != antlr4::Token::EOF; input.consume()) {
    const auto type = input.LA(1);
    if (depth == 0 && type == P::RBRACE) return;
    depth += nesting(type);
    const bool end = depth == 0 && (type == P::NEWLINE || type == P::SEMICOLON) && input.index() >= stop;
    if (end && input.LA(2) != P::LBRACE) return input.consume();  // else its block is on the next line
  }
}

}  // namespace infra::antlr
