// Which params of the stack the variables become.
#include "importers/compose/compose_variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/credentials.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

using Form = VariableUse::Form;

constexpr auto* kSecret = "Secret<String>";

std::string_view type_of(Amount kind) {
  switch (kind) {
    case Amount::text:
      return "String";
    case Amount::integer:
      return "Int";
    case Amount::bytes:
      return "Bytes";
    case Amount::duration:
      return "Duration";
    case Amount::cpu:
      return "Cpu";
  }
  return {};
}

bool is_name_char(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::set<std::string, std::less<>> words_in(std::string_view text) {
  std::set<std::string, std::less<>> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_name_char(text[at])) continue;
    const auto begin = at;
    while (at < text.size() && is_name_char(text[at])) ++at;
    out.emplace(text.substr(begin, at - begin));
  }
  return out;
}

}  // namespace

// DB_PORT and db_port are two variables, and a secret may have the name of a third.
std::string Variables::param_of(const std::string& variable) {
  return names_.of("param", "${" + variable, lower(variable));
}

std::string Variables::declare(const std::string& variable) {
  auto name = param_of(variable);
  const auto [at, fresh] = params_.try_emplace(name);
  if (!fresh) return name;
  auto& param = at->second;
  const auto& known = facts(variable);
  const auto kind = amount_of(variable);
  const auto shape = shape_of(variable);
  param.type = type_of(kind);
  if (shape.is == Shape::optional) param.type += '?', param.fallback = "null";
  if (shape.is == Shape::given) param.fallback = amount_literal(kind, shape.value).value_or("");
  param.doc = fmt::format("The variable {} of the Compose file.", variable);
  if (known.needed && !known.message.empty()) param.doc = known.message;
  if (shape.is == Shape::asked && known.filled && !known.message.empty() && kind == Amount::text)
    param.demand = known.message;
  return name;
}

std::string Variables::secret_param(const VariableUse& use, const std::string& place) {
  learn(use, Place::hidden);
  auto name = param_of(use.name);
  const auto given = environment_of(use.name);
  if (use.form == Form::replaced)
    notes_.add(place,
               fmt::format("${{{}:+…}} is the variable itself here: whether a secret is set isn't told", use.name));
  const auto word = use.form == Form::otherwise ? use.word : std::string();
  if (!given && !word.empty() && !is_no_secret(use.name, word))
    notes_.add(place, fmt::format("the default of {} isn't repeated here: it is a secret", use.name));
  const auto [at, fresh] = params_.try_emplace(name);
  if (!fresh) return name;
  at->second = {.type = kSecret,
                .fallback = {},
                .doc = fmt::format("The variable {} of the Compose file.", use.name),
                .demand = {}};
  const auto& known = facts(use.name);
  if (!known.message.empty()) at->second.doc = known.message;
  if (given && !given->pieces.empty()) {
    at->second.doc += " Its value is in the file of variables.";
    notes_.add(place,
               fmt::format("the value of {} isn't repeated: infra secret set {} keeps it, encrypted", use.name, name));
  } else if (!known.plain && !known.needed && !known.handed_on && known.words.size() == 1) {
    const auto usual = parse_template(*known.words.begin());
    if (usual.constant() && is_no_secret(use.name, usual.text())) at->second.fallback = text_literal(usual.text());
  }
  return name;
}

std::string Variables::secret_param(const std::string& identity, const std::string& name, const std::string& doc) {
  auto param = names_.of("param", identity, lower(name));
  params_.try_emplace(param, Param{.type = kSecret, .fallback = {}, .doc = doc, .demand = {}});
  return param;
}

std::string Variables::secret_variable(const std::string& variable, const std::string& doc) {
  found_secret({.name = variable, .word = {}});
  learned_.variables[variable].hidden = true;
  auto param = param_of(variable);
  params_.try_emplace(param, Param{.type = kSecret, .fallback = {}, .doc = doc, .demand = {}});
  return param;
}

std::string Variables::clear_secret(const std::string& variable, const std::string& value, const std::string& doc,
                                    const std::string& place) {
  auto param = secret_param(variable + "=" + value, variable, doc);
  notes_.add(place, fmt::format("a secret isn't repeated: infra secret set {} keeps it, encrypted", param));
  return param;
}

std::string Variables::clear_param(const std::string& secret, const std::string& place) {
  auto name = names_.of("param", "in clear " + secret, secret + "_in_clear");
  params_.try_emplace(name, Param{.doc = params_[secret].doc});
  notes_.add(place, fmt::format("{} is there in clear: everyone who can look at the container can read it", name));
  return name;
}

// Where no secret may stand: what is shown there must be no secret param.
std::string Variables::in_clear(const VariableUse& use, const std::string& place) {
  const bool apart = facts(use.name).hidden;
  auto name = apart ? names_.of("param", "in clear " + use.name, lower(use.name) + "_in_clear") : param_of(use.name);
  params_.try_emplace(name, Param{.doc = fmt::format("The variable {} of the Compose file, in clear.", use.name)});
  notes_.add(place, fmt::format("{} is there in clear: everyone who can look at it can read it. Hand it over in "
                                "`secrets` if the program can take it from there",
                                use.name));
  return name;
}

void Variables::write_params(StackText& out, const std::string& body) const {
  const auto words = words_in(body);
  StackText demands;
  bool any = false;
  for (const auto& [name, param] : params_) {
    if (!words.contains(name)) continue;
    any = true;
    out.line("/// " + one_line(param.doc));
    out.line(fmt::format("param {}: {}{}", name, param.type, param.fallback.empty() ? "" : " = " + param.fallback));
    if (!param.demand.empty()) demands.line(fmt::format("assert {} != \"\" else {}", name, text_literal(param.demand)));
  }
  if (any) out.blank();
  out.text_as_is(demands.text());
  if (!demands.text().empty()) out.blank();
}

}  // namespace infra::importing
