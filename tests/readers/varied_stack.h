// A stack's text with one attribute changed.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "grammar/ast.h"
#include "tests/readers/accepted.h"

namespace infra::testing {

struct Edited {
  std::string text;
  std::string written;  // "labels = { one: "one" }"
};

// A body in which an attribute can stand: of a block that is there, or of one that has to be written.
struct Site {
  std::uint32_t line = 0;
  std::uint32_t body = 0;                  // behind its `{`
  const ast::Items* items = nullptr;       // what stands in it
  std::vector<const Block*> missing = {};  // the blocks to be written around the attribute
  [[nodiscard]] const ast::Item* find(std::string_view attribute) const;
};

class StackText {
 public:
  StackText(std::string name, std::string text);
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::vector<Site> sites_of(const Accepted& accepted) const;
  [[nodiscard]] Edited with(const Site& site, const std::string& attribute, const std::string& value) const;
  [[nodiscard]] Edited without(const Site& site, const std::string& attribute) const;
  // What a reference to a kind can be, as it is written: "vpc.main.a".
  [[nodiscard]] std::vector<std::string> names_of(const std::string& kind) const;

 private:
  std::string name_;
  std::string text_;
  SourceMap sources_;
  ast::File file_;
};

}  // namespace infra::testing
