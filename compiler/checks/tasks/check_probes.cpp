#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text/image_reference.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"
#include "compiler/checks/tasks/check_argv.h"
#include "compiler/checks/tasks/check_dockerfile.h"

namespace infra::checks {
namespace {

// A health check runs inside of its container, with what the image has.
struct Probe {
  const Resource& task;
  const std::string& container;
  Argv argv;
  std::string image;  // the image's name, or that of what its Dockerfile begins with; empty: not known
  bool built;         // from a Dockerfile of the stack, which may have added what is missing
  [[nodiscard]] Span place() const { return task.place(container_path(container) + "health.command"); }
  [[nodiscard]] Span image_place() const { return task.place(container_path(container) + "image"); }
};

bool is_bare(const std::string& image) {
  if (image == "scratch") return true;
  const auto parts = registry::parse_reference(image);
  const bool distroless = parts.host == "gcr.io" && parts.repository.starts_with("distroless/");
  return (distroless && parts.tag.find("debug") == std::string::npos) || parts.tag.ends_with("-distroless") ||
         parts.tag.ends_with("-chiseled") || parts.repository == "library/hello-world";
}

bool needs_system(std::string_view program) {
  constexpr std::array<std::string_view, 13> kPrograms = {"sh",  "bash", "ash", "dash", "curl", "wget", "nc",
                                                          "cat", "test", "[",   "grep", "ls",   "pgrep"};
  return std::find(kPrograms.begin(), kPrograms.end(), program) != kPrograms.end();
}

void check_bare(const Probe& probe, Diagnostics& diagnostics) {
  const auto program = program_of(probe.argv.front());
  if (!is_bare(probe.image) || !needs_system(program)) return;
  const bool whole = !probe.built;  // nothing was added to it
  Diagnostic out{
      .severity = whole ? Severity::error : Severity::warning,
      .code = "E0420",
      .message = fmt::format("the health check of container `{}` runs `{}`, which an image on {} doesn't have",
                             probe.container, program, probe.image),
      .primary = {probe.place(), "no such program there"}};
  out.secondary.push_back({probe.image_place(), whole ? "has no shell and no tools" : "built on it"});
  out.help = "call a program of the image itself, such as [\"/app\", \"--check\"]";
  diagnostics.add(std::move(out));
}

// What images of these names are known not to have; somebody may have built one of the same name that does.
struct Lack {
  std::string_view repository;  // of Docker's library
  std::string_view tag;         // part of its tag; empty: of all
  std::string_view program;
  std::string_view instead;
};
// From the Dockerfiles of the library and public reports: what is based on Alpine has BusyBox's wget, and the images of
// MySQL have curl.
constexpr std::array kLacks = {
    Lack{"redis", "", "curl", "redis-cli ping"},
    Lack{"valkey", "", "curl", "valkey-cli ping"},
    Lack{"postgres", "", "curl", "pg_isready"},
    Lack{"mariadb", "", "curl", "healthcheck.sh --connect"},
    Lack{"mongo", "", "curl", "mongosh --eval"},
    Lack{"alpine", "", "curl", "wget -q -O- …"},
    Lack{"alpine", "", "bash", "sh"},
    Lack{"busybox", "", "curl", "wget -q -O- …"},
    Lack{"busybox", "", "bash", "sh"},
    Lack{"debian", "", "curl", "a program that the image has"},
    Lack{"ubuntu", "", "curl", "a program that the image has"},
    Lack{"node", "slim", "curl", "node -e …"},
    Lack{"node", "alpine", "curl", "wget -q -O- …"},
    Lack{"node", "alpine", "bash", "sh"},
    Lack{"python", "slim", "curl", "python -c …"},
    Lack{"python", "alpine", "curl", "wget -q -O- …"},
    Lack{"python", "alpine", "bash", "sh"},
    Lack{"nginx", "alpine", "bash", "sh"},
    Lack{"redis", "alpine", "bash", "sh"},
};

std::vector<std::string> programs_of(const Argv& argv) {
  std::vector<std::string> out = {std::string(program_of(argv.front()))};
  const auto at = script_of(argv);
  if (at == std::string::npos) return out;
  const auto& script = argv[at];
  out.push_back(script.substr(0, script.find_first_of(" ;|&")));
  return out;
}

void check_lack(const Probe& probe, Diagnostics& diagnostics) {
  if (probe.built || probe.image.empty()) return;
  const auto parts = registry::parse_reference(probe.image);
  constexpr std::string_view kLibrary = "library/";
  if (parts.host != "docker.io" || !parts.repository.starts_with(kLibrary)) return;
  const auto name = std::string_view(parts.repository).substr(kLibrary.size());
  for (const auto& program : programs_of(probe.argv)) {
    for (const auto& lack : kLacks) {
      const bool tagged = lack.tag.empty() || parts.tag.find(lack.tag) != std::string::npos;
      if (lack.repository != name || lack.program != program || !tagged) continue;
      auto& diagnostic = diagnostics.warning(
          "E0420", probe.place(),
          fmt::format("the health check of container `{}` runs `{}`, which the image {} doesn't have", probe.container,
                      program, probe.image),
          fmt::format("`{}` isn't in it", program), fmt::format("use {}", lack.instead));
      diagnostic.secondary.push_back({probe.image_place(), "the image"});
      return;
    }
  }
}

// "http://localhost:8080/healthz" → 8080; nullopt: no such address.
std::optional<std::int64_t> asked_port(const std::string& word) {
  for (const auto* host : {"://localhost", "://127.0.0.1", "://[::1]"}) {
    const auto at = word.find(host);
    if (at == std::string::npos) continue;
    const auto rest = std::string_view(word).substr(at + std::string_view(host).size());
    if (!rest.starts_with(':')) {
      const bool ends = rest.empty() || rest.front() == '/' || rest.front() == ' ';
      return ends ? std::optional<std::int64_t>(word.substr(0, at).ends_with("https") ? 443 : 80) : std::nullopt;
    }
    std::int64_t port = 0;
    std::from_chars(rest.data() + 1, rest.data() + rest.size(), port);
    return port > 0 ? std::optional(port) : std::nullopt;
  }
  return std::nullopt;
}

// A port of the task's others counts as well where they share their network.
void check_port(const Probe& probe, const Map& containers, Diagnostics& diagnostics) {
  std::vector<std::int64_t> ports;
  const auto* own = (*containers.find(probe.container))["port"].map();
  if (own == nullptr || own->empty()) return;  // it says of none that it listens there
  for (const auto& [label, container] : containers) {
    const auto* all = container["port"].map();
    for (const auto& [name, port] : all != nullptr ? *all : Map()) {
      const auto* number = port["container"].integer();
      if (number == nullptr) return;
      ports.push_back(*number);
    }
  }
  for (const auto& word : probe.argv) {
    const auto port = asked_port(word);
    if (!port || std::find(ports.begin(), ports.end(), *port) != ports.end()) continue;
    const auto& first = own->begin()->first;
    diagnostics
        .warning("E0420", probe.place(),
                 fmt::format("the health check of container `{}` asks port {}, and none of its ports is that",
                             probe.container, *port),
                 fmt::format("asks {}", *port), "ask a port that the container listens on, or declare this one")
        .secondary.push_back(
            {probe.task.place(fmt::format("{}port.{}.container", container_path(probe.container), first)),
             "listens here"});
    return;
  }
}

Probe probe_of(const CheckInput& input, const Resource& task, const std::string& label, const Value& container,
               Argv argv) {
  Probe out{task, label, std::move(argv), "", false};
  if (const auto* name = container["image"].string()) out.image = *name;
  const auto* ref = container["image"].ref();
  const auto* image = ref != nullptr ? input.graph.find(ref->address) : nullptr;
  if (image == nullptr) return out;
  out.built = true;
  const auto file = dockerfile_of(input, *image);
  const auto* target = image->config["target"].string();
  const auto* stage = file ? file->stage(target != nullptr ? *target : "") : nullptr;
  if (stage != nullptr) out.image = file->root_of(*stage);
  return out;
}

}  // namespace

void probes(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& task : input.graph.resources) {
    const auto* containers = task.address.kind == "task" ? task.config["container"].map() : nullptr;
    for (const auto& [label, container] : containers != nullptr ? *containers : Map()) {
      auto argv = argv_of(container["health"]["command"]);
      if (!argv) continue;
      const auto probe = probe_of(input, task, label, container, *std::move(argv));
      check_bare(probe, diagnostics);
      check_lack(probe, diagnostics);
      check_port(probe, *containers, diagnostics);
    }
  }
}

}  // namespace infra::checks
