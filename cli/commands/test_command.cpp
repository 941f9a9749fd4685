#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/junit.h"
#include "cli/shared_options.h"
#include "cli/terminal/report.h"
#include "cli/write_file.h"
#include "workspace/run_tests.h"

namespace infra::cli {
namespace {

struct TestOptions {
  StackOptions stack;
  std::string junit;
};

void print_text(const Console& console, const TestsRun& run) {
  for (const auto& test : run.tests) {
    console.print(fmt::format("{}  {}\n", test.passed() ? "ok    " : "FAILED", test.name));
    if (!test.diagnostics.all().empty()) {
      console.complain(render_text(test.diagnostics, run.sources, {.colour = console.colour_errors()}));
    }
    for (const auto& error : test.errors) (void)console.fail(error);
  }
  const auto failed = run.failed();
  if (run.tests.empty()) {
    console.print(fmt::format("{} has no tests: write test \"…\" {{ expect … }}.\n", run.stack));
  } else {
    console.print(fmt::format("{}: {} passed, {} failed.\n", run.stack, run.tests.size() - failed, failed));
  }
}

void print_json(const Console& console, const TestsRun& run) {
  using Json = nlohmann::ordered_json;
  Json out = {{"type", "tests"}, {"stack", run.stack}};
  out["passed"] = run.tests.size() - run.failed();
  out["failed"] = run.failed();
  out["tests"] = Json::array();
  for (const auto& test : run.tests) {
    Json one = {{"name", test.name}, {"passed", test.passed()}, {"milliseconds", test.took.count()}};
    one["diagnostics"] = Json::parse(render_json(test.diagnostics, run.sources)).at("diagnostics");
    one["errors"] = Json::array();
    for (const auto& error : test.errors) one["errors"].push_back(Json::parse(error_json(error)));
    out["tests"].push_back(std::move(one));
  }
  console.print(out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

int run(const TestOptions& options) {
  const Console console(options.stack.look);
  const auto tests = run_tests(options.stack);
  if (!tests) return console.fail(tests.error());
  if (!report(console, tests->diagnostics, tests->sources, {})) return kFailed;
  if (!options.junit.empty()) {
    if (auto written = write_file(options.junit, junit_xml(*tests)); !written) return console.fail(written.error());
  }
  if (console.json()) {
    print_json(console, *tests);
  } else {
    print_text(console, *tests);
  }
  return tests->failed() == 0 ? kDone : kFailed;
}

}  // namespace

void add_test(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<TestOptions>();
  add_folder(command, options->stack.folder);
  add_look(command, options->stack.look);
  add_params(command, options->stack);
  command.add_option("--junit", options->junit, "Write the outcome as JUnit's XML, too")->type_name("FILE");
  when_called(command, chosen, options->stack, EnvironmentUse::optional, [options] { return run(*options); });
}

}  // namespace infra::cli
