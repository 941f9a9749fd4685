#include "workspace/run_tests.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "apply/dry_run.h"
#include "providers/simulator/simulator.h"
#include "state/places/sqlite_store.h"
#include "workspace/open_session.h"
#include "workspace/params.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// A platform of any kind, played by the simulator.
class Pretended : public Platform {
 public:
  explicit Pretended(std::shared_ptr<const Platform> real) : real_(std::move(real)), simulator_(simulator_platform()) {}
  std::string kind() const override { return real_->kind(); }
  bool serves(std::string_view kind) const override { return real_->serves(kind); }
  const std::vector<Schema>& types() const override { return simulator_->types(); }
  Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) const override {
    return simulator_->lower(resource, context, diagnostics);
  }
  bool reads(std::string_view kind) const override { return real_->reads(kind); }
  std::vector<Sought> sought(const Resource& existing, const LowerContext& context) const override {
    return simulator_->sought(existing, context);
  }
  Value attributes_of(const Resource& existing, const PlatformDecl& platform,
                      const std::vector<FoundObject>& found) const override {
    return simulator_->attributes_of(existing, platform, found);
  }
  Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override {
    context.pretend = true;
    return simulator_->connect(std::move(context));
  }

 private:
  std::shared_ptr<const Platform> real_;
  std::shared_ptr<const Platform> simulator_;
};

Platforms pretended(const Platforms& real) {
  std::vector<std::shared_ptr<const Platform>> all;
  for (const auto& platform : real.all()) all.push_back(std::make_shared<Pretended>(platform));
  return Platforms(std::move(all));
}

class TempFolder {
 public:
  static Result<TempFolder> make() {
    std::error_code failed;
    auto pattern = (fs::temp_directory_path(failed) / "infra-test-XXXXXX").string();
    if (failed || ::mkdtemp(pattern.data()) == nullptr) {
      return Error{.code = "E0907",
                   .message = fmt::format("no folder for the simulated world can be made: {}", std::strerror(errno)),
                   .help = "set TMPDIR to a folder that can be written to"};
    }
    return TempFolder(pattern);
  }
  TempFolder(TempFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempFolder& operator=(TempFolder&&) = delete;
  ~TempFolder() {
    std::error_code ignored;  // what stays is in the folder for temporary things
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit TempFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// An expectation's values as outputs of the stack, so that an apply records what they become.
std::string condition_name(std::size_t expectation) { return fmt::format("expect {}", expectation); }
std::string part_name(std::size_t expectation, std::size_t part) {
  return fmt::format("part {} {}", expectation, part);
}

class TestRunner {
 public:
  TestRunner(const StackOptions& options, const SourceTree& tree)
      : options_(options), tree_(tree), platforms_(pretended(all_platforms())) {}

  TestOutcome run(CompiledTest test) const {
    const auto start = Clock::now();
    TestOutcome out{.name = test.name, .span = test.span};
    out.diagnostics = test.diagnostics;
    const bool needs_world = std::any_of(test.expectations.begin(), test.expectations.end(), [](const Expectation& e) {
      return e.condition.boolean() == nullptr && e.condition.unknown() == nullptr;
    });
    if (test.graph && needs_world) resolve(test, out);
    if (test.graph && out.passed()) {
      for (const auto& expectation : test.expectations) judge(expectation, out.diagnostics);
    }
    for (const auto& rejection : test.rejections) judge(rejection, out.diagnostics);
    out.diagnostics.sort();
    out.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    return out;
  }

 private:
  void resolve(CompiledTest& test, TestOutcome& out) const {
    auto folder = TempFolder::make();
    if (!folder) return out.errors.push_back(folder.error());
    auto store = open_sqlite(folder->path() + "/state.db", "");
    if (!store) return out.errors.push_back(store.error());
    Graph graph = *test.graph;
    graph.outputs.clear();
    for (std::size_t i = 0; i < test.expectations.size(); ++i) {
      const auto& expectation = test.expectations[i];
      graph.outputs.push_back({.name = condition_name(i), .value = expectation.condition, .span = expectation.span});
      for (std::size_t p = 0; p < expectation.parts.size(); ++p) {
        const auto& part = expectation.parts[p];
        if (!part.value.known())
          graph.outputs.push_back({.name = part_name(i, p), .value = part.value, .span = part.span});
      }
    }
    std::sort(graph.outputs.begin(), graph.outputs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    const Session session{.sources = tree_,
                          .platforms = platforms_,
                          .store = **store,
                          .home = folder->path(),
                          .default_stack = folder_name(options_.folder),
                          .params = {}};
    const auto tried = dry_run(graph, session);
    for (const auto& d : tried.diagnostics.all()) out.diagnostics.add(d);
    out.errors = tried.errors;
    for (std::size_t i = 0; i < test.expectations.size(); ++i) {
      auto fill = [&](const std::string& name, Value& value) {
        if (const auto found = tried.outputs.find(name); found != tried.outputs.end()) value = found->second;
      };
      fill(condition_name(i), test.expectations[i].condition);
      for (std::size_t p = 0; p < test.expectations[i].parts.size(); ++p)
        fill(part_name(i, p), test.expectations[i].parts[p].value);
    }
  }

  static void judge(const Expectation& expectation, Diagnostics& diagnostics) {
    const auto* holds = expectation.condition.boolean();
    if (holds != nullptr && *holds) return;
    Diagnostic d{.code = "E0312",
                 .message = holds != nullptr ? "an expectation isn't met" : "it can't be told whether this is met",
                 .primary = {expectation.span, holds != nullptr ? "this is false" : "not known even after apply"}};
    for (const auto& part : expectation.parts) {
      if (part.value.known()) d.secondary.push_back({part.span, part.text()});
    }
    diagnostics.add(std::move(d));
  }

  static void judge(const Rejection& rejection, Diagnostics& diagnostics) {
    if (rejection.met()) return;
    Diagnostic d{.code = "E0312",
                 .message = fmt::format("{} was expected, and these values are accepted", rejection.code),
                 .primary = {rejection.span, "not rejected"}};
    for (const auto& other : rejection.found.all()) {
      if (other.severity != Severity::error) continue;
      d.message = fmt::format("{} was expected, but it is {} that rejects these values", rejection.code, other.code);
      d.primary.text = "rejected otherwise";
      d.secondary.push_back({other.primary.span, fmt::format("{}: {}", other.code, other.message)});
      break;
    }
    diagnostics.add(std::move(d));
  }

  const StackOptions& options_;
  const SourceTree& tree_;
  Platforms platforms_;
};

}  // namespace

std::size_t TestsRun::failed() const {
  return static_cast<std::size_t>(
      std::count_if(tests.begin(), tests.end(), [](const TestOutcome& t) { return !t.passed(); }));
}

Result<TestsRun> run_tests(const StackOptions& options) {
  const auto tree = open_tree(options);
  if (!tree) return tree.error();
  auto params = gather_params(options, process_environment());
  if (!params) return std::move(params).error();
  const auto platforms = all_platforms();
  auto compiled = compile_tests({.sources = **tree,
                                 .default_stack = folder_name(options.folder),
                                 .params = *std::move(params),
                                 .complete = true,
                                 .platforms = platforms,
                                 .modules = tree->get()});
  TestsRun out{.sources = std::move(compiled.sources),
               .diagnostics = std::move(compiled.diagnostics),
               .stack = std::move(compiled.stack),
               .tests = {}};
  const TestRunner runner(options, **tree);
  for (auto& test : compiled.tests) out.tests.push_back(runner.run(std::move(test)));
  return out;
}

}  // namespace infra
