#include "importers/interpolate.h"

#include "importers/values.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra::importing {
namespace {

constexpr std::size_t kDeepest = 8;  // of defaults within defaults
constexpr auto* kSecret = "Secret<String>";

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

}  // namespace

bool sounds_secret(const std::string& name) {
  const auto small = lower(name);
  if (small.ends_with("_file") || small.ends_with("_path")) return false;
  for (const auto* part : {"password", "passwd", "secret", "token", "api_key", "private_key", "access_key"}) {
    if (small.find(part) != std::string::npos) return true;
  }
  return false;
}

// postgres://user:password@host
static bool has_password(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto authority = url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
  const auto at = authority.rfind('@');
  const auto user = at == std::string_view::npos ? std::string_view() : authority.substr(0, at);
  const auto colon = user.find(':');
  return colon != std::string_view::npos && colon + 1 < user.size();
}

bool is_clear_secret(const std::string& name, const std::string& text) {
  static const std::set<std::string> kAnswers = {"", "yes", "no", "true", "false", "on", "off", "y", "n"};
  if (text.find('$') != std::string::npos) return false;
  return has_password(text) || (sounds_secret(name) && !kAnswers.contains(lower(text)) && !parse_number(text));
}

// ${NAME}, ${NAME:-text}, ${NAME-text}, ${NAME:?text}, ${NAME?text},
// ${NAME:+text}, ${NAME+text}; `at` is behind `${`. Returns the place behind
// the brace, or npos if this is no variable.
std::size_t Variables::braced(const std::string& text, std::size_t at, Piece& piece) const {
  auto end = at;
  while (end < text.size() && in_name(text[end])) ++end;
  if (end == at || end == text.size() || !begins_name(text[at])) return std::string::npos;
  piece.variable = text.substr(at, end - at);
  if (text[end] == '}') return end + 1;
  if (text[end] == ':') ++end;
  if (end == text.size() || std::string_view("-?+").find(text[end]) == std::string_view::npos) return std::string::npos;
  const char what = text[end++];
  std::size_t depth = 1;
  auto close = end;
  for (; close < text.size(); ++close) {
    if (text.compare(close, 2, "${") == 0) ++depth;
    if (text[close] == '}' && --depth == 0) break;
  }
  if (close == text.size()) return std::string::npos;
  const auto rest = text.substr(end, close - end);
  if (what == '-') piece.fallback = rest;
  if (what == '?') piece.message = rest;
  piece.replaced = what == '+';
  return close + 1;
}

std::vector<Variables::Piece> Variables::pieces(const std::string& text, const std::string& place) {
  std::vector<Piece> out(1);
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      out.back().text += text[at++];
      continue;
    }
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    Piece piece;
    auto end = std::string::npos;
    if (next == '{') {
      end = braced(text, at + 2, piece);
      if (end == std::string::npos) notes_.add(place, fmt::format("{} is no variable; it stays as text", shown(text)));
    } else if (begins_name(next)) {
      for (end = at + 1; end < text.size() && in_name(text[end]); ++end) piece.variable += text[end];
    }
    if (end == std::string::npos) {  // $$ is one dollar
      out.back().text += '$';
      at += next == '$' ? 2 : 1;
      continue;
    }
    out.push_back(std::move(piece));
    out.emplace_back();
    at = end;
  }
  return out;
}

// DB_PORT and db_port are two variables, and a secret may have the name of a third.
std::string Variables::param_of(const std::string& variable) {
  return names_.of("param", "${" + variable, lower(variable));
}

std::string Variables::param(const Piece& piece, const std::string& place, std::size_t depth, bool& secret) {
  const auto name = param_of(piece.variable);
  auto& param = params_[name];
  if (param.doc.empty()) param.doc = fmt::format("The variable {} of the Compose file.", piece.variable);
  if (!piece.message.empty()) param.doc = piece.message;
  if (sounds_secret(piece.variable) || param.type == kSecret) {
    if (piece.fallback && !piece.fallback->empty()) {
      notes_.add(place, fmt::format("the default of {} isn't repeated here: it is a secret", piece.variable));
    }
    param.type = kSecret;
    secret = true;
    return name;
  }
  if (param.type != "String") {  // it was handed on before, and null can't stand in a text
    param.type = "String";
    param.fallback.clear();
  }
  if (piece.replaced) notes_.add(place, fmt::format("${{{}:+…}} is the variable itself here", piece.variable));
  if (piece.fallback && depth < kDeepest) set_fallback(name, piece, place, depth);
  return name;
}

void Variables::set_fallback(const std::string& name, const Piece& piece, const std::string& place, std::size_t depth) {
  bool secret = false;
  const auto fallback = expression(*piece.fallback, place, depth + 1, secret);
  auto& param = params_[name];
  if (secret)
    notes_.add(place, fmt::format("the default of {} holds a secret and isn't repeated", piece.variable));
  else if (param.fallback.empty() && fallback.find("${") == std::string::npos)
    param.fallback = fallback;
  else if (param.fallback != fallback)
    notes_.add(place, fmt::format("another default of {}: {}", piece.variable, shown(*piece.fallback)));
}

std::string Variables::expression(const std::string& text, const std::string& place, std::size_t depth, bool& secret) {
  const auto all = pieces(text, place);
  const bool alone = depth == 0 && all.size() == 3 && all[0].text.empty() && all[2].text.empty();
  if (alone) return param(all[1], place, depth, secret);
  std::string out = "\"";
  for (const auto& piece : all) {
    if (piece.variable.empty()) {
      const auto plain = text_literal(piece.text);
      out += plain.substr(1, plain.size() - 2);
    } else {
      out += fmt::format("${{{}}}", param(piece, place, depth, secret));
    }
  }
  return out + '"';
}

std::string Variables::open_expression(const std::string& text, const std::string& place, bool& secret) {
  return expression(text, place, 0, secret);
}

std::string Variables::expression(const std::string& text, const std::string& place) {
  bool secret = false;
  auto out = expression(text, place, 0, secret);
  if (!secret) return out;
  notes_.add(place, fmt::format("{}: everybody could read the secret there: hand it over in `secrets`", shown(text)));
  return {};
}

std::string Variables::handed_on(const std::string& variable, bool& secret) {
  const auto name = param_of(variable);
  const auto [at, fresh] = params_.try_emplace(name);
  auto& param = at->second;
  secret = sounds_secret(variable) || param.type == kSecret;
  if (!fresh) return name;
  param.type = secret ? kSecret : "String?";
  param.fallback = secret ? "" : "null";
  param.doc = fmt::format("The variable {} of whoever starts it.", variable);
  return name;
}

std::optional<std::string> Variables::fixed(const std::string& text, const std::string& place) {
  std::string out;
  for (const auto& piece : pieces(text, place)) {
    if (piece.variable.empty()) {
      out += piece.text;
      continue;
    }
    if (!piece.fallback || piece.fallback->find('$') != std::string::npos) {
      notes_.add(place, fmt::format("depends on the variable {}, which has no value here", piece.variable));
      return std::nullopt;
    }
    notes_.add(place, fmt::format("fixed at the default of {}: {}", piece.variable, *piece.fallback));
    out += *piece.fallback;
  }
  return out;
}

std::string Variables::secret_param(const std::string& identity, const std::string& name, const std::string& doc) {
  auto param = names_.of("param", identity, lower(name));
  params_.try_emplace(param, Param{.type = kSecret, .fallback = {}, .doc = doc});
  return param;
}

std::string Variables::secret_variable(const std::string& variable, const std::string& doc) {
  auto param = param_of(variable);
  params_.try_emplace(param, Param{.type = kSecret, .fallback = {}, .doc = doc});
  return param;
}

void Variables::write_params(StackText& out) const {
  for (const auto& [name, param] : params_) {
    out.line("/// " + one_line(param.doc));
    out.line(fmt::format("param {}: {}{}", name, param.type, param.fallback.empty() ? "" : " = " + param.fallback));
  }
  if (!params_.empty()) out.blank();
}

}  // namespace infra::importing
