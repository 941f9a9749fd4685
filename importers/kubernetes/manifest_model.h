// Manifests of Kubernetes, read into what a stack needs of them.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "importers/ecs/taskdef_container_secrets.h"
#include "importers/section.h"
#include "importers/stack_text.h"

namespace infra::importing {

struct PodPort {
  std::string label;
  std::string name;  // as the file has it; may be empty
  std::int64_t number = 0;
  std::string protocol = "tcp";
};

struct PodContainer {
  std::string name, label;
  std::string head, tail;  // the block as text before and after its ports
  std::vector<PodPort> ports;
  Json http_probe;  // a readiness check over HTTP: only what routes to it can have one here
  enum { main, once, sidecar } role = main;
  bool has_health = false;
};

struct Workload {
  std::string kind, name, space;
  std::string label;  // of its task, and of its service or job
  std::string place;  // what notes call it by
  std::map<std::string, std::string> pod_labels;
  std::vector<PodContainer> containers;
  std::string task_body;    // network, volumes, extras
  std::string place_block;  // where it may run
  std::string body;         // of the service or job, but for its routes
  std::optional<std::int64_t> desired;
  std::string start_timeout;
  bool scaled = false;
  std::vector<std::string> routes;  // blocks
  [[nodiscard]] bool is_job() const { return kind == "Job" || kind == "CronJob"; }
};

// One object of a file.
struct Manifest {
  std::string kind, name, space;
  std::string place;  // "Deployment shop/web"
  Json body;
};

struct Manifests {
  std::vector<Manifest> all;
  // nullptr if it isn't among the objects.
  [[nodiscard]] const Manifest* find(std::string_view kind, std::string_view space, std::string_view name) const;
};

struct KubeImport {
  Notes notes = {};
  Names names = {};
  EcsStack secrets = {};  // only its `secrets`
  EcsContext context = {.notes = notes, .names = names, .out = secrets};
  Manifests manifests = {};
  std::vector<Workload> workloads = {};
  std::vector<std::string> balancers = {};  // blocks
  std::set<std::string> spaces = {};
  KubeImport() = default;
  KubeImport(const KubeImport&) = delete;
  KubeImport& operator=(const KubeImport&) = delete;
};

// manifest_pod.cpp: the template's containers, and what the task and its placement are.
void read_pod(const Json& spec, Workload& out, KubeImport& import);
// manifest_pod.cpp: of any workload; null if it has none.
const Json& pod_spec_of(const Manifest& manifest);
// manifest_files.cpp: the keys of a ConfigMap or Secret among the objects, as files below a folder. False: it isn't
// among them.
bool write_files(const Json& volume, const Json& mount, const std::string& space, class ContainerSecrets& secrets,
                 KubeImport& import, StackText& out);
// manifest_container.cpp
PodContainer read_pod_container(const Json& json, const std::string& place, const Workload& workload,
                                KubeImport& import);
// manifest_workload.cpp: Deployment, DaemonSet, Job.
void read_workload(const Manifest& manifest, KubeImport& import);
// manifest_scaling.cpp: HorizontalPodAutoscaler.
void read_autoscaler(const Manifest& manifest, KubeImport& import);
// manifest_traffic.cpp
void read_service(const Manifest& manifest, KubeImport& import);
void read_ingress(const Manifest& manifest, KubeImport& import);
// manifest_write.cpp
std::string write_kubernetes(const KubeImport& import, const std::string& stack);

// The member of a mapping; null if it has none of this name, or is no mapping.
const Json& member(const Json& json, const char* name);
// The same, taken from the section; an empty mapping if it is absent.
const Json& taken(Section& section, std::string_view key);

// Labels that say what infra says by itself, or that a tool left behind, are left out.
Pairs kube_labels(const Json& labels);

}  // namespace infra::importing
