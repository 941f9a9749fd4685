#include "workspace/open_session.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "apply/disk_tree.h"
#include "base/terminal.h"
#include "git/unused_copies.h"
#include "providers/aws/aws.h"
#include "providers/aws/eks_sign_in.h"
#include "providers/kubernetes/kubernetes.h"
#include "providers/nodes/nodes.h"
#include "providers/simulator/simulator.h"
#include "state/places/open_store.h"
#include "workspace/default_engine.h"
#include "workspace/params.h"
#include "workspace/stack_folder.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

// Waits and rescues outside an apply, which has its own display.
Listener listener() {
  return {.say = [](const std::string& text) { terminal::write(stderr, text + "\n"); }, .go_on = {}};
}

Result<std::unique_ptr<Store>> open_state_of(const StackOptions& options) {
  // No name is expected of the state: what the stack is called stands in its files, which aren't compiled yet.
  auto store = open_store(state_path(options), "", state_home(options));
  if (store) (*store)->listen(listener());
  return store;
}

std::string module_cache(const std::string& home) { return (fs::path(home) / "modules").string(); }

}  // namespace

Platforms all_platforms() {
  return Platforms({aws_platform(image_builder()), kubernetes_platform(image_builder(), sign_in_at_eks),
                    nodes_platform(), simulator_platform()});
}

std::string state_path(const StackOptions& options) {
  if (!options.state.empty()) return options.state;
  if (const char* place = std::getenv("INFRA_STATE"); place != nullptr && *place != '\0') return place;
  return (fs::path(options.folder) / ".infra" / "state.db").string();
}

std::string state_name(const StackOptions& options) { return name_of_state(state_path(options)); }

std::string state_home(const StackOptions& options) {
  const auto path = state_path(options);
  if (is_distant_state(path)) {
    const auto home = fs::path(options.folder) / ".infra";
    return (options.environment.name.empty() ? home : home / options.environment.name).string();
  }
  const auto parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

std::string folder_name(const std::string& folder) {
  std::error_code failed;
  fs::path path = fs::weakly_canonical(folder, failed);
  if (failed) path = fs::path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.filename().empty() ? "stack" : path.filename().string();
}

Result<std::unique_ptr<ModuleTree>> open_tree(const StackOptions& options) {
  if (auto there = check_folder(options.folder); !there) return std::move(there).error();
  const char* key_file = std::getenv("INFRA_KEY_FILE");
  const auto state = state_path(options);
  const DiskTree::Closed closed{.key_file = key_file == nullptr ? "" : key_file,
                                .state = is_distant_state(state) ? "" : state};
  const auto cache = module_cache((fs::path(options.folder) / ".infra").string());
  return std::make_unique<ModuleTree>(std::make_unique<DiskTree>(options.folder, closed),
                                      ModuleTreeOptions{.cache = cache});
}

Result<std::unique_ptr<ModuleTree>> open_tree(const std::string& folder) {
  StackOptions options;
  options.folder = folder;
  return open_tree(options);
}

Result<std::unique_ptr<Store>> open_state(const StackOptions& options) {
  // A folder that isn't there would otherwise look like a stack that was never applied.
  if (auto tree = open_tree(options); !tree) return std::move(tree).error();
  if (auto there = check_state(options); !there) return std::move(there).error();
  return open_state_of(options);
}

Result<Ok> check_state(const StackOptions& options) {
  std::error_code ignored;  // one that can't be looked at is reported by the attempt to open it
  if (!options.state_exists || is_distant_state(options.state) || fs::exists(options.state, ignored)) return Ok{};
  return Error{.code = "E0004",
               .message = fmt::format("there is no state \"{}\"", options.state),
               .help = "check --state; only `infra apply` makes a new state",
               .context = {}};
}

Result<Snapshot> load_state(const StackOptions& options) {
  auto store = open_state(options);
  if (!store) return std::move(store).error();
  return (*store)->load();
}

void use_files(OpenSession& open, std::unique_ptr<SourceTree> files) {
  auto tree =
      std::make_unique<ModuleTree>(std::move(files), ModuleTreeOptions{.cache = module_cache(open.session->home)});
  auto session = std::make_unique<Session>(*open.session);
  session->sources = *tree;
  session->modules = tree.get();
  open.session = std::move(session);
  open.tree = std::move(tree);
}

PlanRequest plan_request(const RunOptions& run, bool destroy) {
  return {.targets = run.targets,
          .destroy = destroy,
          .replace = run.replace,
          .exclude = run.exclude,
          .refresh_only = run.refresh_only};
}

KeyPlaces key_places_of(const StackOptions& options) {
  const auto tell = [redactor = options.look.redactor](const std::string& line) {
    terminal::flush(stdout);  // a terminal shows both; keep them in order
    terminal::write(stderr, redactor->clean(line) + "\n");
  };
  // A state on a server has its key beside the stack.
  const bool distant = is_distant_state(state_path(options));
  const auto beside = distant ? state_home(options) + "/state.db" : state_path(options);
  auto places = key_places(key_file_beside(beside), tell, options.look.redactor);
  if (!distant) places.state = beside;
  return places;
}

std::shared_ptr<Keyring> open_keyring(const StackOptions& options) {
  return std::make_shared<Keyring>(
      [places = key_places_of(options)](Keyring::Missing missing) { return find_keys(places, missing); });
}

Result<OpenSession> open_session(const StackOptions& options, const RunOptions& run) {
  auto tree = open_tree(options);
  if (!tree) return std::move(tree).error();
  drop_unused_copies(module_cache(state_home(options)));
  auto params = gather_params(options, process_environment());
  if (!params) return std::move(params).error();
  auto store = open_state_of(options);
  if (!store) return std::move(store).error();

  OpenSession open{.tree = *std::move(tree),
                   .platforms = std::make_unique<Platforms>(all_platforms()),
                   .store = *std::move(store),
                   .session = nullptr};
  open.session = std::make_unique<Session>(Session{.sources = *open.tree,
                                                   .platforms = *open.platforms,
                                                   .store = *open.store,
                                                   .home = state_home(options),
                                                   .default_stack = folder_name(options.folder),
                                                   .params = *std::move(params),
                                                   .parallelism = run.parallelism,
                                                   .redactor = options.look.redactor,
                                                   .keys = open_keyring(options),
                                                   .modules = open.tree.get(),
                                                   .environment = options.environment,
                                                   .engine = default_engine()});
  return open;
}

}  // namespace infra
