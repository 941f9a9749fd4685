#include "manual/stack_page.h"

#include <fmt/format.h>

#include <vector>

#include "manual/table.h"

namespace infra {
namespace {

struct Entry {
  const Symbol* symbol;
  Span at;
};

class StackPage {
 public:
  StackPage(const std::string& folder, const Compiled& compiled, const Index& index)
      : folder_(folder), sources_(compiled.sources) {
    for (const auto& [at, symbol] : index.symbols) {
      if (at.somewhere() && is_own(sources_.file(at.file).path)) own_.push_back({&symbol, at});
    }
  }

  std::string text(const std::string& name) {
    out_ = fmt::format("# {}\n", name);
    table(SymbolKind::param, "Params", "| name | type | default | |\n|---|---|---|---|\n", [this](const Symbol& s) {
      return fmt::format("| `{}` | {} | {} | {} |\n", s.name, code_cell(to_text(s.type)), fallback(s), one_line(s.doc));
    });
    table(SymbolKind::output, "Outputs", "| name | type | |\n|---|---|---|\n", [](const Symbol& s) {
      return fmt::format("| `{}` | {} | {} |\n", s.name, code_cell(to_text(s.type)), one_line(s.doc));
    });
    table(SymbolKind::declaration, "Declarations", "| kind | name | |\n|---|---|---|\n",
          [](const Symbol& s) { return fmt::format("| {} | `{}` | {} |\n", s.of, s.name, one_line(s.doc)); });
    table(SymbolKind::function, "Functions", "| name | |\n|---|---|\n",
          [](const Symbol& s) { return fmt::format("| `{}` | {} |\n", s.name, one_line(s.doc)); });
    table(SymbolKind::type, "Types", "| name | |\n|---|---|\n",
          [](const Symbol& s) { return fmt::format("| `{}` | {} |\n", s.name, one_line(s.doc)); });
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_own(const std::string& path) const {
    const auto start = folder_.empty() ? std::string() : folder_ + "/";
    return path.starts_with(start) && path.find('/', start.size()) == std::string::npos;
  }

  static std::string one_line(std::string text) {
    for (auto& c : text) {
      if (c == '\n') c = ' ';
    }
    return cell(text);
  }

  [[nodiscard]] std::string fallback(const Symbol& param) const {
    if (param.value == nullptr) return "required";
    return param.type.secret ? "(secret)" : code_cell(one_line(std::string(sources_.text(param.value->span))));
  }

  template <class Row>
  void table(SymbolKind kind, const char* title, const char* head, Row&& row) {
    std::string rows;
    for (const auto& [symbol, at] : own_) {
      if (symbol->kind == kind) rows += row(*symbol);
    }
    if (!rows.empty()) out_ += fmt::format("\n## {}\n\n{}{}", title, head, rows);
  }

  const std::string& folder_;
  const SourceMap& sources_;
  std::vector<Entry> own_;  // in the order of the files
  std::string out_;
};

}  // namespace

std::string stack_page(const std::string& name, const std::string& folder, const Compiled& compiled,
                       const Index& index) {
  return StackPage(folder, compiled, index).text(name);
}

}  // namespace infra
