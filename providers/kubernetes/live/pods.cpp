#include "providers/kubernetes/live/pods.h"

#include <algorithm>
#include <set>

#include "providers/kubernetes/objects/object_rollout.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

constexpr std::string_view kMakers[] = {kCronJob, kDaemonSet, kDeployment, kJob};

// The labels of its pods. A CronJob has no selector: its pods are known by the label that its template gives them.
Json selector_in(const ObjectType& type, const Json& object) {
  if (type.schema.name != kCronJob) return get(object, "spec", "selector", "matchLabels");
  const auto& labels = get(object, "spec", "jobTemplate", "spec", "template", "metadata", "labels");
  return {{"infra.service", get(labels, "infra.service")}};
}

std::string of_lineage(const Cluster& cluster) { return "infra.lineage=" + cluster.owner().lineage; }

// This stack's objects of a type, wherever they are.
Result<Ok> list_everywhere(Cluster& cluster, const ObjectType& type, const Cancel* cancel, std::vector<Json>& out) {
  const auto server = cluster.server();
  if (!server) return server.error();
  const auto version = server->version_of(type);
  if (version.empty()) return Ok{};
  auto refused = cluster.client().list(
      {.path = path_of(version, type.resource, ""), .selector = of_lineage(cluster), .cancel = cancel}, out);
  if (!refused) return std::move(refused).error();
  if (!*refused) return Ok{};
  if ((**refused).status != 403) return cluster.refused(**refused, type, "list", {});
  std::vector<Json> spaces;
  const auto unlisted = cluster.client().list(
      {.path = path_of("v1", "namespaces", ""), .selector = of_lineage(cluster), .cancel = cancel}, spaces);
  if (!unlisted) return unlisted.error();
  if (*unlisted || spaces.empty()) return cluster.refused(**refused, type, "list", {});
  for (const auto& space : spaces) {
    const auto name = text(get(space, "metadata", "name"));
    auto here = cluster.client().list(
        {.path = path_of(version, type.resource, name), .selector = of_lineage(cluster), .cancel = cancel}, out);
    if (!here) return std::move(here).error();
    if (*here) return cluster.refused(**here, type, "list", {.space = name});
  }
  return Ok{};
}

bool selects(const Json& selector, const Json& pod) {
  const auto& labels = get(pod, "metadata", "labels");
  const auto all = selector.items();
  return !selector.empty() &&
         std::all_of(all.begin(), all.end(), [&](const auto& one) { return get(labels, one.key()) == one.value(); });
}

const ObjectType& pod_type() {
  static const ObjectType type{.schema = {.name = "pod"}, .kind = "Pod", .resource = "pods", .versions = {{"v1"}}};
  return type;
}

}  // namespace

Result<StackPods> pods_of_stack(Cluster& cluster, const Cancel* cancel) {
  StackPods out;
  std::set<std::string> spaces;
  for (const auto name : kMakers) {
    const auto& type = *find_object_type(name);
    std::vector<Json> objects;
    if (auto listed = list_everywhere(cluster, type, cancel, objects); !listed) return std::move(listed).error();
    for (const auto& object : objects) {
      const auto mark = mark_of(object);
      if (!mark || mark->owner != cluster.owner()) continue;
      const auto id = ObjectId::of(object);
      spaces.insert(id.space);
      out.workloads.push_back({.owner = mark->address.owner(),
                               .type = std::string(name),
                               .space = id.space,
                               .name = id.name,
                               .uid = id.uid,
                               .selector = selector_in(type, object)});
    }
  }
  for (const auto& space : spaces) {
    std::vector<Json> pods;
    auto refused = cluster.client().list({.path = path_of("v1", "pods", space), .cancel = cancel}, pods);
    if (!refused) return std::move(refused).error();
    if (*refused) return cluster.refused(**refused, pod_type(), "list", {.space = space});
    for (auto& pod : pods) {
      const auto of = std::find_if(out.workloads.begin(), out.workloads.end(), [&](const Workload& one) {
        return one.space == space && selects(one.selector, pod);
      });
      if (of == out.workloads.end()) continue;
      auto name = text(get(pod, "metadata", "name"));
      if (name.starts_with(of->name + "-")) name.erase(0, of->name.size() + 1);
      out.pods.push_back({of->owner.with_part(std::move(name)), std::move(pod)});
    }
  }
  std::sort(out.pods.begin(), out.pods.end(), [](const LivePod& a, const LivePod& b) { return a.address < b.address; });
  return out;
}

Health health_of_pod(const Json& pod) {
  Health out{.now = Health::starting};
  for (const auto& container : get(pod, "status", "containerStatuses")) {
    out.restarts += static_cast<int>(number(get(container, "restartCount")));
    const auto& ended = get(container, "state", "terminated");
    if (ended.is_object()) out.exit = std::max(out.exit, static_cast<int>(number(get(ended, "exitCode"))));
  }
  const auto phase = text(get(pod, "status", "phase"));
  if (!get(pod, "metadata", "deletionTimestamp").is_null()) {
    out.now = Health::stopping;
  } else if (phase == "Succeeded") {
    out.now = Health::completed;
  } else if (text(get(condition_of(pod, "Ready"), "status")) == "True") {
    out.now = Health::healthy;
  } else if (const auto trouble = trouble_of({pod})) {
    const bool over = phase == "Failed" || trouble->grade == PodTrouble::fails;
    out.now = over ? Health::stopped : Health::starting;
    const auto from = trouble->text.find(": ");  // the pod stands in the line's first column
    out.detail = trouble->text.substr(from == std::string::npos ? 0 : from + 2);
  } else if (phase == "Failed") {
    out.now = Health::stopped;
  } else if (phase == "Running") {
    out.detail = "its health check hasn't succeeded yet";
  }
  return out;
}

}  // namespace infra::kubernetes
