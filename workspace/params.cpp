#include "workspace/params.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/read_file.h"
#include "keys/secret_source.h"

namespace infra {
namespace {

constexpr std::string_view kVariablePrefix = "INFRA_PARAM_";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 && std::ranges::all_of(text, letter);
}

Error malformed(const std::string& option, const std::string& form) {
  // The text itself is not repeated: it may be a secret that was meant for --secret.
  return {.code = "E0903",
          .message = fmt::format("{} is not of the form {}", option, form),
          .help = fmt::format("write {} {}", option, form),
          .context = {}};
}

Error bad_values(const std::string& file, std::string message) {
  return {.code = "E0904",
          .message = fmt::format("{}: {}", file, message),
          .help = "a values file is one JSON object, or lines of the form `name = value`",
          .context = {}};
}

Result<Params> parse_json_values(std::string_view text, const std::string& file) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return bad_values(file, "not valid JSON");
  Params params;
  for (const auto& [name, value] : object.items()) {
    if (!is_name(name)) return bad_values(file, fmt::format("`{}` can't be the name of a param", name));
    params[name] = {.text = value.is_string() ? value.get<std::string>() : value.dump(), .origin = file};
  }
  return params;
}

// "…" with escapes, or '…' as it stands, as dotenv and tfvars have them; a comment may follow. nullopt: not closed, or
// something else follows.
std::optional<std::string> unquoted(std::string_view text) {
  const char quote = text.front();
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      const auto rest = trimmed(text.substr(i + 1));
      const bool ends = rest.empty() || rest.starts_with('#') || rest.starts_with("//");
      return ends ? std::optional(std::move(out)) : std::nullopt;
    }
    if (quote == '"' && text[i] == '\\' && i + 1 < text.size()) {
      const char next = text[++i];
      out += next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : next;
    } else {
      out += text[i];
    }
  }
  return std::nullopt;
}

Result<Params> parse_line_values(std::string_view text, const std::string& file) {
  Params params;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#') || line.starts_with("//")) continue;
    if (line.starts_with("export ")) line = trimmed(line.substr(7));
    const auto equals = line.find('=');
    const auto name = trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || !is_name(name)) {
      return bad_values(file, fmt::format("line {} is not of the form `name = value`", number));
    }
    const auto value = trimmed(line.substr(equals + 1));
    const bool quoted = value.starts_with('"') || value.starts_with('\'');
    const auto plain = quoted ? unquoted(value) : std::optional(std::string(value));
    // The value isn't repeated: it may be a secret.
    if (!plain)
      return bad_values(file, fmt::format("the quotes of line {} are not closed, or text follows them", number));
    params[std::string(name)] = {.text = *plain, .origin = fmt::format("{}:{}", file, number)};
  }
  return params;
}

void merge(Params& into, Params&& from) {
  for (auto& [name, value] : from) into[name] = std::move(value);
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// A variable's name is upper case by custom, a param's lower case: INFRA_PARAM_ENV is for `env`, and for `ENV` if that
// is what the stack has. Names that it doesn't have are nobody's mistake: other stacks share the environment.
Params from_environment(const std::vector<std::string>& environment) {
  Params lowered;
  Params exact;
  for (const auto& variable : environment) {
    const auto equals = variable.find('=');
    if (equals == std::string::npos || !variable.starts_with(kVariablePrefix)) continue;
    const auto name = variable.substr(kVariablePrefix.size(), equals - kVariablePrefix.size());
    if (!is_name(name)) continue;
    const ParamValue value{.text = variable.substr(equals + 1), .origin = variable.substr(0, equals)};
    lowered[lower_case(name)] = value;
    exact[name] = value;
  }
  merge(lowered, std::move(exact));
  return lowered;
}

// A file as it is named; else of the stack's folder, with or without its ending: `--values prod` is prod.values there.
std::string values_file(const std::string& given, const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code ignored;  // one that can't be looked at is reported by the attempt to read it
  for (const auto& file : {fs::path(given), fs::path(given + ".values"), fs::path(folder) / given,
                           fs::path(folder) / (given + ".values")}) {
    if (fs::is_regular_file(file, ignored)) return file.lexically_normal().string();
  }
  return given;
}

Result<Ok> add_files(Params& params, const StackOptions& options) {
  for (const auto& given : options.values) {
    const auto file = values_file(given, options.folder);
    auto text = read_file(file, "E0904");
    if (!text) return std::move(text).error();
    auto values = parse_values(*text, file);
    if (!values) return std::move(values).error();
    merge(params, *std::move(values));
  }
  return Ok{};
}

Result<Ok> add_set(Params& params, const std::vector<std::string>& all) {
  for (const auto& text : all) {
    const auto equals = text.find('=');
    const auto name = std::string(trimmed(std::string_view(text).substr(0, equals)));
    if (equals == std::string::npos || !is_name(name)) return malformed("--set", "NAME=VALUE");
    params[name] = {.text = text.substr(equals + 1), .origin = "--set " + name};
  }
  return Ok{};
}

Result<Ok> add_secrets(Params& params, const std::vector<std::string>& all, Redactor& redactor) {
  for (const auto& text : all) {
    const auto equals = text.find('=');
    const auto name = std::string(trimmed(std::string_view(text).substr(0, equals)));
    if (equals == std::string::npos || !is_name(name)) return malformed("--secret", "NAME=env:VARIABLE|file:PATH|-");
    auto value = read_secret(name, text.substr(equals + 1));
    if (!value) return std::move(value).error();
    redactor.hide(*value);
    params[name] = {.text = *std::move(value), .origin = "--secret " + name};
  }
  return Ok{};
}

}  // namespace

Result<Params> parse_values(std::string_view text, const std::string& file) {
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && text[first] == '{';
  return json ? parse_json_values(text, file) : parse_line_values(text, file);
}

Result<Params> gather_params(const StackOptions& options, const std::vector<std::string>& environment) {
  Params params = from_environment(environment);
  if (auto added = add_files(params, options); !added) return std::move(added).error();
  if (auto added = add_set(params, options.set); !added) return std::move(added).error();
  if (auto added = add_secrets(params, options.secret, *options.look.redactor); !added) return std::move(added).error();
  return params;
}

std::vector<std::string> process_environment() {
  std::vector<std::string> all;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) all.emplace_back(*variable);
  return all;
}

}  // namespace infra
