// A provider on the private cluster, what it made, and resources as lowering gives them.
#pragma once
#include <catch2/catch.hpp>

#include "base/values/codec.h"
#include "providers/kubernetes/access/kubeconfig.h"
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/kubernetes/objects/object_schemas.h"
#include "tests/support/private_cluster.h"

namespace infra::kubernetes::testing {

using infra::testing::PrivateCluster;

inline const HashKey kKey("lineage-of-test");

inline Map map(std::initializer_list<Entry> list) { return Map(std::vector<Entry>(list)); }

inline Value pod(const std::string& image, List env = {}) {
  Map container = map({{"name", "web"}, {"image", image}});
  if (!env.empty()) container.set("env", std::move(env));
  return map(
      {{"metadata", map({{"labels", map({{"app", "api"}})}})}, {"spec", map({{"containers", List{container}}})}});
}

inline Map deployment(const std::string& space, const std::string& image, List env = {}) {
  return map({{"namespace", space},
              {"name", "api"},
              {"labels", map({{"team", "a"}})},
              {"spec", map({{"replicas", 2},
                            {"selector", map({{"matchLabels", map({{"app", "api"}})}})},
                            {"template", pod(image, std::move(env))}})}});
}

struct Made {
  CreateRequest request;
  ObjectResult object;
  std::string recorded;
};

class Stack {
 public:
  // Each case has a lineage of its own: the cluster is one for all of them.
  Stack(const std::string& kubeconfig, const std::string& context, std::string lineage) {
    ConnectContext connect{.owner = {"shop", std::move(lineage)},
                           .platform = {.name = "k", .kind = "kubernetes", .config = Map()}};
    auto access = find_access({.kubeconfig = kubeconfig, .context = context}, process_surroundings());
    REQUIRE(access);
    provider = std::make_unique<KubernetesProvider>(*access, connect, ImageBuilder(), "");
  }

  static CreateRequest request(const std::string& address, std::string_view type, Map inputs) {
    static int count = 0;
    const Value value(std::move(inputs));
    return {.address = *Address::parse(address),
            .type = std::string(type),
            .inputs = value,
            .spec_hash = spec_hash(value, kKey),
            .token = "token" + std::to_string(++count)};
  }

  Result<ObjectResult> make(const CreateRequest& wanted) {
    auto made = provider->create(wanted, cancel, say);
    if (made) keep(wanted, *made);
    return made;
  }
  Result<ObjectResult> change(const CreateRequest& wanted) {
    auto& before = all.at(wanted.address);
    auto changed = provider->update({.address = wanted.address,
                                     .type = wanted.type,
                                     .id = before.object.id,
                                     .inputs = before.request.inputs,
                                     .outputs = before.object.outputs},
                                    wanted, cancel, say);
    if (changed) keep(wanted, *changed);
    return changed;
  }
  Result<Ok> remove(const std::string& address) {
    auto& before = all.at(*Address::parse(address));
    return provider->destroy({.address = before.request.address,
                              .type = before.request.type,
                              .id = before.object.id,
                              .inputs = before.request.inputs,
                              .outputs = before.object.outputs},
                             cancel, say);
  }
  void keep(const CreateRequest& wanted, const ObjectResult& object) {
    all[wanted.address] = {wanted, object, to_json(wanted.inputs, kKey)};
  }
  std::vector<KnownObject> known() {
    std::vector<KnownObject> out;
    for (const auto& [address, one] : all) {
      out.push_back(
          {.address = address, .type = one.request.type, .id = one.object.id, .recorded_inputs = one.recorded});
    }
    return out;
  }
  Observation look() {
    auto seen = provider->observe(known());
    INFO((seen ? std::string() : seen.error().text()));
    REQUIRE(seen);
    return *std::move(seen);
  }
  std::optional<ObservedObject> look_at(const std::string& address) {
    for (auto& one : look().objects) {
      if (one.id == all.at(*Address::parse(address)).object.id) return one;  // not another case's of that address
    }
    return std::nullopt;
  }

  std::unique_ptr<KubernetesProvider> provider;
  std::map<Address, Made> all;
  Cancel cancel;
  Progress say = [](const std::string&) {};
};

inline void need(const Result<ObjectResult>& result) {
  INFO((result ? std::string() : result.error().text()));
  REQUIRE(result);
}

inline PrivateCluster& cluster() {
  static PrivateCluster one(PrivateCluster::controllers);
  return one;
}

inline std::string shown(const std::string& space, const std::string& path) {
  return cluster().kubectl({"get", "-n", space, "deploy", "api", "-o", "jsonpath=" + path}).output;
}

// One of each type, as lowering makes them.
inline std::vector<CreateRequest> one_of_each(const std::string& space) {
  const auto at = [&](std::string name, Map rest) {
    rest.set("namespace", space);
    rest.set("name", std::move(name));
    return rest;
  };
  const Map pods = map({{"matchLabels", map({{"app", "api"}})}});
  const Value batch = map(
      {{"spec", map({{"restartPolicy", "Never"}, {"containers", List{map({{"name", "once"}, {"image", "job:1"}})}}})}});
  return {
      Stack::request("cluster.c/ns", kNamespace, map({{"name", space}})),
      Stack::request("secret.s/s", kSecret,
                     at("s-1", map({{"kind", "Opaque"}, {"data", map({{"word", Value::secret("planted")}})}}))),
      Stack::request("service.api/config", kConfigMap, at("c-1", map({{"data", map({{"a.txt", "hello"}})}}))),
      Stack::request("service.api/deployment", kDeployment,
                     deployment(space, "web:1", {map({{"name", "A"}, {"value", "$$x"}})})),
      Stack::request("service.d/daemon", kDaemonSet,
                     at("d", map({{"spec", map({{"selector", pods}, {"template", pod("web:1")}})}}))),
      Stack::request(
          "service.api/service", kService,
          at("api",
             map({{"spec",
                   map({{"selector", map({{"app", "api"}})},
                        {"ports",
                         List{map({{"name", "http"}, {"port", 80}, {"targetPort", 80}, {"protocol", "TCP"}})}}})}}))),
      Stack::request(
          "job.m/job", kJob,
          at("m-1", map({{"spec", map({{"backoffLimit", 0}, {"activeDeadlineSeconds", 600}, {"template", batch}})}}))),
      Stack::request("job.n/job", kCronJob,
                     at("n", map({{"spec", map({{"schedule", "0 3 * * *"},
                                                {"jobTemplate", map({{"spec", map({{"template", batch}})}})}})}}))),
      Stack::request(
          "load_balancer.l/ingress", kIngress,
          at("l",
             map({{"spec", map({{"defaultBackend",
                                 map({{"service", map({{"name", "api"}, {"port", map({{"number", 80}})}})}})}})}}))),
      Stack::request(
          "vpc.v/policy", kNetworkPolicy,
          at("v", map({{"spec", map({{"podSelector", Map()},
                                     {"policyTypes", List{"Ingress"}},
                                     {"ingress", List{map({{"from", List{map({{"podSelector", Map()}})}}})}}})}}))),
      Stack::request(
          "service.api/budget", kPodDisruptionBudget,
          at("api",
             map({{"spec",
                   map({{"maxUnavailable", 1}, {"selector", pods}, {"unhealthyPodEvictionPolicy", "AlwaysAllow"}})}}))),
      Stack::request(
          "service.d/scale", kHorizontalPodAutoscaler,
          at("h",
             map({{"spec",
                   map({{"scaleTargetRef", map({{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "other"}})},
                        {"minReplicas", 2},
                        {"maxReplicas", 6},
                        {"metrics",
                         List{map({{"type", "Resource"},
                                   {"resource", map({{"name", "cpu"},
                                                     {"target", map({{"type", "Utilization"},
                                                                     {"averageUtilization", 60}})}})}})}}})}}))),
  };
}

}  // namespace infra::kubernetes::testing
