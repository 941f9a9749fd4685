#include "cli/evaluator.h"

#include <algorithm>

#include "base/edited_tree.h"
#include "cli/open_session.h"
#include "grammar/parser.h"

namespace infra::cli {
namespace {

constexpr const char* kOutput = "console_value";

// Newlines mean nothing in parentheses. One line needs none, and messages then point into it.
std::string as_output(const std::string& expression) {
  if (expression.find_first_of("\n;") == std::string::npos) return fmt::format("output {} = {}\n", kOutput, expression);
  return fmt::format("output {} = (\n{}\n)\n", kOutput, expression);
}

std::string free_name(const SourceTree& tree) {
  const auto files = tree.root_files(".infra");
  std::string name = "console.infra";
  for (int n = 2; files && std::find(files->begin(), files->end(), name) != files->end(); ++n) {
    name = fmt::format("console_{}.infra", n);
  }
  return name;
}

std::vector<std::string> codes_of(const std::string& text) {
  SourceMap sources;
  Diagnostics diagnostics;
  (void)parse(sources, sources.add("console", text), diagnostics);
  std::vector<std::string> out;
  for (const auto& one : diagnostics.all()) out.push_back(one.code);
  return out;
}

}  // namespace

Evaluator::Evaluator(const SourceTree& tree, std::string folder, std::map<std::string, ParamValue> params)
    : tree_(tree), folder_(std::move(folder)), params_(std::move(params)), file_(free_name(tree)) {}

// E0103: something is never closed.
bool Evaluator::unfinished(const std::string& text) {
  const auto codes = codes_of(declares(text) ? text : "let it = " + text);
  return std::find(codes.begin(), codes.end(), "E0103") != codes.end();
}

bool Evaluator::declares(const std::string& text) {
  const auto begins = [&](std::string_view word) {
    return text.starts_with(word) && text.size() > word.size() && text[word.size()] == ' ';
  };
  return begins("let") || begins("fn") || begins("type");
}

Compiled Evaluator::compiled(const std::string& last) const {
  EditedTree edited(tree_);
  edited.set(file_, declared_ + last);
  const auto platforms = all_platforms();
  return compile({.sources = edited,
                  .default_stack = folder_name(folder_),
                  .params = params_,
                  .complete = false,
                  .platforms = platforms});
}

Compiled Evaluator::declare(const std::string& text) {
  auto out = compiled(text + "\n");
  if (!out.diagnostics.has_errors()) declared_ += text + "\n";
  return out;
}

Evaluated Evaluator::evaluate(const std::string& expression) {
  Evaluated out{.compiled = compiled(as_output(expression)), .type = {}, .value = {}};
  const auto type = out.compiled.outputs.find(kOutput);
  if (type != out.compiled.outputs.end() && !type->second.is_error()) out.type = type->second;
  if (!out.compiled.graph || out.secret()) return out;
  for (const auto& output : out.compiled.graph->outputs) {
    if (output.name == kOutput) out.value = output.value;
  }
  return out;
}

}  // namespace infra::cli
