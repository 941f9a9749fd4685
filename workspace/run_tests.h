// Runs a stack's `test` blocks.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "compiler/stack_tests.h"
#include "workspace/options.h"

namespace infra {

struct TestOutcome {
  std::string name;
  Span span;
  Diagnostics diagnostics;    // why it failed; warnings too
  std::vector<Error> errors;  // what the simulated world did wrong
  std::chrono::milliseconds took{0};
  [[nodiscard]] bool passed() const { return !diagnostics.has_errors() && errors.empty(); }
};

struct TestsRun {
  SourceMap sources;
  Diagnostics diagnostics;  // of the files as such: then no test was run
  std::string stack;
  std::vector<TestOutcome> tests;  // in the order of the files
  [[nodiscard]] std::size_t failed() const;
};

// Params come from each test's `with`, then from the options, then from their defaults. An `expect` that needs what is
// known only after apply is answered by a world that is made for the test: all platforms are simulated there.
Result<TestsRun> run_tests(const StackOptions& options);

}  // namespace infra
