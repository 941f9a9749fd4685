// Turns a SyntaxError into a message. One function for each part of the grammar that the parser can stop in.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>

#include "grammar/explain/syntax_error.h"

namespace infra {

bool is_name(std::uint8_t type);  // a name, or a word of the grammar that may stand as one

class Explainer {
 public:
  explicit Explainer(const SyntaxError& error) : e_(error) {}

  Diagnostic explain() const;

 private:
  // Tokens around the error; outside the file there is the end of the file.
  [[nodiscard]] Token token(std::size_t i) const;
  [[nodiscard]] Token found() const { return token(e_.at); }
  [[nodiscard]] Token before() const { return token(e_.at - 1); }
  [[nodiscard]] Token after() const { return token(e_.at + 1); }
  [[nodiscard]] std::string_view text(Token t) const { return e_.text.substr(t.begin, t.end - t.begin); }
  [[nodiscard]] Span span(Token t) const { return {e_.file, t.begin, t.end}; }
  [[nodiscard]] bool is(std::initializer_list<std::size_t> types) const;  // what was found
  [[nodiscard]] bool ends() const;                                        // the line ended, or a bracket closed
  [[nodiscard]] bool begins_value() const;
  [[nodiscard]] std::size_t rule(std::size_t n = 0) const;
  [[nodiscard]] bool inside(std::size_t rule) const;
  [[nodiscard]] const OpenRule* enclosing(std::size_t rule) const;

  [[nodiscard]] std::string what() const;      // "the end of the line", "`}`"
  [[nodiscard]] std::string previous() const;  // "after `=`", or "" at the start
  [[nodiscard]] Span here() const;

  [[nodiscard]] Diagnostic make(std::string code, std::string message, std::string label, std::string help = {}) const;
  // "expected … after `x`, found …"
  [[nodiscard]] Diagnostic expected(const std::string& wanted, std::string help = {}) const;
  [[nodiscard]] static Diagnostic fixed(Diagnostic d, Span where, std::string replacement);

  std::optional<Diagnostic> habit() const;
  std::optional<Diagnostic> hyphen() const;
  std::optional<Diagnostic> comparison() const;
  std::optional<Diagnostic> missing_separator() const;
  Diagnostic after_item() const;
  Diagnostic in_block() const;
  Diagnostic block_expected() const;
  Diagnostic second_label() const;
  Diagnostic item_begun() const;
  Diagnostic item_expected() const;
  Diagnostic otherwise() const;
  Diagnostic statement() const;
  Diagnostic name() const;
  Diagnostic clause() const;
  Diagnostic value() const;
  Diagnostic no_value() const;
  Diagnostic list() const;
  Diagnostic parentheses() const;
  Diagnostic map() const;
  Diagnostic map_entry() const;
  [[nodiscard]] std::vector<Edit> colons() const;
  Diagnostic key() const;
  Diagnostic string() const;
  Diagnostic type() const;
  Diagnostic generic() const;

  const SyntaxError& e_;
};

}  // namespace infra
