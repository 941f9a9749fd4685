#include <unistd.h>

#include <cstdlib>

#include "cli/doctor/doctor.h"
#include "providers/checkup.h"
#include "workspace/declared_objects.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

std::vector<Finding> with_checks(const std::string& platform, const std::string& place, std::vector<Check> checks) {
  std::vector<Finding> out{{.what = platform, .detail = "answers: " + place, .help = {}}};
  for (auto& check : checks) {
    out.push_back({.what = fmt::format("{}: {}", platform, check.what),
                   .good = check.good,
                   .needed = check.needed,
                   .detail = std::move(check.detail),
                   .help = std::move(check.help)});
  }
  return out;
}

// Asks a platform for everything that nobody owns: each node must answer for that, and nothing is found.
std::vector<Finding> look_at(const Platforms& platforms, const PlatformDecl& declaration, const std::string& home,
                             const std::vector<DeclaredObject>& declared) {
  const std::string what = fmt::format("platform {} ({})", declaration.name, declaration.kind);
  const auto failed = [&](const std::string& where, const Error& error) {
    return Finding{.what = where, .good = false, .detail = error.message, .help = error.help};
  };
  const Platform* platform = platforms.find(declaration.kind);
  if (platform == nullptr)
    return {{.what = what, .good = false, .detail = "this program has no such platform", .help = {}}};
  auto provider = platform->connect(
      {.owner = {.stack = "doctor", .lineage = "doctor"}, .platform = declaration, .home = home, .sources = nullptr});
  if (!provider) return {failed(what, provider.error())};
  if (auto* checked = dynamic_cast<HasCheckup*>(provider->get())) {
    return with_checks(what, (*provider)->place(), checked->checkup(declared));
  }
  const auto observed = (*provider)->observe({});
  if (!observed) return {failed(what, observed.error())};
  if (observed->unreachable.empty()) return {{.what = what, .detail = "answers", .help = {}}};
  std::vector<Finding> findings;
  for (const auto& unreachable : observed->unreachable)
    findings.push_back(failed(unreachable.where, unreachable.error));
  return findings;
}

std::vector<std::string> usual_endpoints() {
  std::vector<std::string> all;
  if (const char* host = std::getenv("DOCKER_HOST"); host != nullptr && *host != '\0') all.emplace_back(host);
  all.emplace_back("unix:///var/run/docker.sock");
  all.emplace_back("unix:///run/podman/podman.sock");
  if (const char* runtime = std::getenv("XDG_RUNTIME_DIR"); runtime != nullptr && *runtime != '\0') {
    all.push_back(fmt::format("unix://{}/podman/podman.sock", runtime));
  }
  return all;
}

PlatformDecl engine_at(const std::string& endpoint) {
  const Map node({{"endpoint", endpoint}, {"labels", Value(Map())}});
  return {.name = "engine", .kind = "nodes", .config = Map({{"node", Map({{"a", Value(node)}})}}), .span = {}};
}

}  // namespace

std::vector<Finding> look_for_engines(const Platforms& platforms, const std::string& home) {
  std::vector<Finding> silent;
  for (const auto& endpoint : usual_endpoints()) {
    auto finding = look_at(platforms, engine_at(endpoint), home, {}).front();
    finding.what = fmt::format("container engine {}", endpoint);
    if (finding.good) return {finding};
    silent.push_back(std::move(finding));
  }
  // The first is where the user or the distribution expects it; the others would only repeat the remedy.
  if (silent.front().help.empty()) silent.front().help = "apt-get install docker.io";
  return {silent.front()};
}

std::vector<Finding> look_at_platforms(const Platforms& platforms, const Graph& graph, const StackOptions& options) {
  std::vector<Finding> findings;
  auto declared = declared_objects(options, graph);
  if (!declared) {
    const auto& error = declared.error();
    findings.push_back({.what = "state", .good = false, .detail = error.message, .help = error.help});
    declared = DeclaredByPlatform();
  }
  const auto home = state_home(options);
  for (const auto& declaration : graph.platforms) {
    for (auto& finding : look_at(platforms, declaration, home, (*declared)[declaration.name])) {
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace infra::cli
