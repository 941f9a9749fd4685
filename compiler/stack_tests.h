// The `test` blocks of a stack, compiled: each with its own params, as far as nothing must be applied for it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/type.h"
#include "compiler/compile.h"
#include "compiler/graph.h"

namespace infra {

// One `expect`. Its values may hold what is known only after apply; see planner's resolve.
struct Expectation {
  Value condition;
  Span span;
  std::vector<std::pair<Span, Value>> parts;  // the operands that it was made from
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
