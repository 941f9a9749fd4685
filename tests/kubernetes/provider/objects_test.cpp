// Manifests for servers of several versions, what is read from managedFields, and what pods say.
#include <catch2/catch.hpp>

#include "base/values/codec.h"
#include "providers/kubernetes/objects/fields.h"
#include "providers/kubernetes/objects/manifest.h"
#include "providers/kubernetes/objects/object_rollout.h"
#include "providers/kubernetes/objects/object_schemas.h"

using namespace infra;
using namespace infra::kubernetes;

namespace {

Server server(int minor) {
  Server out{.version = "v1." + std::to_string(minor) + ".0", .minor = minor};
  out.served = {"apps/v1", "batch/v1", "networking.k8s.io/v1"};
  if (minor >= 21) out.served.insert("policy/v1");
  if (minor <= 24) out.served.insert("policy/v1beta1");
  if (minor <= 24) out.served.insert("batch/v1beta1");
  if (minor >= 23) out.served.insert("autoscaling/v2");
  if (minor <= 25) out.served.insert("autoscaling/v2beta2");
  return out;
}

Manifest made(std::string_view type, const std::string& inputs, int minor) {
  return to_manifest(
      *find_object_type(type), *from_plain_json(inputs),
      {.owner = {"shop", "l1"}, .address = *Address::parse("service.api/x"), .token = "t", .spec_hash = "s"},
      server(minor));
}

const char* const kPods = R"({"namespace":"n","name":"a","spec":{"template":{"spec":{
  "resources":{"limits":{"cpu":"1"}},
  "initContainers":[{"name":"proxy","image":"p","restartPolicy":"Always"},{"name":"setup","image":"s"}],
  "containers":[{"name":"web","image":"w","lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]}}}})";

}  // namespace

TEST_CASE("which version of a type is taken follows from what the server serves") {
  const auto version = [](std::string_view type, int minor) {
    return made(type, R"({"namespace":"n","name":"a","spec":{}})", minor).version;
  };
  for (const int minor : {20, 25, 29, 34}) CHECK(version(kDeployment, minor) == "apps/v1");
  CHECK(version(kPodDisruptionBudget, 20) == "policy/v1beta1");
  CHECK(version(kPodDisruptionBudget, 25) == "policy/v1");
  CHECK(version(kHorizontalPodAutoscaler, 20) == "autoscaling/v2beta2");
  CHECK(version(kHorizontalPodAutoscaler, 25) == "autoscaling/v2");
  CHECK(version(kCronJob, 20) == "batch/v1beta1");  // it serves batch/v1, without CronJobs
  CHECK(version(kCronJob, 34) == "batch/v1");
  const auto gateway = made(kGateway, R"({"namespace":"n","name":"a","spec":{}})", 34);
  CHECK(gateway.too_new ==
        std::vector<std::string>{"gateway.networking.k8s.io/v1 or gateway.networking.k8s.io/v1beta1"});
}

TEST_CASE("a manifest for Kubernetes 1.20, 1.25, 1.29 and 1.34") {
  const auto pod = [](int minor) { return made(kDeployment, kPods, minor).body["spec"]["template"]["spec"]; };
  const auto oldest = pod(20);
  CHECK(oldest == *parse(R"({"containers":[{"name":"proxy","image":"p"},
    {"name":"web","image":"w","lifecycle":{"preStop":{"exec":{"command":["sleep","5"]}}}}],
    "initContainers":[{"name":"setup","image":"s"}]})"));
  CHECK(pod(25) == oldest);
  CHECK(pod(29) ==
        *parse(R"({"containers":[{"name":"web","image":"w","lifecycle":{"preStop":{"exec":{"command":["sleep","5"]}}}}],
    "initContainers":[{"name":"proxy","image":"p","restartPolicy":"Always"},{"name":"setup","image":"s"}]})"));
  CHECK(pod(34) == to_api((*from_plain_json(kPods))["spec"]["template"]["spec"]));
  CHECK(made(kJob, kPods, 25).too_new ==
        std::vector<std::string>{"Kubernetes 1.29, for a container beside a job's (`proxy`)"});
  CHECK(made(kJob, kPods, 29).too_new.empty());
  const auto* budget = R"({"namespace":"n","name":"a","spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}})";
  CHECK(made(kPodDisruptionBudget, budget, 25).body["spec"].empty());
  CHECK_FALSE(made(kPodDisruptionBudget, budget, 29).body["spec"].empty());
  const auto* surge = R"({"namespace":"n","name":"a","spec":{"updateStrategy":{"rollingUpdate":{"maxSurge":1}}}})";
  CHECK(made(kDaemonSet, surge, 20).too_new.size() == 1);
  CHECK(made(kDaemonSet, surge, 25).too_new.empty());
}

TEST_CASE("an object carries whose it is") {
  const auto body = made(kConfigMap, R"({"namespace":"n","name":"a","labels":{"team":"x"},"data":{"f":"g"}})", 25).body;
  CHECK(body["metadata"]["labels"] ==
        Json{{"team", "x"}, {"infra.lineage", "l1"}, {"app.kubernetes.io/managed-by", "infra"}});
  CHECK(body["immutable"] == true);
  const auto mark = mark_of(body);
  REQUIRE(mark);
  CHECK(mark->owner == Ownership{"shop", "l1"});
  CHECK(mark->address.text() == "service.api/x");
  CHECK(mark->token == "t");
  CHECK(mark->spec_hash == "s");
  CHECK_FALSE(mark_of(Json::object()));
}

TEST_CASE("fields that were taken from us are named, in whichever form the server gives them") {
  const auto manifest = *parse(R"({"metadata":{"name":"a","labels":{"l":"1"}},"spec":{"replicas":2,"empty":{},
    "list":[{"name":"web","image":"w","ports":[{"containerPort":80}]}],"args":["a"]}})");
  const auto object = [](const std::string& fields) {
    return *parse(R"({"metadata":{"managedFields":[
      {"manager":"infra","operation":"Apply","fieldsV1":)" +
                  fields + R"(},
      {"manager":"kubectl-edit","operation":"Update","time":"2026-01-01T00:00:00Z",
       "fieldsV1":{"f:spec":{"f:replicas":{},"f:extra":{}}}}]}})");
  };
  const std::string whole =
      R"({"f:metadata":{"f:labels":{"f:l":{}}},"f:spec":{"f:replicas":{},"f:empty":{},"f:args":{},"f:list":
      {"k:{\"name\":\"web\"}":{".":{},"f:name":{},"f:image":{},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}})";
  CHECK(lost_fields(manifest, object(whole)).empty());
  auto less = whole;
  less.replace(less.find(R"("f:replicas":{},)"), 16, "");
  CHECK(lost_fields(manifest, object(less)) == std::vector<std::string>{"spec.replicas"});
  CHECK(manager_of(object(less), "spec.replicas") == "kubectl-edit");
  less = whole;
  less.replace(less.find("web"), 3, "abc");
  CHECK(lost_fields(manifest, object(less)) == std::vector<std::string>{"spec.list[web]"});
  CHECK(lost_fields(manifest, *parse(R"({"metadata":{}})")) == std::vector<std::string>{"metadata.managedFields"});
  CHECK(foreign_fields(object(whole)) == std::map<std::string, std::string>{{"kubectl-edit", "spec.extra"}});
}

TEST_CASE("what pods say decides whether a rollout has failed") {
  const auto pod = [](const std::string& status) {
    return *parse(R"({"metadata":{"name":"api-1"},"status":)" + status + "}");
  };
  const auto trouble = [&](const std::string& container) {
    return trouble_of({pod(R"({"containerStatuses":[{"name":"web",)" + container + "}]}")});
  };
  CHECK_FALSE(trouble(R"("state":{"running":{}},"restartCount":0)"));
  const auto image =
      trouble(R"("state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image \"web:2\""}})");
  REQUIRE(image);
  CHECK(image->grade == PodTrouble::fails);
  CHECK(image->text == "pod api-1: container web: ImagePullBackOff: Back-off pulling image \"web:2\"");
  CHECK(trouble(R"("state":{"waiting":{"reason":"ErrImagePull","message":"i/o timeout"}})")->grade ==
        PodTrouble::waits);
  CHECK(trouble(R"("state":{"waiting":{"reason":"ErrImagePull","message":"manifest unknown"}})")->grade ==
        PodTrouble::fails);
  CHECK(trouble(R"("state":{"waiting":{"reason":"CreateContainerConfigError","message":"secret \"s\" not found"}})")
            ->grade == PodTrouble::fails);
  const auto crash = [&](int restarts, int code) {
    return trouble(R"("restartCount":)" + std::to_string(restarts) +
                   R"(,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":)" +
                   std::to_string(code) + "}}");
  };
  CHECK(crash(1, 3)->grade == PodTrouble::waits);
  CHECK(crash(2, 3)->grade == PodTrouble::fails);
  CHECK(crash(2, 3)->text == "pod api-1: container web: exited with code 3, 3 times");
  CHECK(crash(2, 0)->text.find("succeeded") != std::string::npos);
  const auto full = trouble_of({pod(
      R"({"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"1 Insufficient cpu"}]})")});
  REQUIRE(full);
  CHECK(full->grade == PodTrouble::waits);
  CHECK(full->text == "pod api-1: no node can take it: 1 Insufficient cpu");
}
