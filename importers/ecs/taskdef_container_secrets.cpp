#include "importers/ecs/taskdef_container_secrets.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/shell.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

std::string inside(const std::string& text) {
  const auto literal = text_literal(text);
  return literal.substr(1, literal.size() - 2);
}

}  // namespace

std::string ContainerSecrets::param(const std::string& name, const std::string& identity, const std::string& from) {
  auto param = context_.names.of("param", name + "\n" + identity, lower(name));
  const auto known = [&](const auto& secret) { return secret.first == param; };
  if (std::none_of(context_.out.secrets.begin(), context_.out.secrets.end(), known)) {
    context_.out.secrets.emplace_back(param, from);
  }
  return param;
}

std::string ContainerSecrets::text(const std::string& value, const std::vector<Part>& parts, const std::string& name,
                                   std::string_view key) {
  const bool whole = parts.size() == 1 && parts.front() == Part{0, value.size()};
  std::string out;
  std::size_t at = 0;
  for (const auto& [begin, end] : parts) {
    auto param = clear(whole ? name : name + "_PASSWORD", value.substr(begin, end - begin), name, key);
    if (whole) return param;
    out += inside(value.substr(at, begin - at)) + "${" + param + "}";
    at = end;
  }
  return '"' + out + inside(value.substr(at)) + '"';
}

std::string ContainerSecrets::clear(const std::string& name, const std::string& secret, const std::string& where,
                                    std::string_view key) {
  auto param = this->param(name, secret, "in clear in its " + std::string(key));
  section_.note(key, fmt::format("{}{}a secret isn't repeated: infra secret set {} keeps it, encrypted", where,
                                 where.empty() ? "" : ": ", param));
  return param;
}

std::string ContainerSecrets::command(std::vector<std::string> words, std::string_view key) {
  const bool shell = words.size() == 3 && words[0].ends_with("sh") && words[1].ends_with("c");
  if (shell) {
    words[2] = script(words[2], credentials_of_script(words[2]), key);
    return list_of_texts(words);
  }
  const auto parts = credentials_of_command(words);
  const bool secret = std::any_of(parts.begin(), parts.end(), [](auto& p) { return !p.empty(); });
  if (!secret) return list_of_texts(words);
  return list_of({text_literal("/bin/sh"), text_literal("-c"), through_shell(words, parts, key)});
}

// A script with variables of the container for its secrets.
std::string ContainerSecrets::script(const std::string& text, const std::vector<Part>& parts, std::string_view key) {
  ShellQuotes quotes;
  std::string out;
  std::size_t at = 0;
  for (const auto& [begin, end] : parts) {
    quotes.pass(std::string_view(text).substr(at, begin - at));
    const auto param = clear(container_ + "_PASSWORD", text.substr(begin, end - begin), "", key);
    out += text.substr(at, begin - at) + quotes.around("${" + variable_for(param) + "}");
    at = end;
  }
  return out + text.substr(at);
}

std::string ContainerSecrets::through_shell(const std::vector<std::string>& words,
                                            const std::vector<std::vector<Part>>& parts, std::string_view key) {
  std::string out = "exec";
  for (std::size_t i = 0; i < words.size(); ++i) {
    out += ' ';
    std::size_t at = 0;
    for (const auto& [begin, end] : parts[i]) {
      if (begin > at) out += shell_quoted(words[i].substr(at, begin - at));
      const auto secret = words[i].substr(begin, end - begin);
      out += "\"${" + variable_for(clear(container_ + "_PASSWORD", secret, words[i].substr(0, begin), key)) + "}\"";
      at = end;
    }
    if (at < words[i].size() || parts[i].empty()) out += shell_quoted(words[i].substr(at));
  }
  if (key == "entryPoint") out += " \"$@\"";
  section_.note(key,
                "it runs below /bin/sh, so that its secret comes from a variable of the container and isn't shown");
  return text_literal(out);
}

// A variable of the container with the value of a param.
std::string ContainerSecrets::variable_for(const std::string& param) {
  for (const auto& [name, expression] : all_) {
    if (expression == param) return name;
  }
  std::string name;
  for (const char c : param) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto taken = [&] { return std::any_of(all_.begin(), all_.end(), [&](auto& s) { return s.first == name; }); };
  while (taken()) name += "_SECRET";
  all_.emplace_back(name, param);
  return name;
}

}  // namespace infra::importing
