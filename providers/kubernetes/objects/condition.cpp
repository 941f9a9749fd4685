#include "providers/kubernetes/objects/condition.h"

#include <fmt/format.h>

#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

List addresses_of(const Json& list) {
  List out;
  for (const auto& one : list) {
    const auto name = text(get(one, "hostname"));
    const auto address = name.empty() ? text(get(one, "ip")) : name;
    if (!address.empty()) out.emplace_back(address);
  }
  return out;
}

Health rollout_health(const ObjectType& type, const Json& object) {
  const auto counts = counts_of(type, object);
  if (counts.done()) return {.now = Health::healthy};
  return {.now = Health::starting, .detail = fmt::format("{} of {} pods are ready", counts.available, counts.wanted)};
}

Health job_health(const Json& object) {
  if (text(get(condition_of(object, "Complete"), "status")) == "True") return {.now = Health::completed};
  const auto& failed = condition_of(object, "Failed");
  if (text(get(failed, "status")) == "True") {
    return {.now = Health::stopped, .exit = 1, .detail = text(get(failed, "message"))};
  }
  return {.now = Health::starting, .detail = "runs"};
}

Health service_health(const Json& object, const List& addresses) {
  if (text(get(object, "spec", "type")) != "LoadBalancer" || !addresses.empty()) return {.now = Health::healthy};
  return {.now = Health::starting, .detail = "waits for the address of its load balancer"};
}

}  // namespace

const Json& condition_of(const Json& object, std::string_view type) {
  for (const auto& one : get(object, "status", "conditions")) {
    if (text(get(one, "type")) == type) return one;
  }
  return get(object, "no such condition");
}

bool lacks_address(const ObjectType& type, const Map& outputs) {
  if (type.schema.name != kIngress && type.schema.name != kGateway) return false;
  const auto* addresses = outputs.find(kAddresses);
  return addresses == nullptr || addresses->list() == nullptr || addresses->list()->empty();
}

Health waits_for_address() { return {.now = Health::starting, .detail = "waits for its address"}; }

bool rolls_out(const ObjectType& type) { return type.schema.name == kDeployment || type.schema.name == kDaemonSet; }

Counts counts_of(const ObjectType& type, const Json& object) {
  const auto& status = get(object, "status");
  const bool current = number(get(status, "observedGeneration")) >= number(get(object, "metadata", "generation"));
  if (type.schema.name == kDaemonSet) {
    const auto wanted = number(get(status, "desiredNumberScheduled"));
    const auto updated = number(get(status, "updatedNumberScheduled"));
    return {.current = current,
            .wanted = wanted,
            .updated = updated,
            .all = std::min(updated, wanted),
            .available = number(get(status, "numberAvailable"))};
  }
  return {.current = current,
          .wanted = number(get(object, "spec", "replicas")),
          .updated = number(get(status, "updatedReplicas")),
          .all = number(get(status, "replicas")),
          .available = number(get(status, "availableReplicas"))};
}

bool has_run(const ObjectType& type, const Json& object) {
  const auto counts = counts_of(type, object);
  if (!counts.current) return false;
  if (type.schema.name == kDaemonSet) return counts.updated >= counts.wanted && (counts.done() || counts.available > 0);
  // Its controller's own word, which it keeps: copies that are lost or added later don't begin a rollout.
  const auto& progressing = condition_of(object, "Progressing");
  return progressing.is_null() ? counts.done() : text(get(progressing, "reason")) == "NewReplicaSetAvailable";
}

Seen seen_of(const ObjectType& type, const Json& object) {
  Seen out;
  out.outputs.set("uid", text(get(object, "metadata", "uid")));
  const auto& name = type.schema.name;
  if (type.schema.attribute("full_name") != nullptr) {
    out.outputs.set("full_name", text(get(object, "metadata", "name")));
  }
  if (rolls_out(type)) out.health = rollout_health(type, object);
  if (name == kJob) {
    out.health = job_health(object);
    if (out.health.now != Health::starting) out.outputs.set("exit_code", out.health.exit);
  }
  if (name == kService) {
    const auto addresses = addresses_of(get(object, "status", "loadBalancer", "ingress"));
    out.health = service_health(object, addresses);
    out.outputs.set(std::string(kAddresses), addresses);
    out.outputs.set("cluster_ip", text(get(object, "spec", "clusterIP")));
  }
  if (name == kIngress)
    out.outputs.set(std::string(kAddresses), addresses_of(get(object, "status", "loadBalancer", "ingress")));
  if (name == kGateway) {
    List addresses;
    for (const auto& one : get(object, "status", "addresses")) addresses.emplace_back(text(get(one, "value")));
    out.outputs.set(std::string(kAddresses), std::move(addresses));
  }
  if (!get(object, "metadata", "deletionTimestamp").is_null()) {
    out.health = {.now = Health::stopping, .detail = "it is ending"};
  }
  return out;
}

}  // namespace infra::kubernetes
