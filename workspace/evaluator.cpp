#include "workspace/evaluator.h"

#include <algorithm>

#include "base/sources/edited_tree.h"
#include "grammar/parser.h"
#include "workspace/open_session.h"

namespace infra {
namespace {

constexpr const char* kOutput = "console_value";

// What stands around an expression to make an output of it.
struct Wrapping {
  std::string before;
  std::string after = "\n";
};

// Newlines mean nothing in parentheses. One line needs none.
Wrapping wrapping(const std::string& expression) {
  const auto before = fmt::format("output {} = ", kOutput);
  const bool lines = expression.find_first_of("\n;") != std::string::npos;
  return lines ? Wrapping{before + "(\n", "\n)\n"} : Wrapping{before};
}

// A text without a part of it, and spans that follow.
class Without {
 public:
  Without(const Compiled& compiled, const std::string& text, std::size_t begin, std::size_t size)
      : compiled_(compiled), begin_(begin), size_(size) {
    for (FileId id = 0; id < compiled.sources.size(); ++id) {
      const auto& file = compiled.sources.file(id);
      if (file.text == text) file_ = id;
      sources_.add(file.path, file.text == text ? text.substr(0, begin) + text.substr(begin + size) : file.text);
    }
  }
  [[nodiscard]] const SourceMap& sources() const { return sources_; }
  [[nodiscard]] Diagnostics diagnostics() const {
    Diagnostics out;
    for (auto d : compiled_.diagnostics.all()) {
      d.primary.span = moved(d.primary.span);
      for (auto& label : d.secondary) label.span = moved(label.span);
      for (auto& edit : d.fixes) edit.span = moved(edit.span);
      out.add(std::move(d));
    }
    return out;
  }

 private:
  [[nodiscard]] std::uint32_t moved(std::uint32_t at) const {
    return at <= begin_ ? at : static_cast<std::uint32_t>(std::max(begin_, at - std::min<std::size_t>(at, size_)));
  }
  [[nodiscard]] Span moved(Span span) const {
    return span.file == file_ ? Span{span.file, moved(span.begin), moved(span.end)} : span;
  }
  const Compiled& compiled_;
  std::size_t begin_, size_;
  FileId file_ = Span::kNowhere - 1;
  SourceMap sources_;
};

// Messages show the expression as it was typed.
void show_as_typed(Compiled& compiled, const std::string& text, std::size_t begin, std::size_t size) {
  Without shorter(compiled, text, begin, size);
  compiled.diagnostics = shorter.diagnostics();
  compiled.sources = shorter.sources();
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

// What JSON or an empty list gives has no type before it is computed, or only a part of one.
bool is_open(const Type& type) {
  if (type.is_error()) return true;
  const bool holds = type.kind() == TypeKind::list || type.kind() == TypeKind::map;
  return (holds && is_open(type.element())) ||
         std::any_of(type.fields().begin(), type.fields().end(), [](const Field& f) { return is_open(f.type); });
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
  const auto end = expression.find_last_not_of(" \t\n");
  const auto typed = expression.substr(0, end == std::string::npos ? 0 : end + 1);
  const auto around = wrapping(typed);
  const auto last = around.before + typed + around.after;
  Evaluated out{.compiled = compiled(last), .type = {}, .value = {}};
  show_as_typed(out.compiled, declared_ + last, declared_.size(), around.before.size());
  const auto at = out.compiled.outputs.find(kOutput);
  const Type type = at != out.compiled.outputs.end() ? at->second : Type();
  if (!type.is_error() || type.secret) out.type = type;
  if (!out.compiled.graph || out.secret()) return out;
  for (const auto& output : out.compiled.graph->outputs) {
    if (output.name == kOutput) out.value = output.value;
  }
  if (out.value && is_open(type)) out.type = type_of(*out.value);
  return out;
}

}  // namespace infra
