#include <fmt/format.h>

#include <algorithm>

#include "importers/kubernetes/manifest_model.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

class PodReader {
 public:
  PodReader(const Json& spec, Workload& out, KubeImport& import)
      : spec_(spec, out.place + ".pod", import.notes), out_(out), import_(import) {}

  void read() {
    // What is usual, or filled in by the server.
    spec_.ignore({"restartPolicy", "schedulerName", "dnsPolicy", "enableServiceLinks", "automountServiceAccountToken",
                  "serviceAccount", "nodeName", "priority", "preemptionPolicy", "terminationGracePeriodSeconds"});
    containers("initContainers", true);
    containers("containers", false);
    waits();
    StackText body;
    if (spec_.flag("hostNetwork")) body.set("network", "host");
    volumes(body);
    extras(body);
    out_.task_body = body.text();
    where();
    for (const auto& secret : spec_.texts_of("imagePullSecrets", "name"))
      spec_.note("imagePullSecrets", fmt::format("{}: declare a registry with its password: registry NAME {{ endpoint "
                                                 "= \"…\"; username = \"…\"; password = … }}",
                                                 secret));
    spec_.finish();
  }

 private:
  void containers(const char* key, bool init) {
    const auto* list = spec_.take(key);
    for (const auto& one : list != nullptr && list->is_array() ? *list : Json::array()) {
      const auto name = one.is_object() && one.contains("name") ? text_of(one["name"]) : std::string("main");
      auto container = read_pod_container(one, fmt::format("{}.{}", out_.place, name), out_, import_);
      if (init && container.role != PodContainer::sidecar) container.role = PodContainer::once;
      out_.containers.push_back(std::move(container));
    }
  }

  // Init containers run one after the other, then all others begin.
  void waits() {
    Pairs before;
    const auto stop = stop_timeout();
    for (auto& container : out_.containers) {
      StackText more;
      if (container.role == PodContainer::once) more.set("essential", "false");
      more.map("after", before);
      more.set("stop_timeout", stop);
      if (!out_.start_timeout.empty() && container.role == PodContainer::main)
        more.set("start_timeout", out_.start_timeout);
      container.head += more.text();
      if (container.role == PodContainer::once) before.emplace_back(container.label, "succeeded");
      if (container.role == PodContainer::sidecar)
        before.emplace_back(container.label, container.has_health ? "healthy" : "started");
    }
  }

  // Its files are written where they are mounted.
  [[nodiscard]] bool is_file_source(const Json& volume) const {
    const auto config = text_of(member(member(volume, "configMap"), "name"));
    const auto secret = text_of(member(member(volume, "secret"), "secretName"));
    return import_.manifests.find("ConfigMap", out_.space, config) != nullptr ||
           import_.manifests.find("Secret", out_.space, secret) != nullptr;
  }

  std::string stop_timeout() {
    const auto text = spec_.text("terminationGracePeriodSeconds");
    const auto seconds = parse_integer(text);
    const bool usual = !seconds || *seconds == 30 || *seconds < 0 || *seconds > 1'000'000;
    return usual ? std::string() : duration_of(*seconds * 1000);
  }

  void volumes(StackText& body) {
    const auto* list = spec_.take("volumes");
    for (const auto& one : list != nullptr && list->is_array() ? *list : Json::array()) {
      Section volume(one, spec_.below("volumes"), import_.notes);
      const auto name = volume.text("name");
      if (name.starts_with("kube-api-access-")) continue;
      const auto label = import_.names.of("volume " + out_.place, name);
      if (const auto* host = volume.take("hostPath")) {
        Section path(*host, volume.below("hostPath"), import_.notes);
        body.line(fmt::format("volume {} {{ host = {} }}", label, text_literal(path.text("path"))));
        path.ignore({"type"});
        path.finish();
      } else if (const auto* empty = volume.take("emptyDir")) {
        Section limits(*empty, volume.below("emptyDir"), import_.notes);
        body.line(fmt::format("volume {} {{ }}", label));
        limits.finish();
      } else {
        if (!is_file_source(one)) {
          spec_.note("volumes", fmt::format("{}: only files, folders of the node and empty ones can be mounted ({})",
                                            name, shown(one)));
        }
        continue;
      }
      volume.finish();
    }
  }

  void extras(StackText& body) {
    Pairs all;
    for (const auto& [theirs, ours] : {std::pair("serviceAccountName", "service_account"),
                                       {"priorityClassName", "priority_class"},
                                       {"runtimeClassName", "runtime_class"}}) {
      const auto text = spec_.text(theirs);
      if (!text.empty() && text != "default") all.emplace_back(ours, text_literal(text));
    }
    if (all.empty()) return;
    body.open("kubernetes");
    for (const auto& [name, expression] : all) body.set(name, expression);
    body.close();
  }

  void where() {
    StackText place;
    if (const auto* spread = spec_.take("topologySpreadConstraints"); spread != nullptr && spread->is_array()) {
      for (const auto& one : *spread) {
        const auto key = one.is_object() && one.contains("topologyKey") ? text_of(one["topologyKey"]) : std::string();
        const auto label = key == "topology.kubernetes.io/zone" ? "zone"
                           : key == "kubernetes.io/hostname"    ? "node"
                                                                : text_literal(key);
        if (&one == &spread->front())
          place.set("spread", label);
        else
          spec_.note("topologySpreadConstraints", fmt::format("{}: a service is spread by one label", key));
      }
    }
    if (const auto* affinity = spec_.take("affinity"); affinity != nullptr && !affinity->empty()) {
      const auto text = affinity->dump();
      const bool apart = text.find("requiredDuringSchedulingIgnoredDuringExecution") != std::string::npos &&
                         text.find("podAntiAffinity") != std::string::npos &&
                         text.find("kubernetes.io/hostname") != std::string::npos && affinity->size() == 1;
      if (apart)
        place.set("distinct", "true");
      else
        spec_.note("affinity", fmt::format("has no counterpart ({})", shown(*affinity)));
    }
    if (const auto* selector = spec_.take("nodeSelector"); selector != nullptr && selector->is_object()) {
      Pairs labels;
      for (const auto& [key, value] : selector->items()) labels.emplace_back(key, text_literal(text_of(value)));
      place.map("where", labels);
    }
    if (!place.text().empty()) out_.place_block = "place {\n" + place.text() + "}\n";
  }

  Section spec_;
  Workload& out_;
  KubeImport& import_;
};

}  // namespace

const Json& pod_spec_of(const Manifest& manifest) {
  const auto& spec = member(manifest.body, "spec");
  const auto& job = member(member(spec, "jobTemplate"), "spec");
  return member(member(job.is_null() ? spec : job, "template"), "spec");
}

void read_pod(const Json& spec, Workload& out, KubeImport& import) { PodReader(spec, out, import).read(); }

}  // namespace infra::importing
