// The outcome of tests in the form that CI servers read.
#pragma once
#include <string>

#include "workspace/run_tests.h"

namespace infra::cli {

// JUnit's XML: one <testcase> for each `test`, one <failure> with the messages in each that failed.
std::string junit_xml(const TestsRun& run);

}  // namespace infra::cli
