// What a cluster lacks for all of a stack to work on it.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/find_program.h"
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

constexpr int kOldest = 25;  // the oldest version that is supported

bool serves_group(const Server& server, std::string_view group) {
  return std::any_of(server.served.begin(), server.served.end(),
                     [&](const std::string& one) { return one.starts_with(group); });
}

Check version_checkup(const Server& server) {
  Check out{.what = "Kubernetes " + server.version, .detail = "is supported"};
  if (server.minor >= kOldest) return out;
  out.good = out.needed = false;
  out.detail = fmt::format("is older than 1.{}, the oldest version that is supported", kOldest);
  out.help = "what it doesn't have is said by `infra plan`";
  return out;
}

Check metrics_checkup(const Server& server) {
  if (serves_group(server, "metrics.k8s.io/")) return {.what = "metrics API", .detail = "is served"};
  return {.what = "metrics API",
          .good = false,
          .needed = false,
          .detail = "isn't served: `scale` can't tell how busy pods are, nor can `infra top`",
          .help = "install metrics-server"};
}

Check ingress_checkup(Client& client) {
  std::vector<Json> classes;
  const auto refused =
      client.list({.path = "/apis/networking.k8s.io/v1/ingressclasses", .metadata_only = true}, classes);
  if (!refused || *refused) {
    return {
        .what = "ingress classes", .good = false, .needed = false, .detail = "can't be listed with these credentials"};
  }
  std::string names;
  bool any_default = false;
  for (const auto& one : classes) {
    names += (names.empty() ? "" : ", ") + text(get(one, "metadata", "name"));
    any_default = any_default ||
                  text(get(one, "metadata", "annotations", "ingressclass.kubernetes.io/is-default-class")) == "true";
  }
  if (classes.empty()) {
    return {.what = "ingress classes",
            .good = false,
            .needed = false,
            .detail = "there is none: nothing serves the http routes of a load balancer",
            .help = "install an ingress controller"};
  }
  if (any_default) return {.what = "ingress classes", .detail = names + "; one is the default"};
  return {.what = "ingress classes",
          .good = false,
          .needed = false,
          .detail = fmt::format("{}; none is the default", names),
          .help = "name one: `kubernetes k { ingress = \"…\" }`"};
}

// Only where the cluster serves the Gateway API.
std::optional<Check> gateway_checkup(Client& client, const Server& server) {
  const auto* type = find_object_type(kGateway);
  const auto version = server.version_of(*type);
  if (version.empty()) return std::nullopt;
  Check out{.what = "gateway classes", .good = false, .needed = false};
  std::vector<Json> classes;
  const auto refused =
      client.list({.path = path_of(version, "gatewayclasses", "", ""), .metadata_only = true}, classes);
  if (!refused || *refused) {
    out.detail = "can't be listed with these credentials";
    return out;
  }
  std::string names;
  for (const auto& one : classes) names += (names.empty() ? "" : ", ") + text(get(one, "metadata", "name"));
  out.good = !classes.empty();
  out.detail = out.good ? names : "there is none: nothing serves a Gateway";
  out.help = out.good ? "" : "install a controller of the Gateway API";
  return out;
}

Check kubectl_checkup() {
  if (auto file = find_program("kubectl"); !file.empty()) return {.what = "kubectl", .detail = std::move(file)};
  return {.what = "kubectl",
          .good = false,
          .needed = false,
          .detail = "isn't installed: `infra exec` needs it, and nothing else",
          .help = "apt-get install kubernetes-client"};
}

}  // namespace

std::vector<Check> KubernetesProvider::checkup(const std::vector<DeclaredObject>&) {
  const auto server = cluster_.server();
  if (!server) {
    return {{.what = "API server", .good = false, .detail = server.error().message, .help = server.error().help}};
  }
  std::vector<Check> out{version_checkup(*server), metrics_checkup(*server), ingress_checkup(cluster_.client())};
  if (auto gateways = gateway_checkup(cluster_.client(), *server)) out.push_back(*std::move(gateways));
  out.push_back(kubectl_checkup());
  out.push_back({.what = "network policies",
                 .detail = "are written; whether the cluster's network plug-in enforces them, none says"});
  return out;
}

}  // namespace infra::kubernetes
