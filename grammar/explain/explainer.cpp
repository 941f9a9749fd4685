#include "grammar/explain/explainer.h"

#include <InfraParser.h>
#include <fmt/format.h>

#include <algorithm>

#include "grammar/scan/token_stream.h"

namespace infra {

using P = antlr::InfraParser;

Diagnostic explain(const SyntaxError& error) { return Explainer(error).explain(); }

std::size_t blamed_token(const std::vector<Token>& tokens, std::size_t line_start, std::size_t at) {
  if (at <= line_start + 1) return at;
  if (tokens[at - 1].type == P::NEWLINE) return at - 1;
  const auto& before = tokens[at - 1];
  const bool statement = before.type >= P::KW_STACK && before.type <= P::KW_EXISTING;
  const bool attribute = before.type == P::NAME && tokens[at].type == P::ASSIGN;
  const bool item = before.first_on_line && (statement || attribute) && at - 1 > line_start;
  return item && tokens[at - 2].type == P::NEWLINE ? at - 2 : at;
}

Diagnostic Explainer::explain() const {
  if (auto message = habit()) return *message;
  if (rule() == P::RuleLine && found().type == P::NEWLINE) return value();  // an operator ends the line
  switch (rule()) {
    case P::RuleLine:
      return after_item();
    case P::RuleBlock:
      return in_block();
    case P::RuleItem:
      return e_.rules.front().first == e_.at ? item_expected() : item_begun();
    case P::RuleElseItem:
      return otherwise();
    case P::RuleAnyName:
    case P::RuleItemName:
    case P::RuleLabel:
      return name();
    case P::RuleClause:
      return clause();
    case P::RuleOperand:
      return value();
    case P::RuleExpr:
      return no_value();
    case P::RuleList:
      return list();
    case P::RuleSuffix:
      return parentheses();
    case P::RuleMap:
      return map();
    case P::RuleMapEntry:
      return map_entry();
    case P::RuleMapKey:
    case P::RuleKeyName:
      return key();
    case P::RuleString:
    case P::RulePart:
      return string();
    case P::RuleTypeExpr:
    case P::RuleTypeMember:
    case P::RuleRefinement:
    case P::RuleRecord:
    case P::RuleField:
      return type();
    default:
      return rule() <= P::RuleElseItem ? statement() : generic();
  }
}

Token Explainer::token(std::size_t i) const {
  const auto& all = *e_.tokens;
  return i < all.size() ? all[i] : all.back();
}

bool Explainer::is(std::initializer_list<std::size_t> types) const {
  return std::find(types.begin(), types.end(), found().type) != types.end();
}

bool Explainer::ends() const {
  return is({P::NEWLINE, P::SEMICOLON, P::RBRACE, P::RBRACKET, P::RPAREN, P::INTERPOLATION_CLOSE, kEndOfFile});
}

bool Explainer::begins_value() const {
  const auto type = found().type;
  return (type >= P::KW_STACK && type <= P::KW_EXISTING) || (type >= P::KW_TRUE && type <= P::TEXT_OPEN) ||
         is({P::LBRACE, P::LBRACKET, P::LPAREN});
}

std::size_t Explainer::rule(std::size_t n) const {
  return n < e_.rules.size() ? e_.rules[n].rule : std::size_t{P::RuleLine};
}

const OpenRule* Explainer::enclosing(std::size_t rule) const {
  const auto found = std::find_if(e_.rules.begin(), e_.rules.end(), [&](const OpenRule& r) { return r.rule == rule; });
  return found == e_.rules.end() ? nullptr : &*found;
}

bool Explainer::inside(std::size_t rule) const { return enclosing(rule) != nullptr; }

std::string Explainer::what() const {
  const auto t = found();
  switch (t.type) {
    case kEndOfFile:
      return "the end of the file";
    case P::NEWLINE:
      if (t.begin != t.end) return "the end of the line";
      return after().type == kEndOfFile ? "the end of the file" : fmt::format("`{}`", text(after()));
    case P::STRING:
    case P::STRING_OPEN:
    case P::TEXT_OPEN:
      return "a string";
    case P::STRING_CHARS:
    case P::STRING_CLOSE:
    case P::TEXT_CLOSE:
      return "the rest of a string";
    case P::INT:
    case P::FLOAT:
    case P::QUANTITY:
    case P::PERCENT:
    case P::ADDRESS:
      return fmt::format("{}", text(t));
    case P::REGEX:
      return "a regular expression";
    default:
      return fmt::format("`{}`", text(t));
  }
}

std::string Explainer::previous() const {
  if (e_.at == 0) return {};
  const auto t = before();
  if (t.type == P::NEWLINE || t.type == P::SEMICOLON || t.begin == t.end) return {};
  if (t.type == P::STRING || t.type == P::STRING_CLOSE || t.type == P::TEXT_CLOSE) return " after the string";
  return fmt::format(" after `{}`", text(t));
}

// A line's end is shown right behind its last word, the end of a block at its brace.
Span Explainer::here() const {
  const auto t = found();
  if (t.type != P::NEWLINE && t.type != kEndOfFile) return span(t);
  if (t.type == P::NEWLINE && t.begin == t.end && after().type != kEndOfFile) return span(after());
  auto end = e_.at == 0 ? t.begin : before().end;
  for (std::size_t i = e_.at; i > 0 && token(i - 1).begin == token(i - 1).end; --i) end = token(i - 1).end;
  return {e_.file, end, end};
}

Diagnostic Explainer::make(std::string code, std::string message, std::string label, std::string help) const {
  return {.severity = Severity::error,
          .code = std::move(code),
          .message = std::move(message),
          .primary = {here(), std::move(label)},
          .help = std::move(help)};
}

Diagnostic Explainer::expected(const std::string& wanted, std::string help) const {
  const bool line_end = found().type == P::NEWLINE && found().begin != found().end;
  auto message = fmt::format("expected {}{}", wanted, previous());
  if (!line_end) message += fmt::format(", found {}", what());
  return make("E0102", std::move(message), fmt::format("expected {}", wanted), std::move(help));
}

Diagnostic Explainer::fixed(Diagnostic d, Span where, std::string replacement) {
  d.fixes.push_back({.span = where, .replacement = std::move(replacement)});
  return d;
}

Diagnostic Explainer::generic() const {
  antlr::TokenStream nothing({Token{.type = kEndOfFile}});
  const P parser(&nothing);
  const antlr4::dfa::Vocabulary& vocabulary = parser.getVocabulary();
  std::string wanted;
  std::size_t shown = 0;
  for (std::size_t type = 0; type < e_.expected.size() && shown < 4; ++type) {
    if (!e_.expected.test(type)) continue;
    auto literal = vocabulary.getLiteralName(type);
    if (literal.size() < 2) continue;
    if (shown++ > 0) wanted += ", ";
    wanted += fmt::format("`{}`", literal.substr(1, literal.size() - 2));
  }
  return expected(wanted.empty() ? "something else" : wanted);
}

}  // namespace infra
