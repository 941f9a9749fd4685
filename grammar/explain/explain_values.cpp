// Errors in expressions and types.
#include <InfraParser.h>
#include <fmt/format.h>

#include "grammar/explain/explainer.h"

namespace infra {

using P = antlr::InfraParser;

// A value should begin here.
Diagnostic Explainer::value() const {
  const auto last = before().type;
  if (is({P::INTERPOLATION_CLOSE}) && last == P::STRING_INTERPOLATION) {
    return make("E0102", "`${}` holds no value", "expected a value", "write `\\$` for the character itself");
  }
  if (is({P::KW_FOR})) {
    return make("E0102", "a `for` isn't allowed here", "expected a value",
                "a list is made by `[for x in xs: x]`, a map by `{for k, v in m: k: v}`");
  }
  if (is({P::KW_IF})) {
    return make("E0102", "an `if` is no value", "expected a value", "a value is chosen by `condition ? value : other`");
  }
  if (is({P::PLUS})) return fixed(expected("a value", "remove the `+`"), span(found()), "");
  if (is({P::DOT}) && after().type == P::INT)
    return expected("a value", "a number has a digit before its point: `0.5`");
  if (is({P::ASSIGN, P::EQUAL}) && (last == P::ASSIGN || last == P::EQUAL || last == P::GREATER || last == P::LESS)) {
    return expected("a value", "comparisons are `==` `!=` `<` `<=` `>` `>=`");
  }
  if (last == P::KW_NOT && is({P::KW_IN})) return expected("a value", "write `not (x in xs)`");
  if (last == P::KW_IF || last == P::KW_ASSERT || last == P::KW_EXPECT) return expected("a condition");
  return expected("a value");
}

// Behind a value: either an operand's operator fails (`x not in xs`) or a conditional has no `:`.
Diagnostic Explainer::no_value() const {
  if (!e_.expected.test(P::COLON)) return expected("an operator");
  auto message = expected("`:` and the other value", "a value is chosen by `condition ? value : other`");
  const auto& all = *e_.tokens;
  int depth = 0;
  for (std::size_t i = e_.at; i-- > e_.rules.front().first;) {
    const auto type = all[i].type;
    if (type == P::RPAREN || type == P::RBRACKET || type == P::RBRACE || type == P::COLON) ++depth;
    if (type == P::LPAREN || type == P::LBRACKET || type == P::LBRACE) --depth;
    if (type != P::QUESTION || depth-- > 0) continue;
    message.secondary.push_back({span(all[i]), "the choice begins here"});
    break;
  }
  return message;
}

Diagnostic Explainer::list() const {
  const auto opener = token(e_.rules.front().first);
  if (is({P::KW_FOR})) {
    return make("E0105", "a `for` comes first in its list", "this comes first", "write `[for x in xs: x]`");
  }
  if (is({P::SEMICOLON})) return fixed(expected("`,`", "the items of a list are separated by `,`"), span(found()), ",");
  if (is({P::COLON}) && !e_.expected.test(P::COLON)) {
    return expected("`,` or `]`", "a map is written in braces: `{ key: value }`");
  }
  auto message = e_.expected.test(P::COLON) && !e_.expected.test(P::COMMA)
                     ? expected("`:` and the value of each turn", "write `[for x in xs: x]`")
                     : missing_separator().value_or(expected("`,` or `]`"));
  message.secondary.push_back({span(opener), "the list begins here"});
  return message;
}

// After `.`, in x[…] or in f(…).
Diagnostic Explainer::parentheses() const {
  const auto opener = token(e_.rules.front().first);
  if (opener.type == P::LBRACKET) {
    auto message = expected("`]`");
    message.secondary.push_back({span(opener), "the index begins here"});
    return message;
  }
  if (is({P::ASSIGN, P::COLON})) {
    return expected("`,` or `)`", "arguments have no names; they are given in the order of the function's parameters");
  }
  auto message = missing_separator().value_or(expected("`,` or `)`"));
  message.secondary.push_back({span(opener), "the arguments begin here"});
  return message;
}

Diagnostic Explainer::map() const {
  if (is({P::SEMICOLON})) {
    return fixed(make("E0102", "entries of a map are separated by `,` or newlines, not `;`",
                      "expected `,` or a newline", "separate them by `,` or newlines"),
                 span(found()), ",");
  }
  const bool row = before().type == P::COMMA || before().type == P::NEWLINE || before().type == P::LBRACE;
  if (row) return key();
  auto message = missing_separator().value_or(expected("`,` or a newline"));
  message.secondary.push_back({span(token(e_.rules.front().first)), "the map begins here"});
  return message;
}

// Who writes `=` in a map does so for each of its entries.
std::vector<Edit> Explainer::colons() const {
  std::vector<Edit> out;
  const auto* map = enclosing(P::RuleMap);
  int depth = 0;
  for (std::size_t i = map == nullptr ? e_.at : map->first; i < e_.tokens->size(); ++i) {
    const auto type = token(i).type;
    if (type == P::LBRACE || type == P::LBRACKET || type == P::LPAREN) ++depth;
    if (type == P::RBRACE || type == P::RBRACKET || type == P::RPAREN) --depth;
    if (depth == 0) break;
    const auto before_key = i < 2 ? std::size_t{0} : std::size_t{token(i - 2).type};
    const bool entry = before_key == P::LBRACE || before_key == P::COMMA || before_key == P::NEWLINE;
    if (depth == 1 && entry && (type == P::ASSIGN || type == P::EQUAL)) {
      out.push_back({.span = {e_.file, token(i - 1).end, token(i).end}, .replacement = ":"});
    }
  }
  return out;
}

Diagnostic Explainer::map_entry() const {
  const auto word = text(before());
  if (is({P::ASSIGN, P::EQUAL})) {
    auto message = make("E0109", fmt::format("expected `:` after `{}`, found `{}`", word, text(found())),
                        "expected `:`", "the entries of a map are `key: value`; `name = value` is for blocks");
    message.fixes = colons();
    return message;
  }
  if (is({P::LBRACE}) || is_name(found().type)) {
    return expected("`:`",
                    "a map is a value: its entries are `key: value`; a block is written without `=` before its `{`");
  }
  if (ends() || is({P::COMMA})) return expected("`:` and a value", "the entries of a map are `key: value`");
  return expected("`:`");
}

Diagnostic Explainer::key() const {
  if (is({P::INT, P::QUANTITY, P::FLOAT, P::ADDRESS, P::PERCENT})) {
    return fixed(expected("a key", "a key is a name or a string"), span(found()), fmt::format("\"{}\"", text(found())));
  }
  if (is({P::STRING_INTERPOLATION, P::LBRACKET}))
    return expected("a key", "a computed key is `(value): …` or `\"${value}\": …`");
  return expected("a key", "the entries of a map are `key: value`");
}

Diagnostic Explainer::string() const {
  auto message = expected("`}`", "`${…}` holds one value");
  if (rule() == P::RulePart)
    message.secondary.push_back({span(token(e_.rules.front().first)), "the value begins here"});
  return message;
}

Diagnostic Explainer::type() const {
  if (is({P::LBRACKET})) return expected("a type", "a list is `List<String>`");
  if (is({P::OR_SIGN})) return expected("`|`");
  if (rule() == P::RuleField) {
    if (is({P::ASSIGN}))
      return fixed(expected("`:`", "a field is `name: Type`"), {e_.file, before().end, found().end}, ":");
    return expected("`:` and a type", "a field is `name: Type`");
  }
  if (rule() == P::RuleRecord) return expected("`,` or a newline", "the fields of a record are `name: Type`");
  if (rule() == P::RuleRefinement)
    return expected("`)`", "a limit is a range, `Int(1..10)`, or a pattern, `String(/…/)`");
  if (rule() == P::RuleTypeMember && e_.expected.test(P::GREATER)) return expected("`,` or `>`");
  if (rule() == P::RuleTypeMember && e_.expected.test(P::RPAREN) && !e_.expected.test(P::NAME)) return expected("`)`");
  return expected("a type", "such as Int, String, Bool, List<String>, \"dev\" | \"prod\"");
}

}  // namespace infra
