#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/read_file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/write_file.h"
#include "importers/importers.h"
#include "providers/aws/cluster_json.h"
#include "providers/kubernetes/objects/namespace_lists.h"
#include "workspace/compose_files.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

namespace fs = std::filesystem;

struct FormOptions {
  LookOptions look;
  std::string form;
  std::vector<std::string> files;
  std::vector<std::string> env_files;
  std::string out;
  bool force = false;
  // Instead of files:
  aws::ClusterWish cluster;  // of ecs
  bool live = false;         // of kubernetes
  kubernetes::NamespacesWish namespaces;
  [[nodiscard]] bool reads_files() const { return cluster.cluster.empty() && !live; }
};

// The stack is called after the folder that it will stand in, else after what it is made of.
std::string stack_of(const FormOptions& options, const std::string& live = {}) {
  if (!options.out.empty()) return folder_name(options.out);
  if (!options.reads_files()) return run_time_name(live.substr(live.rfind('/') + 1));
  const auto parent = fs::path(options.files.front()).parent_path().string();
  return folder_name(parent.empty() ? "." : parent);
}

Result<std::vector<ImportSource>> read_sources(const std::vector<std::string>& files) {
  std::vector<ImportSource> out;
  for (const auto& file : files) {
    auto text = file == "-" ? read_stdin("E0003") : read_file(file, "E0003");
    if (!text) return std::move(text).error();
    out.push_back({.name = file == "-" ? "stdin" : fs::path(file).filename().string(), .text = *std::move(text)});
  }
  return out;
}

Error misused(std::string message, std::string help) {
  return {.code = "E0902", .message = std::move(message), .help = std::move(help), .context = {}};
}

Result<ImportedStack> import_namespaces(const FormOptions& options) {
  const auto& wish = options.namespaces;
  if (wish.all && !wish.namespaces.empty()) {
    return misused("--namespace and --all-namespaces are given at once", "leave out the one or the other");
  }
  const auto read = kubernetes::list_namespaces(wish);
  if (!read) return read.error();
  std::vector<ImportSource> sources;
  for (const auto& list : read->lists) sources.push_back({.name = read->where, .text = list});
  return import_kubernetes(sources, stack_of(options, read->name), read->unread);
}

Result<ImportedStack> import_live(const FormOptions& options) {
  if (!options.files.empty()) {
    return misused("--live reads a cluster, and takes no FILE", "leave out the one or the other");
  }
  if (options.live) return import_namespaces(options);
  const auto cluster = aws::describe_cluster(options.cluster);
  if (!cluster) return cluster.error();
  return import_ecs({{.name = cluster->where, .text = cluster->json}}, stack_of(options, options.cluster.cluster));
}

Result<ImportedStack> import(const FormOptions& options) {
  if (!options.reads_files()) return import_live(options);
  if (!options.cluster.region.empty() || !options.cluster.profile.empty()) {
    return misused("--region and --profile say where --live reads a cluster, and there is no --live",
                   "add --live CLUSTER, or leave them out");
  }
  const auto& wish = options.namespaces;
  if (wish.all || !wish.namespaces.empty() || !wish.access.context.empty() || !wish.access.kubeconfig.empty()) {
    return misused("--namespace, --context and their kin say what --live reads, and there is no --live",
                   "add --live, or leave them out");
  }
  const auto sources = read_sources(options.files);
  if (!sources) return sources.error();
  if (options.form == "ecs") return import_ecs(*sources, stack_of(options));
  if (options.form == "kubernetes") return import_kubernetes(*sources, stack_of(options));
  if (sources->size() != 1) {
    return misused("`infra import compose` takes one file", "merge them first: docker compose -f A -f B config");
  }
  const auto beside = files_beside_compose(fs::path(options.files.front()).parent_path().string(), options.env_files);
  if (!beside) return beside.error();
  return import_compose(sources->front(), stack_of(options), *beside);
}

Result<std::string> write(const FormOptions& options, const std::string& text) {
  std::error_code problem;
  fs::create_directories(options.out, problem);
  if (problem) {
    return Error{.code = "E0907",
                 .message = fmt::format("can't make the folder {}: {}", options.out, problem.message()),
                 .help = "check the path and its permissions",
                 .context = {}};
  }
  auto path = (fs::path(options.out) / (options.form + ".infra")).string();
  if (auto written = create_file(path, text, options.force); !written) return std::move(written).error();
  return path;
}

int run(const FormOptions& options) {
  const Console console(options.look);
  const auto imported = import(options);
  if (!imported) return console.fail(imported.error());
  if (options.out.empty()) {
    console.data(imported->text);
  } else {
    const auto path = write(options, imported->text);
    if (!path) return console.fail(path.error());
    console.note(fmt::format("The stack is in {}. Look at it, then: infra validate {}", *path, options.out));
  }
  if (imported->left_out.empty()) return kDone;
  console.note("Not carried over:");
  for (const auto& one : imported->left_out) console.note("- " + one);
  return kDone;
}

void add_live_cluster(CLI::App& command, aws::ClusterWish& wish) {
  command.add_option("--live", wish.cluster, "Read what runs in this cluster of the account instead of files")
      ->type_name("CLUSTER");
  command.add_option("--region", wish.region, "The region of --live; default: as for the command line of AWS")
      ->type_name("REGION");
  command.add_option("--profile", wish.profile, "The profile of --live; default: as for the command line of AWS")
      ->type_name("NAME");
}

// Named as kubectl's.
void add_live_namespaces(CLI::App& command, FormOptions& options) {
  auto& wish = options.namespaces;
  command.add_flag("--live", options.live,
                   "Read what runs in a cluster instead of files; values of Secrets aren't read");
  command.add_option("--context", wish.access.context, "The context of --live; default: the current one")
      ->type_name("NAME");
  command.add_option("--kubeconfig", wish.access.kubeconfig, "The file with the context; default: as for kubectl")
      ->type_name("FILE");
  command
      .add_option("-n,--namespace", wish.namespaces,
                  "The namespace of --live; may be repeated; default: that of the context")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_flag("-A,--all-namespaces", wish.all, "All namespaces but kube-system and its kin");
}

}  // namespace

void add_import_from(CLI::App& import, Chosen& chosen) {
  struct Form {
    const char* name;
    const char* line;
  };
  constexpr Form kForms[] = {
      {"compose", "Write a stack from a Docker Compose file"},
      {"ecs", "Write a stack from ECS's JSON of task definitions and services"},
      {"kubernetes", "Write a stack from manifests of Kubernetes"},
  };
  for (const auto& form : kForms) {
    const auto options = std::make_shared<FormOptions>();
    options->form = form.name;
    auto& command = *import.add_subcommand(form.name, form.line);
    auto* files = command.add_option("FILE", options->files, "What to import; - reads stdin")->type_name("FILE...");
    if (options->form == "compose") files->required();
    if (options->form == "ecs") add_live_cluster(command, options->cluster);
    if (options->form == "kubernetes") add_live_namespaces(command, *options);
    command.add_option("--out", options->out, "Write the stack into this folder instead of printing it")
        ->type_name("DIR");
    command.add_flag("--force", options->force, "Overwrite the file that an import wrote there before");
    if (options->form == "compose")
      command.add_option("--env-file", options->env_files, "Variables of the file, instead of those in .env beside it")
          ->type_name("FILE");
    command.add_flag("--no-color", options->look.no_color, "Plain text; so does the variable NO_COLOR");
    command.callback([options, &chosen] {
      if (options->files.empty() && options->reads_files()) throw CLI::RequiredError("FILE or --live");
      chosen = [options] { return run(*options); };
    });
  }
}

}  // namespace infra::cli
