#include "compiler/checks/tasks/check_argv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace infra::checks {
namespace {

template <std::size_t N>
bool among(const std::array<std::string_view, N>& all, std::string_view word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

std::optional<Argv> argv_of(const Value& value) {
  const auto* list = value.list();
  if (list == nullptr || list->empty()) return std::nullopt;
  Argv out;
  for (const auto& word : *list) {
    if (word.string() == nullptr) return std::nullopt;
    out.push_back(*word.string());
  }
  return out;
}

std::string_view program_of(const std::string& word) {
  return std::string_view(word).substr(word.rfind('/') == std::string::npos ? 0 : word.rfind('/') + 1);
}

bool is_shell(const Argv& argv) {
  constexpr std::array<std::string_view, 7> kShells = {"sh", "bash", "ash", "dash", "zsh", "ksh", "busybox"};
  return !argv.empty() && among(kShells, program_of(argv.front()));
}

std::size_t script_of(const Argv& argv) {
  if (!is_shell(argv)) return std::string::npos;
  for (std::size_t i = 1; i + 1 < argv.size(); ++i) {
    const auto& word = argv[i];
    if (word.size() >= 2 && word.front() == '-' && word[1] != '-' && word.ends_with('c')) return i + 1;
  }
  return std::string::npos;
}

bool is_operator(std::string_view word) {
  constexpr std::array<std::string_view, 12> kOperators = {"&&", "||", "|",    ";",  ">",  ">>",
                                                           "<",  "&",  "2>&1", "2>", "&>", "1>&2"};
  return among(kOperators, word) || word.starts_with(">/dev/") || word.starts_with("2>/dev/");
}

bool reads_operators(const Argv& argv) {
  constexpr std::array<std::string_view, 16> kPrograms = {"find",  "expr",   "test", "[",    "jq",   "yq",
                                                          "awk",   "gawk",   "sed",  "grep", "echo", "git",
                                                          "xargs", "printf", "env",  "su"};
  return !argv.empty() && among(kPrograms, program_of(argv.front()));
}

bool is_command_line(std::string_view word) {
  const auto blank = word.find(' ');
  if (blank == std::string_view::npos || blank == 0) return false;
  const auto program = word.substr(0, blank);
  const auto rest = word.substr(blank + 1);
  const bool plain = std::all_of(program.begin(), program.end(),
                                 [](char c) { return is_name(c) || c == '/' || c == '.' || c == '-' || c == '+'; });
  if (!plain || rest.empty()) return false;
  // A program whose path has a blank in it is rare, but it may be: then nothing behind it looks like an argument.
  if (!program.starts_with('/')) return true;
  return rest.starts_with('-') || rest.find(" -") != std::string_view::npos ||
         rest.find("://") != std::string_view::npos || rest.find_first_of("|&;<>=$") != std::string_view::npos;
}

std::string shell_variable(std::string_view word) {
  for (auto at = word.find('$'); at != std::string_view::npos && at + 1 < word.size(); at = word.find('$', at + 1)) {
    const char next = word[at + 1];
    if (next == '{') {
      const auto end = word.find('}', at);
      if (end != std::string_view::npos && end > at + 2) return std::string(word.substr(at, end - at + 1));
    } else if (next == '(') {
      return std::string(word.substr(at, std::min(word.find(')', at), word.size() - 1) - at + 1));
    } else if (is_name(next) && !(next >= '0' && next <= '9')) {
      auto end = at + 1;
      while (end < word.size() && is_name(word[end])) ++end;
      return std::string(word.substr(at, end - at));
    }
  }
  return "";
}

std::string in_shell(const std::string& script) {
  return fmt::format("[\"sh\", \"-c\", {}]", to_source(Value(script)));
}

}  // namespace infra::checks
