// Numbers, sizes and times that may depend on variables.
#include "importers/compose/compose_variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/credentials.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

using Form = VariableUse::Form;

constexpr double kUnits = 1024;  // of one CPU

}  // namespace

std::optional<std::string> amount_literal(Amount kind, const std::string& text) {
  switch (kind) {
    case Amount::text:
      return text_literal(text);
    case Amount::integer: {
      const auto value = parse_integer(text);
      return value && fmt::format("{}", *value) == text ? std::optional(text) : std::nullopt;
    }
    case Amount::bytes: {
      const auto value = parse_bytes(text);
      return value && *value > 0 ? std::optional(bytes_of(*value)) : std::nullopt;
    }
    case Amount::duration: {
      const auto value = parse_duration(text);
      return value ? std::optional(duration_of(*value)) : std::nullopt;
    }
    case Amount::cpu: {
      const auto value = parse_number(text);
      const bool possible = value && *value > 0 && *value <= kUnits;
      return possible ? std::optional(cpu_of(std::max<std::int64_t>(1, static_cast<std::int64_t>(*value * kUnits))))
                      : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::string> Variables::usual(const Template& text) const {
  std::string out;
  for (const auto& piece : text.pieces) {
    if (!piece.variable) {
      out += piece.text;
      continue;
    }
    const auto& use = *piece.variable;
    const auto given = environment_of(use.name);
    auto value = given ? usual(*given) : std::nullopt;
    const bool set = value && (!value->empty() || !use.colon);
    if (use.form == Form::replaced) value = set ? usual(parse_template(use.word)) : std::string();
    if (use.form == Form::otherwise && !set) value = usual(parse_template(use.word));
    if (!value) return std::nullopt;
    out += *value;
  }
  return out;
}

std::optional<std::string> Variables::fixed(const std::string& text, const std::string& place) {
  const auto parsed = parse_template(text);
  auto out = usual(parsed);
  for (const auto& piece : parsed.pieces) {
    if (!piece.variable) continue;
    const auto& name = piece.variable->name;
    const auto value = usual({.pieces = {piece}});
    if (value)
      notes_.add(place, fmt::format("fixed at the usual value of {}: {}", name, without_credentials(*value)));
    else
      notes_.add(place, fmt::format("depends on the variable {}, which has no value here", name));
  }
  return out;
}

AmountUse Variables::amount(const std::string& text, const std::string& place, Amount kind) {
  const auto parsed = parse_template(text);
  if (parsed.constant()) return {.kind = kind, .known = parsed.text()};
  const auto* use = parsed.alone();
  if (use != nullptr) {
    learn(*use, Place::needed);
    if (use->form == Form::plain) learned_.variables[use->name].plain = false;
    if (use->form != Form::replaced) learned_.variables[use->name].amounts.insert(kind);
    if (use->form != Form::replaced && amount_of(use->name) == kind)
      return {.kind = kind, .known = usual(parsed), .variable = *use};
  }
  return {.kind = kind, .known = fixed(text, place)};
}

std::string Variables::write(const AmountUse& amount, const std::string& place) {
  if (amount.variable) return value_of(*amount.variable, place, Place::needed, 0);
  return amount.known ? amount_literal(amount.kind, *amount.known).value_or("") : "";
}

}  // namespace infra::importing
