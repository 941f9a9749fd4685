#include "importers/compose/variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/credentials.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

using Form = VariableUse::Form;

constexpr std::size_t kDeepest = 8;  // of defaults within defaults
constexpr auto* kSecret = "Secret<String>";
constexpr double kUnits = 1024;  // of one CPU

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

bool looks_secret(const std::string& name, const std::string& value) {
  return !value.empty() && (!credentials_in(value).empty() || (names_secret(name) && !is_no_secret(name, value)));
}

// A choice within another expression needs brackets.
std::string operand(const std::string& expression) {
  return expression.find(" ? ") != std::string::npos ? "(" + expression + ")" : expression;
}

std::string without_quotes(const std::string& literal) { return literal.substr(1, literal.size() - 2); }

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

// ── What the file does with them ─────────────────────────────────────────────

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
  const bool looks = (word.constant() && looks_secret(use.name, word.text())) ||
                     (given && given->constant() && looks_secret(use.name, given->text()));
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

// ── Params ───────────────────────────────────────────────────────────────────

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
    at->second.doc += " Its value stands in the file of variables.";
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
  notes_.add(place, fmt::format("{} stands there in clear: everybody who may look at the container can read it", name));
  return name;
}

// Where no secret may stand: what is shown there must be no secret param.
std::string Variables::in_clear(const VariableUse& use, const std::string& place) {
  const bool apart = facts(use.name).hidden;
  auto name = apart ? names_.of("param", "in clear " + use.name, lower(use.name) + "_in_clear") : param_of(use.name);
  params_.try_emplace(name, Param{.doc = fmt::format("The variable {} of the Compose file, in clear.", use.name)});
  notes_.add(place, fmt::format("{} stands there in clear: everybody who may look at it can read it. Hand it over in "
                                "`secrets` if the program can take it from there",
                                use.name));
  return name;
}

std::string Variables::handed_on(const std::string& variable, bool& secret) {
  const VariableUse use{.name = variable, .word = {}};
  auto& learned = learned_.variables[variable];
  learned.handed_on = learned.strict = true;
  const auto given = environment_of(variable);
  const bool harmless = given && given->constant() && !given->pieces.empty() && is_no_secret(variable, given->text());
  if ((names_secret(variable) && !harmless) || (given && given->constant() && looks_secret(variable, given->text())))
    found_secret(use);
  secret = is_secret(use);
  if (secret) return learned.hidden = true, secret_param(use, "environment." + variable);
  auto name = declare(variable);
  auto& param = params_[name];
  if (param.doc.ends_with("of the Compose file."))
    param.doc = fmt::format("The variable {} of whoever starts it.", variable);
  if (given && !given->constant())
    return fmt::format("{} ?? {}", name, operand(expression(*given, variable, Place::text, 1)));
  return name;
}

// ── Expressions ──────────────────────────────────────────────────────────────

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
  const auto name = declare(use.name);
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

// ── Amounts ──────────────────────────────────────────────────────────────────

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

namespace {

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
