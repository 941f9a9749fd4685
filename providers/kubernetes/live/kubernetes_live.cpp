#include "providers/kubernetes/live/kubernetes_live.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>

#include "base/text/rfc3339.h"
#include "providers/kubernetes/live/pods.h"

namespace infra::kubernetes {

namespace {

Moment moment_of(const Json& time) {
  const auto at = parse_rfc3339(text(time));
  return at ? std::chrono::time_point_cast<Moment::duration>(*at) : Moment{};
}

// As kubectl finds it; with one container it isn't said.
bool is_main(const Json& pod, const std::string& container) {
  const auto said = text(get(pod, "metadata", "annotations", "kubectl.kubernetes.io/default-container"));
  return said.empty() || said == container;
}

LiveContainer container_of(const LivePod& one, const Json& status, bool main) {
  const auto& pod = one.pod;
  const auto name = text(get(status, "name"));
  const auto id = ObjectId::of(pod);
  return {.address = one.address,
          .type = "pod",
          .node = text(get(pod, "spec", "nodeName")),
          .container = name,
          .id = ContainerId{id.space, id.name, name}.text(),
          .running = get(status, "state", "running").is_object(),
          .essential = main && is_main(pod, name),
          .healthy = get(status, "ready") == Json(true),
          .created = moment_of(get(pod, "metadata", "creationTimestamp"))};
}

std::int64_t bytes_of(const std::string& quantity) {
  static const std::pair<const char*, double> kUnits[] = {
      {"Ki", 1024.0}, {"Mi", 1048576.0}, {"Gi", 1073741824.0}, {"Ti", 1099511627776.0}, {"k", 1e3}, {"M", 1e6},
      {"G", 1e9},     {"T", 1e12},       {"m", 1e-3}};
  const double amount = std::strtod(quantity.c_str(), nullptr);
  for (const auto& [unit, times] : kUnits) {
    if (quantity.ends_with(unit)) return static_cast<std::int64_t>(amount * times);
  }
  return static_cast<std::int64_t>(amount);
}

double processors_of(const std::string& quantity) {
  const double amount = std::strtod(quantity.c_str(), nullptr);
  if (quantity.ends_with('n')) return amount / 1e9;
  if (quantity.ends_with('u')) return amount / 1e6;
  return quantity.ends_with('m') ? amount / 1e3 : amount;
}

}  // namespace

ContainerId ContainerId::parse(const std::string& id) {
  const auto first = id.find('/');
  const auto second = id.find('/', first + 1);
  if (first == std::string::npos || second == std::string::npos) return {};
  return {id.substr(0, first), id.substr(first + 1, second - first - 1), id.substr(second + 1)};
}

Result<Live::Listed> KubernetesLive::containers() {
  auto all = pods_of_stack(cluster_);
  if (!all && all.error().code == "E0631") {
    Listed silent;
    silent.unreachable.push_back({.node = {}, .where = "cluster of " + platform_, .error = std::move(all).error()});
    return silent;
  }
  if (!all) return std::move(all).error();
  Listed out;
  for (const auto& one : all->pods) {
    for (const auto& status : get(one.pod, "status", "initContainerStatuses")) {
      out.containers.push_back(container_of(one, status, false));
    }
    for (const auto& status : get(one.pod, "status", "containerStatuses")) {
      out.containers.push_back(container_of(one, status, true));
    }
  }
  std::sort(out.containers.begin(), out.containers.end(), [](const LiveContainer& a, const LiveContainer& b) {
    return std::tie(a.address, a.container, a.id) < std::tie(b.address, b.container, b.id);
  });
  return out;
}

Result<std::vector<ObservedObject>> KubernetesLive::tasks() {
  auto all = pods_of_stack(cluster_);
  if (!all) return std::move(all).error();
  std::vector<ObservedObject> out;
  for (const auto& one : all->pods) {
    Map outputs;
    outputs.set("node", text(get(one.pod, "spec", "nodeName")));
    outputs.set("address", text(get(one.pod, "status", "podIP")));
    out.push_back({.address = one.address,
                   .type = "task",
                   .id = ObjectId::of(one.pod).text(),
                   .health = health_of_pod(one.pod),
                   .outputs = std::move(outputs),
                   .platform = platform_,
                   .revision = text(get(one.pod, "metadata", "labels", "pod-template-hash")),
                   .created = moment_of(get(one.pod, "metadata", "creationTimestamp"))});
  }
  return out;
}

Result<int> KubernetesLive::run(const RunRequest& request, const ExecStreams&, const Cancel&) {
  return Error{
      .code = "E0720",
      .message = fmt::format("platform `{}` can't run a command beside {}", platform_, request.address.owner().text()),
      .help = "`infra exec` runs it in one of its pods; a `job` runs it in a pod of its own"};
}

Result<std::vector<Usage>> KubernetesLive::usage(const std::vector<LiveContainer>& of) {
  std::map<std::string, const LiveContainer*> by_id;
  std::map<std::string, bool> spaces;
  for (const auto& one : of) {
    by_id[one.id] = &one;
    spaces[ContainerId::parse(one.id).space] = true;
  }
  std::vector<Usage> out;
  for (const auto& [space, any] : spaces) {
    const auto reply = cluster_.client().ask({.path = path_of("metrics.k8s.io/v1beta1", "pods", space)});
    if (!reply) return reply.error();
    if (!*reply) {
      return Error{.code = "E0720",
                   .message = fmt::format("the cluster of platform `{}` doesn't measure its pods", platform_),
                   .help = "install metrics-server, which serves metrics.k8s.io"};
    }
    for (const auto& pod : get(reply->body, "items")) {
      for (const auto& container : get(pod, "containers")) {
        const ContainerId id{space, text(get(pod, "metadata", "name")), text(get(container, "name"))};
        const auto at = by_id.find(id.text());
        if (at == by_id.end()) continue;
        out.push_back({.container = *at->second,
                       .cpu = processors_of(text(get(container, "usage", "cpu"))),
                       .memory = bytes_of(text(get(container, "usage", "memory")))});
      }
    }
  }
  return out;
}

}  // namespace infra::kubernetes
