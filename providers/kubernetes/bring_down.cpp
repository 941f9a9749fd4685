// What older servers don't have. Sources: Kubernetes' release notes; 1.20 was tried.
#include <fmt/format.h>

#include "providers/kubernetes/objects/manifest.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

constexpr int kSidecars = 29;
constexpr int kSleep = 30;
constexpr int kEvictUnhealthy = 27;
constexpr int kDaemonSurge = 22;
constexpr int kPodResources = 34;
constexpr int kZones = 25;

void sleep_by_program(Json& containers) {
  for (auto& container : containers) {
    if (!get(container, "lifecycle", "preStop", "sleep").is_object()) continue;
    auto& stop = container["lifecycle"]["preStop"];
    stop = {{"exec", {{"command", {"sleep", text(get(stop, "sleep", "seconds"))}}}}};
  }
}

// A sidecar starts before the others and stops after them. Without: it runs beside them, started first.
void sidecars_beside(Json& pod, bool ends, std::vector<std::string>& too_new) {
  auto left = Json::array();
  auto beside = Json::array();
  for (auto& container : pod["initContainers"]) {
    if (text(get(container, "restartPolicy")) != "Always") {
      left.push_back(std::move(container));
      continue;
    }
    const auto name = text(get(container, "name"));
    if (ends) too_new.push_back(fmt::format("Kubernetes 1.29, for a container beside a job's (`{}`)", name));
    if (get(container, "startupProbe").is_object()) {
      too_new.push_back(
          fmt::format("Kubernetes 1.29, for a container that others wait for until it is healthy (`{}`)", name));
    }
    // What comes after it in the list of initContainers would have run beside it.
    container.erase("restartPolicy");
    beside.push_back(std::move(container));
  }
  for (auto& container : pod["containers"]) beside.push_back(std::move(container));
  pod["containers"] = std::move(beside);
  if (left.empty()) {
    pod.erase("initContainers");
  } else {
    pod["initContainers"] = std::move(left);
  }
}

void bring_down_pod(Json& pod, int minor, bool ends, std::vector<std::string>& too_new) {
  if (!pod.is_object()) return;
  if (minor < kPodResources) pod.erase("resources");
  if (minor < kSidecars && get(pod, "initContainers").is_array()) sidecars_beside(pod, ends, too_new);
  if (minor < kSleep) {
    for (const auto* list : {"containers", "initContainers"}) {
      if (get(pod, list).is_array()) sleep_by_program(pod[list]);
    }
  }
}

}  // namespace

void bring_down(const ObjectType& type, Json& spec, int minor, std::vector<std::string>& too_new) {
  const auto& name = type.schema.name;
  if (name == kPodDisruptionBudget && minor < kEvictUnhealthy) spec.erase("unhealthyPodEvictionPolicy");
  if (name == kDaemonSet && minor < kDaemonSurge &&
      !get(spec, "updateStrategy", "rollingUpdate", "maxSurge").is_null()) {
    too_new.push_back("Kubernetes 1.22, to start a daemon's new pod beside the old one (`deploy.max` above 100%)");
  }
  // Before, a cluster's own zone was meant, which is UTC but for clusters that somebody has set up otherwise.
  if (name == kCronJob && minor < kZones) {
    const auto zone = text(get(spec, "timeZone"));
    if (!zone.empty() && zone != "UTC") too_new.push_back("Kubernetes 1.25, for a schedule in the zone " + zone);
    spec.erase("timeZone");
  }
  if (get(spec, "template", "spec").is_object()) {
    bring_down_pod(spec["template"]["spec"], minor, name == kJob, too_new);
  }
  if (get(spec, "jobTemplate", "spec", "template", "spec").is_object()) {
    bring_down_pod(spec["jobTemplate"]["spec"]["template"]["spec"], minor, true, too_new);
  }
}

}  // namespace infra::kubernetes
