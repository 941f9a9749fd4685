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

}  // namespace

void Recovery::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (reported_) return;  // the rules around it see the same error pass
  reported_ = true;
  report_(*parser, error);
}

void Recovery::recover(antlr4::Parser* parser, std::exception_ptr error) {
  if (parser->getContext()->getRuleIndex() != P::RuleLine) std::rethrow_exception(error);
  skip_line(*parser);
  reported_ = false;
}

antlr4::Token* Recovery::recoverInline(antlr4::Parser* parser) { throw antlr4::InputMismatchException(parser); }

// Behind the end of the line that the rule began with. Brackets are balanced, so what the line opened is skipped, too.
void Recovery::skip_line(antlr4::Parser& parser) {
  auto& input = *parser.getTokenStream();
  const auto stop = input.index();
  input.seek(parser.getContext()->start->getTokenIndex());
  for (int depth = 0; input.LA(1) != antlr4::Token::EOF; input.consume()) {
    const auto type = input.LA(1);
    if (depth == 0 && type == P::RBRACE) return;
    depth += nesting(type);
    const bool end = depth == 0 && (type == P::NEWLINE || type == P::SEMICOLON);
    if (end && input.index() >= stop) return input.consume();
  }
}

}  // namespace infra::antlr
