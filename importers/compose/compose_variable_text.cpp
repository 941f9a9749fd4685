// Each use of a variable as an expression of the language.
#include "importers/compose/compose_variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/credentials.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

using Form = VariableUse::Form;

constexpr std::size_t kDeepest = 8;  // of defaults within defaults

// A choice within another expression needs brackets.
std::string operand(const std::string& expression) {
  return expression.find(" ? ") != std::string::npos ? "(" + expression + ")" : expression;
}

std::string without_quotes(const std::string& literal) { return literal.substr(1, literal.size() - 2); }

}  // namespace

std::string Variables::handed_on(const std::string& variable, bool& secret) {
  const VariableUse use{.name = variable, .word = {}};
  auto& learned = learned_.variables[variable];
  learned.handed_on = learned.strict = true;
  const auto given = environment_of(variable);
  const bool harmless = given && given->constant() && !given->pieces.empty() && is_no_secret(variable, given->text());
  if ((names_secret(variable) && !harmless) || (given && given->constant() && holds_secret(variable, given->text())))
    found_secret(use);
  secret = is_secret(use);
  if (secret) return learned.hidden = true, secret_param(use, "environment." + variable);
  auto name = declare(variable);
  auto& param = params_[name];
  if (param.doc.ends_with("of the Compose file."))
    param.doc = fmt::format("The variable {} of the environment that starts it.", variable);
  if (given && !given->constant())
    return fmt::format("{} ?? {}", name, operand(expression(*given, variable, Place::text, 1)));
  return name;
}

std::string Variables::word_of(const std::string& variable, const std::string& word, const std::string& place,
                               std::size_t depth) {
  const auto text = parse_template(word);
  if (text.constant()) return amount_literal(amount_of(variable), text.text()).value_or(text_literal(text.text()));
  if (depth < kDeepest) return operand(expression(text, place, Place::text, depth + 1));
  notes_.add(place, fmt::format("defaults within defaults of {} are left out", variable));
  return text_literal("");
}

std::string Variables::value_of(const VariableUse& use, const std::string& place, Place kind, std::size_t depth) {
  if (is_secret(use)) return kind == Place::hidden ? secret_param(use, place) : in_clear(use, place);
  auto name = declare(use.name);
  const auto shape = shape_of(use.name);
  const bool text = amount_of(use.name) == Amount::text;
  const auto word = [&] { return word_of(use.name, use.word, place, depth); };
  const auto given = environment_of(use.name);
  if (shape.is != Shape::optional) {
    const bool perhaps_empty = text && use.colon && shape.value.empty() && !facts(use.name).filled;
    if (use.form == Form::replaced) return perhaps_empty ? fmt::format("{} != \"\" ? {} : \"\"", name, word()) : word();
    if (use.form != Form::otherwise || !perhaps_empty || use.word.empty()) return name;
    return fmt::format("{0} != \"\" ? {0} : {1}", name, word());
  }
  if (given) {  // a value that depends on other variables
    if (use.form == Form::replaced) return word();
    return fmt::format("{} ?? {}", name, operand(expression(*given, place, Place::text, depth + 1)));
  }
  if (use.form == Form::replaced)
    return fmt::format("{} ? {} : \"\"", use.colon ? fmt::format("({} ?? \"\") != \"\"", name) : name + " != null",
                       word());
  if (use.form != Form::otherwise) return fmt::format("{} ?? \"\"", name);
  if (use.colon && text && facts(use.name).strict) return fmt::format("{0} == \"\" ? {1} : {0} ?? {1}", name, word());
  return fmt::format("{} ?? {}", name, word());
}

std::string Variables::text_of_use(const VariableUse& use, const std::string& place, Place kind, std::size_t depth,
                                   bool whole) {
  auto value = value_of(use, place, kind, depth);
  const bool text = amount_of(use.name) == Amount::text;
  if (whole) return text ? value : fmt::format("\"${{{}}}\"", value);
  // A text alone in it would be a text in a text.
  const bool literal = value.starts_with('"') && value.ends_with('"') && value.find('"', 1) == value.size() - 1;
  return literal ? without_quotes(value) : fmt::format("${{{}}}", value);
}

std::string Variables::inside(const Template& text, const std::string& place, Place kind) {
  std::string out;
  for (const auto& piece : text.pieces) {
    if (piece.variable) learn(*piece.variable, kind);
    out +=
        piece.variable ? text_of_use(*piece.variable, place, kind, 0, false) : without_quotes(text_literal(piece.text));
  }
  return out;
}

std::string Variables::expression(const Template& text, const std::string& place, Place kind, std::size_t depth) {
  if (const auto* use = text.alone()) return text_of_use(*use, place, kind, depth, true);
  std::string out = "\"";
  for (const auto& piece : text.pieces)
    out += piece.variable ? text_of_use(*piece.variable, place, kind, depth, false)
                          : without_quotes(text_literal(piece.text));
  return out + '"';
}

std::string Variables::expression(const Template& text, const std::string& place, Place kind) {
  for (const auto& piece : text.pieces) {
    if (piece.variable) learn(*piece.variable, kind);
  }
  return expression(text, place, kind, 0);
}

std::string Variables::expression(const std::string& text, const std::string& place, Place kind) {
  const auto parsed = parse_template(text);
  if (parsed.odd) notes_.add(place, fmt::format("{} is no variable; it stays as text", shown(text)));
  return expression(parsed, place, kind);
}

}  // namespace infra::importing
