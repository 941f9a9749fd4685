// What is typed by habit, wherever it stands: hyphens in names, `=` for `==`, `:` for `=`, other languages' forms.
#include <InfraParser.h>
#include <fmt/format.h>

#include "grammar/explain/explainer.h"

namespace infra {

using P = antlr::InfraParser;

std::optional<Diagnostic> Explainer::habit() const {
  if (auto message = hyphen()) return message;
  if (auto message = comparison()) return message;
  if (found().type == P::GREATER_EQUAL && inside(P::RuleTypeMember)) {
    return fixed(make("E0102", "`>=` is one operator", "a type ends with `>` here", "put a blank between `>` and `=`"),
                 span(found()), "> =");
  }
  if (is({P::REGEX}) && !e_.expected.test(P::REGEX)) {
    return make("E0102", "a regular expression isn't allowed here", "no value is expected to match",
                "it belongs in a type: `String(/…/)`; a value is tested with `x.matches(\"…\")`");
  }
  return std::nullopt;
}

// my-name: a label may be a string, any other name takes an underscore.
std::optional<Diagnostic> Explainer::hyphen() const {
  if (found().type != P::MINUS || e_.at == 0 || e_.expected.test(P::MINUS)) return std::nullopt;
  if (!is_name(before().type) || before().end != found().begin) return std::nullopt;
  const auto first = before();
  std::size_t end = e_.at;
  while (token(end).type != kEndOfFile && token(end).begin == token(end - 1).end &&
         (is_name(token(end).type) || token(end).type == P::MINUS || token(end).type == P::INT ||
          token(end).type == P::QUANTITY)) {
    ++end;
  }
  const Span whole{e_.file, first.begin, token(end - 1).end};
  std::string written(e_.text.substr(whole.begin, whole.end - whole.begin));
  const bool label = e_.expected.test(P::LBRACE) && !e_.expected.test(P::ASSIGN);
  auto message = make("E0102", fmt::format("the name `{}` has a hyphen", written), "names have letters, digits and `_`",
                      label ? "put the label between quotes" : "write `_` instead");
  message.primary.span = whole;
  std::string instead = written;
  for (auto& c : instead) c = c == '-' ? '_' : c;
  return fixed(std::move(message), whole, label ? fmt::format("\"{}\"", written) : instead);
}

std::optional<Diagnostic> Explainer::comparison() const {
  if (found().type != P::ASSIGN) return std::nullopt;
  const auto begun_by = token(e_.rules.front().first).type;
  const bool check = rule() == P::RuleLine && (begun_by == P::KW_ASSERT || begun_by == P::KW_EXPECT);
  const bool condition = rule() == P::RuleBlock && (rule(1) == P::RuleIfItem || rule(1) == P::RuleElseBranch);
  if (!check && !condition) return std::nullopt;
  return fixed(make("E0109", "`=` sets a value, `==` compares two", "expected `==` here", "write `==` to compare"),
               span(found()), "==");
}

// Between two items of a row: what follows could begin the next one.
std::optional<Diagnostic> Explainer::missing_separator() const {
  if (!begins_value() && !is_name(found().type)) return std::nullopt;
  const bool row = rule() == P::RuleList || rule() == P::RuleSuffix;
  // These end an item or go on with it, and after the bracket there is nothing to part: something else is missing.
  const auto type = found().type;
  const bool goes_on =
      type == P::KW_ELSE || type == P::KW_IF || type == P::KW_IN || type == P::KW_AND || type == P::KW_OR;
  const bool first = before().type == P::LBRACKET || before().type == P::LPAREN;
  if (row && (goes_on || first)) return std::nullopt;
  const Span gap{e_.file, before().end, before().end};
  const auto message = row ? make("E0110", fmt::format("a `,` is missing before {}", what()),
                                  "expected `,` before this", "put a `,` between")
                           : make("E0110", fmt::format("a `,` or a newline is missing before {}", what()),
                                  "expected `,` or a newline before this", "put a `,` between the entries");
  return fixed(message, gap, ",");
}

}  // namespace infra
