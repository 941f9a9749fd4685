// What whoever applies a stack must be allowed in a cluster.
#include "providers/kubernetes/rbac.h"

#include <catch2/catch.hpp>

using namespace infra;

namespace {

LoweredResource object(const char* type, const char* space, const char* name) {
  Map inputs(std::vector<Entry>{{"name", name}});
  if (*space != '\0') inputs.set("namespace", space);
  return {.address = *Address::parse("service.a/x"), .type = type, .platform = "k", .inputs = std::move(inputs)};
}

std::string roles(const std::vector<LoweredResource>& all) {
  std::vector<const LoweredResource*> pointers;
  for (const auto& one : all) pointers.push_back(&one);
  return kubernetes::roles_of("My_Shop", pointers);
}

}  // namespace

TEST_CASE("a stack that makes its namespaces needs a ClusterRole for them and what is in them") {
  CHECK(roles({object("namespace", "", "shop-core"), object("deployment", "shop-core", "api"),
               object("pod_disruption_budget", "shop-core", "api"), object("image", "", "x")}) ==
        R"(# kubectl create clusterrolebinding infra-my-shop --clusterrole=infra-my-shop --serviceaccount=NAMESPACE:NAME
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: infra-my-shop
rules:
  - apiGroups: [""]
    resources: ["namespaces"]
    verbs: ["create", "delete", "get", "list", "patch"]
  - apiGroups: [""]
    resources: ["pods/log"]
    verbs: ["get"]
  - apiGroups: [""]
    resources: ["pods"]
    verbs: ["get", "list"]
  - apiGroups: [""]
    resources: ["events", "persistentvolumeclaims"]
    verbs: ["list"]
  - apiGroups: ["apps"]
    resources: ["deployments"]
    verbs: ["create", "delete", "get", "list", "patch"]
  - apiGroups: ["apps"]
    resources: ["replicasets"]
    verbs: ["list"]
  - apiGroups: ["policy"]
    resources: ["poddisruptionbudgets"]
    verbs: ["create", "delete", "get", "list", "patch"]
)");
}

TEST_CASE("in a namespace that is there a Role is enough") {
  const auto text = roles({object("kube_service", "team", "api"), object("ingress", "other", "edge")});
  CHECK(text ==
        R"(# kubectl -n other create rolebinding infra-my-shop --role=infra-my-shop --serviceaccount=NAMESPACE:NAME
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: infra-my-shop
  namespace: other
rules:
  - apiGroups: ["networking.k8s.io"]
    resources: ["ingresses"]
    verbs: ["create", "delete", "get", "list", "patch"]
---
# kubectl -n team create rolebinding infra-my-shop --role=infra-my-shop --serviceaccount=NAMESPACE:NAME
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: infra-my-shop
  namespace: team
rules:
  - apiGroups: [""]
    resources: ["services"]
    verbs: ["create", "delete", "get", "list", "patch"]
)");
  CHECK(roles({}).empty());
}
