#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/read_file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "cli/write_file.h"
#include "importers/import.h"
#include "providers/aws/cluster_json.h"
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
  aws::ClusterWish live;  // of ecs: instead of files
};

// The stack is called after the folder that it will stand in.
std::string stack_of(const FormOptions& options) {
  if (!options.out.empty()) return folder_name(options.out);
  if (!options.live.cluster.empty())
    return run_time_name(options.live.cluster.substr(options.live.cluster.rfind('/') + 1));
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

Result<ImportedStack> import_live(const FormOptions& options) {
  if (!options.files.empty()) {
    return Error{.code = "E0902",
                 .message = "--live reads a cluster, and takes no FILE",
                 .help = "leave out the one or the other",
                 .context = {}};
  }
  const auto cluster = aws::describe_cluster(options.live);
  if (!cluster) return cluster.error();
  return import_ecs({{.name = cluster->where, .text = cluster->json}}, stack_of(options));
}

Result<ImportedStack> import(const FormOptions& options) {
  if (!options.live.cluster.empty()) return import_live(options);
  if (!options.live.region.empty() || !options.live.profile.empty()) {
    return Error{.code = "E0902",
                 .message = "--region and --profile say where --live reads a cluster, and there is no --live",
                 .help = "add --live CLUSTER, or leave them out",
                 .context = {}};
  }
  const auto sources = read_sources(options.files);
  if (!sources) return sources.error();
  if (options.form == "ecs") return import_ecs(*sources, stack_of(options));
  if (options.form == "kubernetes") return import_kubernetes(*sources, stack_of(options));
  if (sources->size() != 1) {
    return Error{.code = "E0902",
                 .message = "`infra import compose` takes one file",
                 .help = "merge them first: docker compose -f A -f B config",
                 .context = {}};
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

void add_live(CLI::App& command, aws::ClusterWish& wish) {
  command.add_option("--live", wish.cluster, "Read what runs in this cluster of the account instead of files")
      ->type_name("CLUSTER");
  command.add_option("--region", wish.region, "The region of --live; default: as for the command line of AWS")
      ->type_name("REGION");
  command.add_option("--profile", wish.profile, "The profile of --live; default: as for the command line of AWS")
      ->type_name("NAME");
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
    const bool live = options->form == "ecs";
    if (!live) files->required();
    if (live) add_live(command, options->live);
    command.add_option("--out", options->out, "Write the stack into this folder instead of printing it")
        ->type_name("DIR");
    command.add_flag("--force", options->force, "Overwrite the file that an import wrote there before");
    if (options->form == "compose")
      command.add_option("--env-file", options->env_files, "Variables of the file, instead of those in .env beside it")
          ->type_name("FILE");
    command.add_flag("--no-color", options->look.no_color, "Plain text; so does the variable NO_COLOR");
    command.callback([options, &chosen] {
      if (options->files.empty() && options->live.cluster.empty()) throw CLI::RequiredError("FILE or --live");
      chosen = [options] { return run(*options); };
    });
  }
}

}  // namespace infra::cli
