// Errors in and between items.
#include <InfraParser.h>
#include <fmt/format.h>

#include "grammar/explain/explainer.h"

namespace infra {

using P = antlr::InfraParser;

bool is_name(std::uint8_t type) { return type >= P::KW_STACK && type <= P::NAME; }

namespace {
bool is_text(std::uint8_t type) { return type == P::STRING || type == P::STRING_OPEN || type == P::TEXT_OPEN; }

// How the statement of a rule is written.
std::string_view form(std::size_t rule) {
  switch (rule) {
    case P::RuleStackItem:
      return "stack \"name\"";
    case P::RuleParamItem:
      return "param name: Type = value";
    case P::RuleLetItem:
      return "let name = value";
    case P::RuleTypeItem:
      return "type Name = Type";
    case P::RuleFnItem:
    case P::RuleFnParameter:
      return "fn name(x: Type): Type = value";
    case P::RuleUseItem:
      return "use \"./path.lib.infra\" as name";
    case P::RuleOutputItem:
      return "output name = value";
    case P::RuleAssertItem:
      return "assert condition else \"message\"";
    case P::RulePolicyItem:
      return "policy name on kind variable { assert … }";
    case P::RuleTestItem:
      return "test \"name\" { … }";
    case P::RuleWithItem:
      return "with { param = value }";
    case P::RuleExpectItem:
      return "expect condition";
    case P::RuleRejectsItem:
      return "rejects E0404 { param = value }";
    case P::RuleExistingItem:
      return "existing kind label { … }";
    case P::RuleForItem:
      return "for x in list { … }";
    case P::RuleIfItem:
    case P::RuleElseBranch:
      return "if condition { … } else { … }";
    default:
      return "";
  }
}

std::string_view form_of_word(std::size_t word) {
  switch (word) {
    case P::KW_PARAM:
      return form(P::RuleParamItem);
    case P::KW_LET:
      return form(P::RuleLetItem);
    case P::KW_OUTPUT:
      return form(P::RuleOutputItem);
    case P::KW_TYPE:
      return form(P::RuleTypeItem);
    case P::KW_STACK:
      return form(P::RuleStackItem);
    case P::KW_USE:
      return form(P::RuleUseItem);
    default:
      return "";
  }
}
}  // namespace

// The line should have ended.
Diagnostic Explainer::after_item() const {
  const auto next = after().type;
  const auto right = form_of_word(token(e_.rules.front().first).type);
  if (is({P::LBRACE}) && !right.empty()) {
    return expected("the end of the line", fmt::format("it is written `{}`", right));
  }
  if (is({P::COMMA})) {
    return fixed(make("E0102", "items in a block are separated by newlines or `;`, not `,`",
                      "expected a newline or `;`", "separate them by newlines or `;`"),
                 span(found()), next == P::NEWLINE ? "" : ";");
  }
  if (is({P::LBRACE}) && token(e_.at - 2).type == P::ASSIGN && is_name(before().type)) {
    return fixed(make("E0102", "a block is written without `=`", "this begins a block", "remove the `=`"),
                 {e_.file, token(e_.at - 3).end, before().begin}, " ");
  }
  if (is({P::KW_FOR}) && is_name(after().type)) {
    return make("E0102", "a `for` can't follow a value", "expected a newline or `;`",
                "a list is made by `[for x in xs: x]`");
  }
  if (is({P::KW_NOT}) && next == P::KW_IN) return expected("an operator", "write `not (x in xs)`");
  const bool word = found().type == P::NAME || found().type <= P::KW_EXISTING;
  const bool item_follows =
      is_name(found().type) && (next == P::ASSIGN || (word && (next == P::LBRACE || is_name(next) || is_text(next))));
  if (item_follows) {
    return fixed(make("E0110", fmt::format("a newline or `;` is missing before {}", what()),
                      "expected a newline or `;` before this", "part the items by `;` or a newline"),
                 {e_.file, before().end, before().end}, ";");
  }
  auto message = expected("the end of the line");
  message.message = fmt::format("expected a newline or `;`{}, found {}", previous(), what());
  message.primary.text = "this doesn't belong to the value before it";
  if (is_name(before().type) && is_name(found().type)) message.help = "text is written in quotes";
  return message;
}

Diagnostic Explainer::in_block() const { return e_.rules.front().first == e_.at ? block_expected() : item_expected(); }

Diagnostic Explainer::block_expected() const {
  if (is({P::STRING, P::STRING_OPEN, P::TEXT_OPEN}) || (is_name(found().type) && rule(1) == P::RuleItem))
    return second_label();
  if (is({P::ASSIGN})) {
    return fixed(make("E0102", "a block is written without `=`", "remove this", "a block is `kind label { … }`"),
                 {e_.file, before().end, found().end}, "");
  }
  const bool next_line = is({P::NEWLINE}) && after().type == P::LBRACE;
  auto message = expected("`{`");
  if (before().type == P::RBRACE) {
    message.help = fmt::format("the braces were read as a map, for a block needs more before it: `{}`", form(rule(1)));
    return message;
  }
  if (!next_line) return message;
  message.help = "the `{` belongs on the same line";
  return fixed(std::move(message), {e_.file, before().end, after().begin}, " ");
}

// resource "aws_vpc" "main" {
Diagnostic Explainer::second_label() const {
  const auto first = token(e_.rules.size() > 1 ? e_.rules[1].first : e_.at);
  const auto kind = text(first);
  if (kind == "resource" || kind == "data") {
    auto message =
        make("E0105", fmt::format("there is no `{} \"type\" \"name\"` here", kind), "a block has one label",
             "a resource is written by its kind: `vpc main { … }`; one that exists already: `existing vpc main { … }`");
    message.primary.span = {e_.file, first.begin, found().end};
    return message;
  }
  auto message = make("E0102", "a block has one label", "this is a second one", "a block is `kind label { … }`");
  message.secondary.push_back({span(before()), "the first one"});
  return message;
}

// After the first word of an item that could be an attribute or a block.
Diagnostic Explainer::item_begun() const {
  const auto word = text(before());
  const auto no_equals = [&](std::string_view help) {
    return make("E0109", fmt::format("expected `=` after `{}`, found {}", word, what()), "expected `=`",
                std::string(help));
  };
  if (is({P::COLON})) {
    return fixed(no_equals("attributes are `name = value`; `name: value` is for maps"),
                 {e_.file, before().end, found().end}, " =");
  }
  if (is({P::EQUAL})) return fixed(no_equals("`==` compares; a value is set by `=`"), span(found()), "=");
  if (is({P::DOT})) {
    return expected("`=` or `{`", "an attribute is set in the block that it belongs to, by its name alone");
  }
  if (is({P::QUANTITY, P::INT})) {
    return fixed(expected("a label or `{`", "names begin with a letter; any other label is written in quotes"),
                 span(found()), fmt::format("\"{}\"", text(found())));
  }
  if (is({P::PLUS, P::MINUS}) && after().type == P::ASSIGN) {
    return expected("`=` or `{`", "values are set once; nothing is added later");
  }
  auto message = expected("`=` or `{`");
  if (is({P::NEWLINE}) && after().type == P::LBRACE) {
    message.help = "the `{` belongs on the same line";
    return fixed(std::move(message), {e_.file, before().end, after().begin}, " ");
  }
  if (ends()) message.help = fmt::format("an attribute is `{} = value`, a block `{} label {{ … }}`", word, word);
  return message;
}

// Where an item should begin.
Diagnostic Explainer::item_expected() const {
  if (is({P::STRING}) && (after().type == P::COLON || after().type == P::ASSIGN)) {
    const auto name = text(found()).substr(1, found().end - found().begin - 2);
    return fixed(make("E0102", "the name of an attribute has no quotes", "expected a name",
                      "attributes are `name = value`; a map is a value: `name = { \"key\": value }`"),
                 {e_.file, found().begin, after().end}, fmt::format("{} =", name));
  }
  if (is({P::LBRACE})) return expected("a declaration", "a block begins with its kind: `vpc main { … }`");
  if (is({P::COMMA})) {
    return fixed(make("E0102", "items in a block are separated by newlines or `;`, not `,`", "remove this",
                      "separate them by newlines or `;`"),
                 span(found()), "");
  }
  const bool top = !inside(P::RuleBlock) || e_.rules.size() <= 2;
  return expected(top ? "a declaration" : "an attribute or a block",
                  top ? "a file holds declarations such as `let name = value` and `kind label { … }`" : "");
}

Diagnostic Explainer::otherwise() const {
  auto brace = e_.at >= 2 ? e_.at - 2 : 0;
  while (brace > 0 && (token(brace).type == P::NEWLINE || token(brace).type == P::SEMICOLON)) --brace;
  auto message = make("E0102", "this `else` belongs to no `if`", "expected an attribute or a block");
  message.primary.span = span(before());
  if (token(brace).type != P::RBRACE) return message;
  message.help = "`else` belongs on the same line as the `}` before it";
  return fixed(std::move(message), {e_.file, token(brace).end, before().begin}, " ");
}

Diagnostic Explainer::statement() const {
  if (e_.expected.test(P::INT)) return value();
  const auto right = form(rule());
  const auto help = right.empty() ? std::string() : fmt::format("it is written `{}`", right);
  if (is({P::STRING}) && e_.expected.test(P::NAME)) {
    const auto name = text(found()).substr(1, found().end - found().begin - 2);
    return fixed(expected("a name", help), span(found()), std::string(name));
  }
  if (is_name(found().type) && e_.expected.test(P::STRING)) {
    return fixed(expected("a string", help), span(found()), fmt::format("\"{}\"", text(found())));
  }
  if (e_.expected.test(P::NAME) && e_.expected.test(P::ASSIGN)) return expected("a name", help);
  if (e_.expected.test(P::STRING) && !e_.expected.test(P::NAME)) return expected("a string", help);
  auto message = generic();
  message.help = help;
  return message;
}

Diagnostic Explainer::name() const {
  if (is({P::STRING}) && before().type != P::DOT) {
    const auto name = text(found()).substr(1, found().end - found().begin - 2);
    return fixed(expected("a name", "names have no quotes here"), span(found()), std::string(name));
  }
  if (is({P::INT}) && before().type == P::DOT) {
    return fixed(expected("a name", "an element of a list is `list[0]`"), {e_.file, before().begin, found().end},
                 fmt::format("[{}]", text(found())));
  }
  if (is({P::QUANTITY, P::INT, P::FLOAT, P::ADDRESS})) return expected("a name", "names begin with a letter or `_`");
  if (is({P::LPAREN}) && before().type == P::KW_FOR) {
    return expected("a name", "a loop is `for x in list { … }`, without parentheses");
  }
  return expected("a name");
}

Diagnostic Explainer::clause() const {
  if (is_name(found().type) && text(found()) == "of") return fixed(expected("`in`", "write `in`"), span(found()), "in");
  return expected(e_.expected.test(P::COMMA) ? "`in`" : "`in` and what to go over",
                  "a loop is `for x in list`, or `for key, value in map`");
}

}  // namespace infra
