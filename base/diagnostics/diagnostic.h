// Messages about users' files: a code, a sentence that stands alone, places, and the fix as an edit.
#pragma once
#include <string>
#include <vector>

#include "base/sources/source.h"
#include "base/text/likeness.h"

namespace infra {

enum class Severity { error, warning };

struct Label {
  Span span;
  std::string text;  // "needs 16GiB"; may be empty
};

struct Edit {
  Span span;  // empty range: insertion
  std::string replacement;
  friend bool operator==(const Edit&, const Edit&) = default;
};

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;              // "E0205", a row of base/diagnostics/codes.cpp
  std::string message;           // lower case, no full stop, stands alone
  Label primary;                 // the smallest span that is wrong
  std::vector<Label> secondary;  // why
  std::string help;              // the fix, in words; may be empty
  std::vector<Edit> fixes;       // the fix as edits; may be empty
};

// Collects; never throws; keeps one message per cause (same code and span).
class Diagnostics {
 public:
  void add(Diagnostic diagnostic) { (void)keep(std::move(diagnostic)); }
  void add_all(const Diagnostics& others);
  // Shorthand for an error with one label. What the caller adds to a message that was there already goes nowhere: a
  // loop's turns would each add a label and an edit at one place.
  Diagnostic& error(std::string code, Span span, std::string message, std::string label = {}, std::string help = {});
  Diagnostic& warning(std::string code, Span span, std::string message, std::string label = {}, std::string help = {});
  [[nodiscard]] bool has_errors() const { return errors_ != 0; }
  [[nodiscard]] std::size_t errors() const { return errors_; }
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
  // By file, place, code: what a user sees is in a stable order.
  void sort();

 private:
  Diagnostic& keep(Diagnostic diagnostic);

  std::vector<Diagnostic> all_;
  Diagnostic told_before_;
  std::size_t errors_ = 0;
};

struct RenderOptions {
  bool colour = false;
  std::size_t most = 50;  // then "… and N more"
};
// The format of LANGUAGE.md section 7. Ends with a newline and a summary line ("2 errors, 1 warning").
std::string render_text(const Diagnostics& diagnostics, const SourceMap& sources, const RenderOptions& options = {});
// {"diagnostics": [{code, severity, message, file, line, column, end_line, end_column, label, related, help, fixes}]}
std::string render_json(const Diagnostics& diagnostics, const SourceMap& sources);

}  // namespace infra
