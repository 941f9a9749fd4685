#include "compiler/checks/tasks/check_dockerfile.h"
#include "compiler/checks/check_input.h"

#include <algorithm>
#include <charconv>

#include "compiler/names/compilation_units.h"

namespace infra::checks {
namespace {

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : line) {
    if (c != ' ' && c != '\t' && c != '\r') {
      word += c;
    } else if (!word.empty()) {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

// Lines that end with a backslash go on; comments and empty lines don't count.
std::vector<std::string> instructions(std::string_view text) {
  std::vector<std::string> out;
  std::string whole;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    const auto begin = std::min(line.find_first_not_of(" \t"), line.size());
    if (begin == line.size() || line[begin] == '#') continue;
    const bool more = line.back() == '\\';
    whole.append(more ? line.substr(0, line.size() - 1) : line).append(" ");
    if (more) continue;
    out.push_back(std::move(whole));
    whole.clear();
  }
  if (!whole.empty()) out.push_back(std::move(whole));
  return out;
}

void add_stage(const std::vector<std::string>& words, Dockerfile& out) {
  std::size_t at = 1;
  while (at < words.size() && words[at].starts_with("--")) ++at;
  if (at == words.size()) return;
  Stage stage{.base = words[at]};
  if (at + 2 < words.size() && lowered(words[at + 1]) == "as") stage.name = lowered(words[at + 2]);
  out.stages.push_back(std::move(stage));
}

}  // namespace

const Stage* Dockerfile::stage(std::string_view target) const {
  if (stages.empty()) return nullptr;
  if (target.empty()) return &stages.back();
  const auto name = lowered(std::string(target));
  for (const auto& one : stages) {
    if (one.name == name) return &one;
  }
  std::size_t number = stages.size();
  const auto [end, error] = std::from_chars(target.data(), target.data() + target.size(), number);
  const bool whole = error == std::errc() && end == target.data() + target.size();
  return whole && number < stages.size() ? &stages[number] : nullptr;
}

std::string Dockerfile::root_of(const Stage& stage) const {
  const auto* at = &stage;
  while (true) {
    const auto name = lowered(at->base);
    const Stage* below = nullptr;
    for (const auto* one = stages.data(); one != at; ++one) {
      if (one->name == name) below = one;
    }
    if (below == nullptr) return at->base.find('$') == std::string::npos ? at->base : "";
    at = below;
  }
}

Dockerfile parse_dockerfile(std::string_view text) {
  Dockerfile out;
  for (const auto& line : instructions(text)) {
    const auto words = words_of(line);
    const auto verb = lowered(words.front());
    if (verb == "from") add_stage(words, out);
    if (verb != "arg") continue;
    for (std::size_t i = 1; i < words.size(); ++i) out.arguments.insert(words[i].substr(0, words[i].find('=')));
  }
  return out;
}

std::optional<Dockerfile> dockerfile_of(const CheckInput& input, const Resource& image) {
  const auto* context = image.config["context"].string();
  const auto* name = image.config["dockerfile"].string();
  if (context == nullptr || name == nullptr || image.existing) return std::nullopt;
  const auto text = input.stack.tree.read(joined_path(*context, *name));
  if (!text) return std::nullopt;
  return parse_dockerfile(*text);
}

}  // namespace infra::checks
