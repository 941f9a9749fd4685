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
  // No name is expected of the state: what the stack is called stands in its files, which aren't compiled yet.
  return open_sqlite(state_path(options), "");
}

Result<Snapshot> load_state(const StackOptions& options) {
  auto store = open_state(options);
  if (!store) return std::move(store).error();
  return (*store)->load();
}

void use_files(OpenSession& open, std::unique_ptr<SourceTree> tree) {
  const auto& now = *open.session;
  open.session = std::make_unique<Session>(Session{.sources = *tree,
                                                   .platforms = now.platforms,
                                                   .store = now.store,
                                                   .home = now.home,
                                                   .default_stack = now.default_stack,
                                                   .params = now.params,
                                                   .parallelism = now.parallelism,
                                                   .me = now.me,
                                                   .commit = now.commit,
                                                   .calls = now.calls,
                                                   .redactor = now.redactor,
                                                   .keys = now.keys});
  open.tree = std::move(tree);
}

KeyPlaces key_places_of(const StackOptions& options) {
  const Console console(options.look);
  const auto tell = [console](const std::string& line) { console.complain(line + "\n"); };
  // A state on a server has its key beside the stack.
  const bool remote = options.state.find("://") != std::string::npos;
  const auto beside = remote ? (fs::path(options.folder) / ".infra" / "state.db").string() : state_path(options);
  return key_places(key_file_beside(beside), tell, options.look.redactor);
}

std::shared_ptr<Keyring> open_keyring(const StackOptions& options) {
  return std::make_shared<Keyring>(
      [places = key_places_of(options)](Keyring::Missing missing) { return find_keys(places, missing); });
}

Result<OpenSession> open_session(const StackOptions& options, const RunOptions& run) {
  auto tree = open_tree(options.folder);
  if (!tree) return std::move(tree).error();
  auto params = gather_params(options, process_environment());
  if (!params) return std::move(params).error();
  const std::string path = state_path(options);
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
                                                   .parallelism = run.parallelism,
                                                   .redactor = options.look.redactor,
                                                   .keys = open_keyring(options)});
  return open;
}

}  // namespace infra::cli
