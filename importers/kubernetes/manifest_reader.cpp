#include <fmt/format.h>

#include <algorithm>

#include "importers/importers.h"
#include "importers/kubernetes/manifest_model.h"
#include "importers/yaml.h"

namespace infra {
namespace importing {
namespace {

constexpr int kDeepestList = 4;

// A `List`, as `kubectl get -o yaml` writes it, is its items.
void add_objects(const Json& json, Manifests& out, Notes& notes, int depth = 0) {
  if (json.is_null()) return;
  const auto& items = member(json, "items");
  if (items.is_array() && depth < kDeepestList) {
    for (const auto& one : items) add_objects(one, out, notes, depth + 1);
    return;
  }
  Manifest manifest{.kind = text_of(member(json, "kind")), .body = json};
  manifest.name = text_of(member(member(json, "metadata"), "name"));
  manifest.space = text_of(member(member(json, "metadata"), "namespace"));
  if (manifest.space.empty()) manifest.space = "default";
  if (manifest.kind.empty() || manifest.name.empty()) {
    return notes.add("a document", fmt::format("no object of Kubernetes: it has no kind or no name ({})", shown(json)));
  }
  manifest.place = fmt::format("{} {}", manifest.kind, manifest.name);
  out.all.push_back(std::move(manifest));
}

// Objects of one kind and name in two namespaces are told apart in notes.
void tell_apart(Manifests& manifests) {
  std::map<std::string, int> times;
  for (const auto& one : manifests.all) ++times[one.place];
  for (auto& one : manifests.all) {
    if (times[one.place] > 1) one.place = fmt::format("{} {}/{}", one.kind, one.space, one.name);
  }
}

bool is_workload(const std::string& kind) {
  return kind == "Deployment" || kind == "DaemonSet" || kind == "StatefulSet" || kind == "Job" || kind == "CronJob";
}

bool belongs_to_another(const Manifest& manifest) {
  return member(member(manifest.body, "metadata"), "ownerReferences").is_array();
}

// What follows from the stack, or is read where it is used.
std::string why_not(const Manifest& manifest) {
  static const std::map<std::string, std::string> kReasons = {
      {"ConfigMap", ""},
      {"Secret", ""},
      {"Namespace", ""},
      {"ReplicaSet", ""},
      {"Pod", ""},
      {"Endpoints", ""},
      {"EndpointSlice", ""},
      {"Event", ""},
      {"PodDisruptionBudget", "a service with more than one copy has one by itself"},
      {"NetworkPolicy", "who may connect follows from the vpc and its subnets"},
      {"ServiceAccount", "name it in the task: kubernetes { service_account = \"…\" }; the stack doesn't make it"},
      {"PersistentVolumeClaim", "a stack keeps no volumes in a cluster"},
  };
  const auto known = kReasons.find(manifest.kind);
  if (known == kReasons.end()) return "this kind isn't carried over";
  if ((manifest.kind == "Pod" || manifest.kind == "ReplicaSet") && !belongs_to_another(manifest))
    return "it belongs to nothing that would start it again: make a service of it";
  return known->second;
}

void read_all(KubeImport& import) {
  const auto& all = import.manifests.all;
  for (const auto& one : all) {
    if (is_workload(one.kind) && !belongs_to_another(one)) {
      import.spaces.insert(one.space);
      read_workload(one, import);
    }
  }
  for (const auto& one : all) {
    if (one.kind == "HorizontalPodAutoscaler") read_autoscaler(one, import);
    if (one.kind == "Service") read_service(one, import);
  }
  for (const auto& one : all) {
    if (one.kind == "Ingress") read_ingress(one, import);
  }
  for (const auto& one : all) {
    const bool read = is_workload(one.kind) || one.kind == "Service" || one.kind == "Ingress" ||
                      one.kind == "HorizontalPodAutoscaler";
    if (const auto why = read ? std::string() : why_not(one); !why.empty()) import.notes.add(one.place, why);
  }
}

// A check over HTTP belongs to a route: one of a container that nothing routes to has no place.
void note_probes(KubeImport& import) {
  for (const auto& workload : import.workloads) {
    for (const auto& container : workload.containers) {
      if (container.http_probe.is_null()) continue;
      const bool routed = std::any_of(workload.routes.begin(), workload.routes.end(), [&](const std::string& route) {
        return route.find("to = " + container.label + ".") != std::string::npos;
      });
      if (!routed)
        import.notes.add(workload.place + "." + container.name,
                         fmt::format("readinessProbe: over HTTP only routes are checked; write a health command ({})",
                                     shown(container.http_probe)));
    }
  }
}

}  // namespace

const Manifest* Manifests::find(std::string_view kind, std::string_view space, std::string_view name) const {
  const auto at = std::find_if(all.begin(), all.end(), [&](const Manifest& one) {
    return one.kind == kind && one.space == space && one.name == name;
  });
  return at != all.end() ? &*at : nullptr;
}

}  // namespace importing

Result<ImportedStack> import_kubernetes(const std::vector<ImportSource>& sources, const std::string& stack,
                                        const std::vector<std::string>& unread) {
  using namespace importing;
  KubeImport import;
  for (const auto& one : unread) import.notes.add(one, "they may not be listed, so what there is of them isn't known");
  for (const auto* kind : {"param", "workload", "load_balancer"}) import.names.reserve(kind);
  std::string from;
  std::string last;
  for (const auto& source : sources) {
    const auto documents = parse_yaml_documents(source.text, source.name);
    if (!documents) return documents.error();
    for (const auto& one : *documents) add_objects(one, import.manifests, import.notes);
    if (source.name != last) from += (from.empty() ? "" : ", ") + source.name;  // what runs comes in many lists
    last = source.name;
  }
  tell_apart(import.manifests);
  read_all(import);
  note_probes(import);
  if (import.workloads.empty()) {
    const auto& why = import.notes.all();
    return Error{
        .code = "E0910",
        .message = one_line(fmt::format("{} can't be imported: {}", from,
                                        why.empty() ? "it has no Deployment, DaemonSet, Job or CronJob" : why.front())),
        .help = "give manifests, or what `kubectl get deploy,ds,job,cronjob,svc,ing,hpa,cm,secret -o yaml` prints"};
  }
  const auto body = write_kubernetes(import, stack);
  StackText head;
  write_head(head, one_line(from), import.notes.all());
  auto text = formatted(head.text() + body, stack);
  if (!text) return std::move(text).error();
  return ImportedStack{.text = *std::move(text), .left_out = import.notes.all()};
}

}  // namespace infra
