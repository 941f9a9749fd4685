#include "providers/kubernetes/lower/kube_pod.h"

#include <fmt/format.h>

#include <map>

#include "providers/kubernetes/lower/kube_containers.h"
#include "providers/kubernetes/lower/kube_names.h"

namespace infra::kubernetes {

namespace {

List volumes_of(const Resource& task) {
  List out;
  const auto* volumes = task.config["volume"].map();
  for (const auto& [label, volume] : volumes != nullptr ? *volumes : Map()) {
    auto one = entries({{"name", dns_label(label)}});
    if (volume["host"].is_null()) {
      one.set("emptyDir", Map());
    } else {
      one.set("hostPath", entries({{"path", volume["host"]}, {"type", "DirectoryOrCreate"}}));
    }
    out.emplace_back(std::move(one));
  }
  return out;
}

std::string topology_of(const std::string& spread) {
  if (spread == "zone") return "topology.kubernetes.io/zone";
  return spread == "node" ? "kubernetes.io/hostname" : spread;
}

void set_place(const Value& place, const Map& selector, Map& spec) {
  if (const auto* spread = place["spread"].string()) {
    spec.set("topologySpreadConstraints", List{entries({{"maxSkew", 1},
                                                        {"topologyKey", topology_of(*spread)},
                                                        {"whenUnsatisfiable", "ScheduleAnyway"},
                                                        {"labelSelector", selector}})});
  }
  if (place["distinct"] == Value(true)) {
    auto term = entries({{"topologyKey", topology_of("node")}, {"labelSelector", selector}});
    auto required = entries({{"requiredDuringSchedulingIgnoredDuringExecution", List{std::move(term)}}});
    spec.set("affinity", entries({{"podAntiAffinity", std::move(required)}}));
  }
  const auto* where = place["where"].map();
  if (where != nullptr && !where->empty()) spec.set("nodeSelector", *where);
}

// Labels of a container are about it alone, and a pod has only its own: annotations, by the container's name where two
// say different things.
void add_container_labels(const Resource& task, Map& annotations) {
  std::map<std::string, std::map<std::string, Value>> by_key;
  for (const auto& [label, container] : *task.config["container"].map()) {
    const auto* labels = container["labels"].map();
    for (const auto& [key, value] : labels != nullptr ? *labels : Map()) by_key[key][label] = value;
  }
  for (const auto& [key, by_container] : by_key) {
    const auto& first = by_container.begin()->second;
    const bool alike =
        std::all_of(by_container.begin(), by_container.end(), [&](const auto& one) { return one.second == first; });
    for (const auto& [label, value] : by_container) {
      const auto name = alike ? key : fmt::format("{}.{}", dns_label(label), key);
      annotations.set(name, to_text(value).value_or(""));
    }
  }
}

// A task is no object: its labels are those of its pods, and where its runner says something else that counts.
Marks marks_of_pods(const Lowering& lowering, const Resource& runner, const Resource& task) {
  auto out = marks_of(lowering, task);
  for (const auto& [key, value] : marks_of(lowering, runner).labels) out.labels.set(key, value);
  for (const auto& [key, value] : marks_of(lowering, runner).annotations) out.annotations.set(key, value);
  return out;
}

void set_extras(const Value& extras, Map& spec) {
  spec.set("automountServiceAccountToken", !extras["service_account"].is_null());
  if (!extras["service_account"].is_null()) spec.set("serviceAccountName", extras["service_account"]);
  if (!extras["priority_class"].is_null()) spec.set("priorityClassName", extras["priority_class"]);
  if (!extras["runtime_class"].is_null()) spec.set("runtimeClassName", extras["runtime_class"]);
}

// Of several containers the one that people mean, as kubectl and `infra exec` read it: the first essential one.
std::string meant_container(const Resource& task, const Containers& containers) {
  if (containers.main.size() + containers.init.size() < 2) return {};
  for (const auto& one : containers.main) {
    for (const auto& [label, block] : *task.config["container"].map()) {
      if (Value(dns_label(label)) == one["name"] && block["essential"] != Value(false)) return dns_label(label);
    }
  }
  return {};
}

}  // namespace

Map pod_template(const Lowering& lowering, const Resource& cluster, const Resource& task, Lowered& out) {
  const auto& runner = lowering.resource;
  const bool job = runner.address.kind == "job";
  const auto secrets = secrets_of(lowering, cluster, task, out);
  const auto files = files_of(lowering, cluster, task, out);
  auto containers = containers_of(lowering, task, secrets, files);
  const auto meant = meant_container(task, containers);
  Map spec = entries({{"enableServiceLinks", false},
                      {"restartPolicy", job ? "Never" : "Always"},
                      {"terminationGracePeriodSeconds", containers.stop_seconds},
                      {"containers", std::move(containers.main)}});
  if (!containers.init.empty()) spec.set("initContainers", std::move(containers.init));
  auto volumes = volumes_of(task);
  volumes.insert(volumes.end(), files.volumes.begin(), files.volumes.end());
  if (!volumes.empty()) spec.set("volumes", std::move(volumes));
  if (auto pull = pull_secrets(lowering, cluster, task); !pull.empty()) spec.set("imagePullSecrets", std::move(pull));
  if (task.config["network"] == Value("host")) {
    spec.set("hostNetwork", true);
    spec.set("dnsPolicy", "ClusterFirstWithHostNet");
  }
  const auto selector = selector_of(lowering, runner);
  set_place(runner.config["place"], match_labels(selector), spec);
  set_extras(task.config["kubernetes"], spec);
  auto marks = marks_of_pods(lowering, runner, task);
  for (const auto& [key, value] : selector) marks.labels.set(key, value);
  add_container_labels(task, marks.annotations);
  if (!meant.empty()) marks.annotations.set("kubectl.kubernetes.io/default-container", meant);
  const auto* annotations = task.config["kubernetes"]["annotations"].map();
  for (const auto& [key, value] : annotations != nullptr ? *annotations : Map()) marks.annotations.set(key, value);
  Map metadata = entries({{"labels", std::move(marks.labels)}});
  if (!marks.annotations.empty()) metadata.set("annotations", std::move(marks.annotations));
  return entries({{"metadata", std::move(metadata)}, {"spec", std::move(spec)}});
}

}  // namespace infra::kubernetes
