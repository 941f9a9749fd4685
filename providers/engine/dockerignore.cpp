#include "providers/engine/dockerignore.h"

#include <optional>

namespace infra::engine {

namespace {

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

// "/./a//b/" is "a/b"; patterns are always relative to the context's root.
std::string cleaned(std::string_view glob) {
  std::string out;
  while (!glob.empty()) {
    const auto slash = glob.find('/');
    const auto name = glob.substr(0, slash);
    glob = slash == std::string_view::npos ? std::string_view() : glob.substr(slash + 1);
    if (name.empty() || name == ".") continue;
    if (!out.empty()) out += '/';
    out += name;
  }
  return out;
}

// Matches c against the class that `glob` starts with ("[a-z]"); the class's length, or nullopt if it isn't closed.
std::optional<std::size_t> class_length(std::string_view glob, char c, bool& matched) {
  std::size_t i = 1;
  const bool negated = i < glob.size() && (glob[i] == '^' || glob[i] == '!');
  if (negated) ++i;
  bool in = false;
  for (const auto start = i; i < glob.size(); ++i) {
    if (glob[i] == ']' && i > start) {
      matched = in != negated && c != '/';
      return i + 1;
    }
    const char low = glob[i];
    const bool range = i + 2 < glob.size() && glob[i + 1] == '-' && glob[i + 2] != ']';
    const char high = range ? glob[i + 2] : low;
    if (range) i += 2;
    in = in || (low <= c && c <= high);
  }
  return std::nullopt;
}

bool after_double_star(std::string_view rest, std::string_view path) {
  if (rest.empty()) return true;
  if (rest[0] == '/') rest.remove_prefix(1);
  for (;;) {
    if (glob_matches(rest, path)) return true;
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

bool after_star(std::string_view rest, std::string_view path) {
  for (std::size_t taken = 0; taken <= path.size(); ++taken) {
    if (glob_matches(rest, path.substr(taken))) return true;
    if (taken < path.size() && path[taken] == '/') return false;
  }
  return false;
}

}  // namespace

bool glob_matches(std::string_view glob, std::string_view path) {
  while (!glob.empty()) {
    if (glob.starts_with("**")) return after_double_star(glob.substr(2), path);
    if (glob[0] == '*') return after_star(glob.substr(1), path);
    if (path.empty()) return false;
    std::size_t used = 1;
    if (glob[0] == '[') {
      bool matched = false;
      const auto length = class_length(glob, path[0], matched);
      if (!length || !matched) return false;
      used = *length;
    } else if (glob[0] == '?') {
      if (path[0] == '/') return false;
    } else {
      if (glob[0] == '\\' && glob.size() > 1) glob.remove_prefix(1);
      if (glob[0] != path[0]) return false;
    }
    glob.remove_prefix(used);
    path.remove_prefix(1);
  }
  return path.empty();
}

DockerIgnore::DockerIgnore(std::string_view text) {
  while (!text.empty()) {
    const auto newline = text.find('\n');
    auto line = trimmed(text.substr(0, newline));
    text = newline == std::string_view::npos ? std::string_view() : text.substr(newline + 1);
    if (line.empty() || line[0] == '#') continue;
    const bool keep = line[0] == '!';
    if (keep) line = trimmed(line.substr(1));
    auto glob = cleaned(line);
    if (!glob.empty()) patterns_.push_back({.glob = std::move(glob), .keep = keep});
  }
}

bool DockerIgnore::ignores(std::string_view path) const {
  bool ignored = false;
  for (const auto& pattern : patterns_) {
    if (ignored != pattern.keep) continue;  // wouldn't change anything
    for (auto end = path.find('/');; end = path.find('/', end + 1)) {
      if (glob_matches(pattern.glob, path.substr(0, end))) {
        ignored = !pattern.keep;
        break;
      }
      if (end == std::string_view::npos) break;
    }
  }
  return ignored;
}

}  // namespace infra::engine
