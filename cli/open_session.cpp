#include "cli/open_session.h"

#include <filesystem>

#include "apply/disk_tree.h"
#include "cli/params.h"
#include "providers/nodes/nodes.h"
#include "providers/simulator/simulator.h"
#include "state/sqlite_store.h"

namespace infra::cli {
namespace {

namespace fs = std::filesystem;

// The state's folder is the stack's private one: a simulator keeps its world there.
std::string home_of(const std::string& path) {
  const auto parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

}  // namespace

Platforms all_platforms() { return Platforms({nodes_platform(), simulator_platform()}); }

std::string state_path(const StackOptions& options) {
  if (!options.state.empty()) return options.state;
  return (fs::path(options.folder) / ".infra" / "state.db").string();
}

std::string folder_name(const std::string& folder) {
  std::error_code failed;
  fs::path path = fs::weakly_canonical(folder, failed);
  if (failed) path = fs::path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.filename().empty() ? "stack" : path.filename().string();
}

Result<std::unique_ptr<SourceTree>> open_tree(const std::string& folder) {
  return std::unique_ptr<SourceTree>(std::make_unique<DiskTree>(folder));
}

Result<std::unique_ptr<Store>> open_state(const StackOptions& options) {
  // A folder that isn't there would otherwise look like a stack that was never applied.
  if (auto tree = open_tree(options.folder); !tree) return std::move(tree).error();
  return open_sqlite(state_path(options), "");
}

Result<Snapshot> load_state(const StackOptions& options) {
  auto store = open_state(options);
  if (!store) return std::move(store).error();
  return (*store)->load();
}

PlanRequest plan_request(const RunOptions& run, bool destroy) {
  return {.targets = run.targets,
          .destroy = destroy,
          .replace = run.replace,
          .exclude = run.exclude,
          .refresh_only = run.refresh_only};
}

Result<OpenSession> open_session(const StackOptions& options, const RunOptions& run) {
  auto tree = open_tree(options.folder);
  if (!tree) return std::move(tree).error();
  auto params = gather_params(options, process_environment());
  if (!params) return std::move(params).error();
  const std::string path = state_path(options);
  // No name is expected of the state: what the stack is called stands in its files, which aren't compiled yet.
  auto store = open_sqlite(path, "");
  if (!store) return std::move(store).error();

  OpenSession open{.tree = *std::move(tree),
                   .platforms = std::make_unique<Platforms>(all_platforms()),
                   .store = *std::move(store),
                   .session = nullptr};
  open.session = std::make_unique<Session>(Session{.sources = *open.tree,
                                                   .platforms = *open.platforms,
                                                   .store = *open.store,
                                                   .home = home_of(path),
                                                   .default_stack = folder_name(options.folder),
                                                   .params = *std::move(params),
                                                   .parallelism = run.parallelism});
  return open;
}

}  // namespace infra::cli
