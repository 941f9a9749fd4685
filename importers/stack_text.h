// Writes the text of a stack: what is given is quoted and named as the language
// wants it.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace infra::importing {

// "text" with its escapes.
std::string text_literal(std::string_view text);
// ["a", "b"] of expressions.
std::string list_of(const std::vector<std::string>& expressions);
// The same of texts.
std::string list_of_texts(const std::vector<std::string>& texts);
// A key of a map: bare if it can be.
std::string key_of(std::string_view text);
// 512MiB, 1GiB: the largest unit that divides it.
std::string bytes_of(std::int64_t bytes);
// 30s, 5m, 250ms.
std::string duration_of(std::int64_t milliseconds);
// 0.25vcpu of 256 ECS units.
std::string cpu_of(std::int64_t units);

// What a stack may be called: "My Shop" is "my-shop".
std::string stack_name_of(std::string_view text);

using Pairs = std::vector<std::pair<std::string, std::string>>;  // key → expression

// Names for declarations: identifiers, no two alike.
class Names {
 public:
  // The same identifier for the same kind and text each time.
  std::string of(std::string_view kind, std::string_view text) { return of(kind, text, text); }
  // Something else tells them apart than what they are named after.
  std::string of(std::string_view kind, std::string_view identity, std::string_view text);
  // Names of this kind that a bare word of the stack could be taken for aren't
  // given away.
  void reserve(std::string_view kind);

 private:
  std::map<std::pair<std::string, std::string>, std::string> given_;
  std::set<std::pair<std::string, std::string>> used_;
  std::set<std::string> reserved_;
};

class StackText {
 public:
  void comment(std::string_view line);
  void blank() { text_ += '\n'; }
  void line(std::string_view text);
  void text_as_is(std::string_view lines) { text_ += lines; }
  void open(std::string_view header) { line(std::string(header) + " {"); }
  void close() { line("}"); }
  // name = expression; nothing if the expression is empty.
  void set(std::string_view name, const std::string& expression);
  // name = { key: expression, … }: on one line if there are few; nothing if there are none.
  void map(std::string_view name, const Pairs& entries);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// The text in the one style; a bug of the importer if that isn't possible.
Result<std::string> formatted(const std::string& text, const std::string& name);

// The head of an imported file: where it came from, and what is missing.
void write_head(StackText& out, const std::string& from, const std::vector<std::string>& left_out);

}  // namespace infra::importing
