// What the file does with its variables.
#include "importers/compose/compose_variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/credentials.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

using Form = VariableUse::Form;

}  // namespace

const VariableFacts& Variables::facts(const std::string& variable) const {
  static const VariableFacts kNone;
  const auto at = known_.variables.find(variable);
  return at == known_.variables.end() ? kNone : at->second;
}

void Variables::learn(const VariableUse& use, Place kind) {
  auto& facts = learned_.variables[use.name];
  facts.hidden = facts.hidden || kind == Place::hidden;
  if (use.form != Form::plain && use.form != Form::required) facts.strict = facts.strict || !use.colon;
  if (use.form == Form::plain && kind == Place::needed) facts.needed = facts.filled = true;
  if (use.form == Form::plain) facts.plain = true;
  if (use.form == Form::replaced) facts.replaced = true;
  if (use.form == Form::otherwise) facts.words.insert(use.word);
  if (use.form == Form::required) {
    facts.needed = true;
    facts.filled = facts.filled || use.colon;
    facts.message = use.word;
  }
  const auto word = use.form == Form::otherwise ? parse_template(use.word) : Template();
  const auto given = environment_of(use.name);
  const bool harmless = (word.constant() && !word.pieces.empty() && is_no_secret(use.name, word.text())) ||
                        (given && given->constant() && !given->pieces.empty() && is_no_secret(use.name, given->text()));
  const bool named = names_secret(use.name) && !harmless;
  const bool looks = (word.constant() && holds_secret(use.name, word.text())) ||
                     (given && given->constant() && holds_secret(use.name, given->text()));
  if (named || looks) found_secret(use);
  if (use.word.empty() || use.form == Form::required) return;
  for (const auto& piece : parse_template(use.word).pieces) {
    if (piece.variable) learn(*piece.variable, kind);
  }
}

void Variables::found_secret(const VariableUse& use) { learned_.variables[use.name].secret = true; }

std::optional<std::string> Variables::holder_of(const std::string& value) const {
  for (const auto* facts : {&known_, &learned_}) {
    if (const auto at = facts->secrets.find(value); at != facts->secrets.end()) return at->second;
  }
  return std::nullopt;
}

bool Variables::is_secret(const VariableUse& use) const {
  const auto now = learned_.variables.find(use.name);
  return facts(use.name).secret || (now != learned_.variables.end() && now->second.secret);
}

std::optional<Template> Variables::environment_of(const std::string& variable) const {
  const auto at = environment_.find(variable);
  return at == environment_.end() ? std::nullopt : std::optional(parse_template(at->second));
}

// Its constants, and what else decides whether all of its values are of one kind.
Amount Variables::amount_of(const std::string& variable) const {
  const auto& known = facts(variable);
  auto kinds = known.amounts;
  const bool as_text = kinds.erase(Amount::text) != 0 || known.handed_on || known.plain || known.replaced;
  if (kinds.size() != 1 || known.secret) return Amount::text;
  const auto kind = *kinds.begin();
  if (as_text && kind != Amount::integer) return Amount::text;
  const auto fits = [&](const Template& text) { return !text.constant() || amount_literal(kind, text.text()); };
  if (const auto given = environment_of(variable); given && !fits(*given)) return Amount::text;
  const bool all =
      std::all_of(known.words.begin(), known.words.end(), [&](auto& w) { return fits(parse_template(w)); });
  return all ? kind : Amount::text;
}

Variables::Shape Variables::shape_of(const std::string& variable) const {
  const auto& known = facts(variable);
  if (const auto given = environment_of(variable)) {
    if (!given->constant()) return {.is = Shape::optional, .value = {}};
    if (given->pieces.empty() && known.filled) return {.is = Shape::asked, .value = {}};
    return {.is = Shape::given, .value = given->text()};
  }
  if (known.needed) return {};
  if (known.words.empty() && !known.handed_on && !known.replaced) return {};
  const auto word = known.words.size() == 1 ? parse_template(*known.words.begin()) : Template();
  const bool one = known.words.size() == 1 && word.constant() && !known.plain && !known.handed_on && !known.replaced;
  return one ? Shape{.is = Shape::given, .value = word.text()} : Shape{.is = Shape::optional, .value = {}};
}

}  // namespace infra::importing
