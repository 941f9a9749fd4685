// The `test` blocks of a stack, compiled: each with its own params, as far as nothing must be applied for it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "base/values/type.h"
#include "compiler/compile.h"
#include "compiler/graph.h"

namespace infra {

// An operand of a condition, for whoever wonders why it is false.
struct Part {
  Span span;
  std::string name;  // as it is written, where the place alone doesn't tell it from another part; else empty
  Value value;
  [[nodiscard]] std::string text() const;  // "3", "service.api.urls = [\"http://…\"]", cut if it is long
};

// One `expect`. Its values may hold what is known only after apply; see planner's resolve.
struct Expectation {
  Value condition;
  Span span;  // of what to mark as false: the outermost operator, if it has one
  std::vector<Part> parts;
};

// One `rejects`: met if compiling with these values gives an error of this code.
struct Rejection {
  std::string code;
  Span span;
  Diagnostics found;
  [[nodiscard]] bool met() const;
};

struct CompiledTest {
  std::string name;
  Span span;
  Diagnostics diagnostics;  // of compiling the stack with the test's params
  std::optional<Graph> graph;
  std::vector<Expectation> expectations;
  std::vector<Rejection> rejections;
};

struct CompiledTests {
  SourceMap sources;
  Diagnostics diagnostics;  // of the files as such: then there are no tests
  std::string stack;
  std::vector<CompiledTest> tests;
};

// `input.params` fill in what a test's `with` doesn't give.
CompiledTests compile_tests(const CompileInput& input);

// Some value of the type, for `mock`.
Value mock_value(const Type& type);

}  // namespace infra
