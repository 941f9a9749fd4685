#include "compiler/checks/platforms/check_kubernetes_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

constexpr std::int64_t kWholeSecond = 1000;
constexpr std::int64_t kLongestWindow = 3'600 * kWholeSecond;  // autoscaling/v2: stabilizationWindowSeconds

bool on_kubernetes(const Graph& graph, const Resource& resource) {
  const auto* platform = graph.platform(resource.platform);
  return platform != nullptr && platform->kind == "kubernetes";
}

Diagnostic warning(std::string code, Span place, std::string message, std::string label, std::string help) {
  Diagnostic out{.severity = Severity::warning,
                 .code = std::move(code),
                 .message = std::move(message),
                 .primary = {place, std::move(label)}};
  out.help = std::move(help);
  return out;
}

// --- resources ---------------------------------------------------------------------------------------------------

// Once in a stack: it is the same for all of them.
void check_addresses(const Resource& vpc, bool& said, Diagnostics& diagnostics) {
  if (said) return;
  said = true;
  diagnostics.add(warning(
      "E0417", vpc.place("cidr"),
      fmt::format("the addresses and zones of {} do nothing on Kubernetes: pods have those of the cluster", named(vpc)),
      "only on other platforms",
      "the vpc says which namespaces may call each other, and `public` what is open to others"));
}

void check_registry(const Resource& registry, Diagnostics& diagnostics) {
  if (registry.config["endpoint"].is_null()) {
    diagnostics.error("E0206", registry.span, fmt::format("{} needs an `endpoint` on Kubernetes", named(registry)),
                      "none is run in a cluster", "name one that exists: endpoint = \"registry.example.org\"");
    return;
  }
  if (registry.config["insecure"] == Value(true)) {
    diagnostics.add(warning(
        "E0417", registry.place("insecure"),
        fmt::format("nodes of Kubernetes pull from {} over TLS unless they are told otherwise", named(registry)),
        "tells only the engine that pushes", "say it in the configuration of the nodes' container runtime, too"));
  }
  const auto* endpoint = registry.config["endpoint"].string();
  const bool ecr = endpoint != nullptr && endpoint->find(".dkr.ecr.") != std::string::npos;
  if (ecr && !registry.config["password"].is_null()) {
    diagnostics.add(
        warning("E0417", registry.place("password"),
                fmt::format("the password of {} is a token of ECR, which is good for 12 hours", named(registry)),
                "pods that start later can't pull",
                "on EKS leave it out: its nodes sign in by themselves; elsewhere apply again before it ends"));
  }
}

// "[prefix/]name", as qualified names are.
bool is_annotation_key(std::string_view key) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  const auto slash = key.find('/');
  const auto name = slash == std::string_view::npos ? key : key.substr(slash + 1);
  const auto domain = slash == std::string_view::npos ? std::string_view() : key.substr(0, slash);
  if (slash != std::string_view::npos && (domain.empty() || domain.size() > 253)) return false;
  return !name.empty() && name.size() <= 63 && letter(name.front()) && letter(name.back()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || c == '-' || c == '_' || c == '.'; }) &&
         std::all_of(domain.begin(), domain.end(),
                     [&](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
}

void check_keys(const Resource& resource, const std::string& path, const Value& labels, Diagnostics& diagnostics) {
  for (const auto& [key, value] : labels.map() != nullptr ? *labels.map() : Map()) {
    if (is_annotation_key(key)) continue;
    diagnostics.error("E0416", resource.written(fmt::format("{}.{}:", path, key)).value_or(resource.place(path)),
                      fmt::format("{} has a label that Kubernetes takes neither as label nor as annotation: {}",
                                  named(resource), to_source(Value(key))),
                      "",
                      "keys are letters, digits, `-`, `_` and `.`, at most 63 of them, perhaps after \"example.org/\"");
  }
}

// --- runners -----------------------------------------------------------------------------------------------------

// Its times are whole seconds.
void check_seconds(const CheckInput& input, const Resource& resource, Diagnostics& diagnostics) {
  for (const auto& part : input.parts(resource)) {
    const auto* time = part.attribute != nullptr && part.value != nullptr ? part.value->get<Duration>() : nullptr;
    if (time == nullptr || time->ms % kWholeSecond == 0) continue;
    const auto seconds = (time->ms + kWholeSecond - 1) / kWholeSecond;
    auto out = warning("E0416", part.span,
                       fmt::format("`{}` of {} is {}s on Kubernetes, which counts whole seconds", part.last(),
                                   owner_of(resource, part), seconds),
                       "rounded up", fmt::format("write {}s", seconds));
    out.fixes.push_back({part.span, fmt::format("{}s", seconds)});
    diagnostics.add(std::move(out));
  }
}

void check_cooldown(const Resource& service, Diagnostics& diagnostics) {
  const auto* cooldown = service.config["scale"]["cooldown"].get<Duration>();
  if (cooldown == nullptr || cooldown->ms <= kLongestWindow) return;
  diagnostics
      .error("E0416", service.place("scale.cooldown"),
             fmt::format("{} scales down after {}, and an autoscaler of Kubernetes after an hour at most",
                         named(service), to_source(Value(*cooldown))),
             "above 1h", "write 1h or less")
      .fixes.push_back({service.place("scale.cooldown"), "1h"});
}

// A pod has one time to stop in.
void check_stop(const Use& use, Diagnostics& diagnostics) {
  const Duration* longest = nullptr;
  std::string shorter;
  std::optional<Duration> first;
  for (const auto& [label, container] : use.containers()) {
    const auto path = fmt::format("container.{}.stop_timeout", label);
    const auto* time = container["stop_timeout"].get<Duration>();
    if (time == nullptr || !use.task->written(path)) continue;
    if (longest == nullptr || time->ms > longest->ms) longest = time;
    if (!first) first = *time;
    if (first->ms != time->ms && shorter.empty()) shorter = path;
  }
  if (shorter.empty()) return;
  diagnostics.add(warning(
      "E0417", use.task->place(shorter),
      fmt::format("the containers of {} have several stop timeouts, and a pod of Kubernetes one", named(*use.task)),
      "differs from another's", fmt::format("all of them get the longest: {}", to_source(Value(*longest)))));
}

}  // namespace

void check_objects(const CheckInput& input, Diagnostics& diagnostics) {
  bool said = false;
  for (const auto& resource : input.graph.resources) {
    if (!on_kubernetes(input.graph, resource)) continue;
    const auto& kind = resource.address.kind;
    check_keys(resource, "labels", resource.config["labels"], diagnostics);
    if (kind == "vpc") check_addresses(resource, said, diagnostics);
    if (kind == "registry") check_registry(resource, diagnostics);
    if (kind == "service") check_cooldown(resource, diagnostics);
    if (kind == "service" || kind == "job" || kind == "task") check_seconds(input, resource, diagnostics);
  }
  std::vector<const Resource*> seen;
  for (const auto& use : input.uses) {
    if (use.launch != Launch::kubernetes || std::find(seen.begin(), seen.end(), use.task) != seen.end()) continue;
    seen.push_back(use.task);
    check_stop(use, diagnostics);
    for (const auto& [label, container] : use.containers()) {
      check_keys(*use.task, container_path(label) + "labels", container["labels"], diagnostics);
    }
  }
}

}  // namespace infra::checks
