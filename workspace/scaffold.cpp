#include "workspace/scaffold.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "base/read_file.h"
#include "importers/importers.h"
#include "workspace/compose_files.h"
#include "workspace/default_engine.h"
#include "workspace/variables.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
using BeginningKind = Beginning::Kind;

std::vector<fs::path> files_in(const std::string& folder) {
  std::vector<fs::path> out;
  std::error_code unreadable;  // a folder that can't be read has nothing to begin with
  for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
    std::error_code gone;
    if (entry.is_regular_file(gone)) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

// In the order in which Docker Compose prefers them.
constexpr const char* kComposeFiles[] = {"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"};

bool is_ecs(const fs::path& file) {
  constexpr std::uintmax_t kLargest = std::uintmax_t{1} << 20U;
  std::error_code gone;
  if (file.extension() != ".json" || fs::file_size(file, gone) > kLargest) return false;
  const auto text = read_file(file.string(), "E0003");
  return text && text->find("\"containerDefinitions\"") != std::string::npos;
}

bool engine_is_there() {
  const auto endpoint = default_engine().endpoint;
  std::error_code ignored;  // a socket that can't be looked at can't be used
  return !endpoint.starts_with("unix://") || fs::exists(endpoint.substr(7), ignored);
}

// Where the first stack runs: what its first line says of that, and how the platform is declared.
struct Ground {
  std::string about;
  std::string platform;
};

Ground ground_of(const Beginning& from) {
  if (from.kind == BeginningKind::engine) {
    return {.about = " on a container engine",
            .platform =
                "// The engine of DOCKER_HOST, of the current Docker context, or of this machine.\n"
                "nodes here { node local { } }\nplatform = here"};
  }
  if (from.kind == BeginningKind::kubernetes) {
    return {.about = " on Kubernetes",
            .platform = "// The cluster of KUBECONFIG, or of ~/.kube/config.\nkubernetes here { }\nplatform = here"};
  }
  return {.about = " in a simulated world: no container engine was found",
          .platform =
              "// For real containers: nodes here { node local { } }, and platform = here.\n"
              "simulator here { }\nplatform = here"};
}

std::string first_stack(const std::string& stack, const Ground& ground) {
  return fmt::format(R"(// A first stack: one web server{}.
//   infra plan      shows what would be made
//   infra apply     makes it
//   infra destroy   removes it again
// `infra docs guide` explains the language.
stack "{}"

/// Any image that serves HTTP on port 80.
param image: String = "nginx:1.27-alpine"
/// How many copies run.
param copies: Int(1..10) = 1

{}

cluster main {{ }}

task web {{
  container web {{
    image  = image
    memory = 64MiB
    port http {{ container = 80 }}
  }}
}}

service web {{ cluster = main; task = task.web; desired = copies }}

/// Where it can be reached.
output urls: Later<List<String>> = service.web.urls
)",
                     ground.about, stack, ground.platform);
}

// As kubectl finds it: the first file of KUBECONFIG, else ~/.kube/config.
bool has_kubeconfig() {
  auto file = environment_variable("KUBECONFIG");
  file.resize(std::min(file.find(':'), file.size()));
  if (file.empty()) file = (fs::path(environment_variable("HOME")) / ".kube" / "config").string();
  std::error_code ignored;  // one that can't be looked at can't be used
  return fs::is_regular_file(file, ignored);
}

Result<Scaffold> imported(const Beginning& from, const std::string& stack) {
  auto text = read_file(from.file, "E0003");
  if (!text) return std::move(text).error();
  const ImportSource source{.name = fs::path(from.file).filename().string(), .text = *std::move(text)};
  auto beside = files_beside_compose(fs::path(from.file).parent_path().string(), {});
  if (!beside) return std::move(beside).error();
  auto out = from.kind == BeginningKind::compose ? import_compose(source, stack, *beside) : import_ecs({source}, stack);
  if (!out) return std::move(out).error();
  return Scaffold{.file = "stack.infra", .text = std::move(out->text), .left_out = std::move(out->left_out)};
}

}  // namespace

std::vector<Beginning> beginnings(const std::string& folder) {
  std::vector<Beginning> out;
  const auto files = files_in(folder);
  for (const auto* name : kComposeFiles) {
    const auto at = std::find_if(files.begin(), files.end(), [&](const fs::path& f) { return f.filename() == name; });
    if (at == files.end()) continue;
    out.push_back({BeginningKind::compose, at->string(), fmt::format("the Compose file {}", name)});
    break;
  }
  for (const auto& file : files) {
    if (is_ecs(file))
      out.push_back({BeginningKind::ecs, file.string(), fmt::format("the ECS file {}", file.filename().string())});
  }
  if (engine_is_there()) {
    out.push_back({BeginningKind::engine, {}, fmt::format("a web server on {}", default_engine().endpoint)});
  } else {
    out.push_back({BeginningKind::simulator, {}, "a web server in a simulated world"});
  }
  if (has_kubeconfig()) {
    out.push_back({BeginningKind::kubernetes, {}, "a web server on Kubernetes"});
  }
  return out;
}

// A stack's name stands in names on the platform: lower-case letters, digits and hyphens.
static std::string as_stack_name(const std::string& folder) {
  std::string out;
  for (const char c : folder) {
    const auto lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool fits = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (fits) {
      out += lower;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (out.ends_with('-')) out.pop_back();
  const bool letter_first = !out.empty() && out.front() >= 'a' && out.front() <= 'z';
  return letter_first ? out : "stack" + (out.empty() ? "" : "-" + out);
}

Result<Scaffold> scaffold(const Beginning& from, const std::string& folder) {
  const auto stack = as_stack_name(folder);
  if (from.kind == BeginningKind::compose || from.kind == BeginningKind::ecs) return imported(from, stack);
  return Scaffold{.file = "stack.infra", .text = first_stack(stack, ground_of(from)), .left_out = {}};
}

}  // namespace infra
