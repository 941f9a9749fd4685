// The provider on a real API server: what it makes is there, what others do is seen.
#include <thread>

#include "tests/kubernetes/live/live_stack.h"

using namespace infra;
using namespace infra::kubernetes;
using namespace infra::kubernetes::testing;

TEST_CASE("each type is tried, made, seen without a difference, and removed") {
  Stack stack(cluster().kubeconfig(), "admin", "each");
  const auto wanted = one_of_each("each");
  CHECK(stack.provider->preflight(wanted).empty());
  for (const auto& one : wanted) {
    INFO(one.type);
    need(stack.make(one));
  }
  const auto seen = stack.look();
  CHECK(seen.objects.size() == wanted.size());
  for (const auto& object : seen.objects) {
    INFO(object.type);
    CHECK(object.changed == std::vector<std::string>());
    CHECK(object.spec_hash == stack.all.at(object.address).request.spec_hash);
    CHECK_FALSE((object.rollout && !object.rollout->reason.empty()));
    CHECK(object.id == stack.all.at(object.address).object.id);
  }
  CHECK(stack.provider->preflight(wanted).empty());
  // The same once more changes nothing.
  for (const auto& one : wanted) {
    INFO(one.type);
    need(stack.change(one));
  }
  for (const auto& object : stack.look().objects) {
    INFO(object.type);
    CHECK(object.changed == std::vector<std::string>());
  }
  for (auto at = wanted.rbegin(); at != wanted.rend(); ++at) {
    // Without controllers nobody takes away what waits for its parts, nor ends a namespace.
    if (at->type == kNamespace || at->type == kDeployment || at->type == kDaemonSet || at->type == kJob ||
        at->type == kCronJob) {
      continue;
    }
    INFO(at->type);
    CHECK(stack.remove(at->address.text()));
  }
}

TEST_CASE("what somebody else changes is seen with his name, and taken back") {
  Stack stack(cluster().kubeconfig(), "admin", "drift");
  static int worlds = 0;
  const auto space = "drift-" + std::to_string(++worlds);
  need(stack.make(Stack::request("cluster.c/ns", kNamespace, map({{"name", space}}))));
  const auto wanted = Stack::request("service.api/deployment", kDeployment, deployment(space, "web:1"));
  need(stack.make(wanted));

  SECTION("a field of ours") {
    REQUIRE(cluster().kubectl({"-n", space, "set", "image", "deploy/api", "web=evil:1"}).code == 0);
    const auto seen = stack.look_at("service.api/deployment");
    REQUIRE(seen);
    REQUIRE(seen->changed.size() == 1);
    CHECK(seen->changed[0].starts_with("spec.template.spec.containers[web].image by kubectl"));
    need(stack.change(wanted));
    CHECK(shown(space, "{.spec.template.spec.containers[0].image}") == "web:1");
    CHECK(stack.look_at("service.api/deployment")->changed.empty());
  }
  SECTION("the number of copies, which older servers don't say") {
    REQUIRE(cluster().kubectl({"-n", space, "scale", "deploy/api", "--replicas=5"}).code == 0);
    const auto seen = stack.look_at("service.api/deployment");
    REQUIRE(seen->changed.size() == 1);
    CHECK(seen->changed[0].starts_with("spec.replicas"));
    need(stack.change(wanted));
    CHECK(stack.look_at("service.api/deployment")->changed.empty());
  }
  SECTION("a field that we don't set: it stays, and is told") {
    REQUIRE(cluster().kubectl({"-n", space, "set", "env", "deploy/api", "DEBUG=1"}).code == 0);
    const auto seen = stack.look_at("service.api/deployment");
    CHECK(seen->changed.empty());
    REQUIRE(seen->rollout);
    CHECK(seen->rollout->reason.find("DEBUG") != std::string::npos);
    CHECK(seen->rollout->reason.find("kubectl") != std::string::npos);
  }
  SECTION("a field that we give up goes") {
    const auto with = Stack::request("service.api/deployment", kDeployment,
                                     deployment(space, "web:1", {map({{"name", "OLD"}, {"value", "1"}})}));
    need(stack.change(with));
    need(stack.change(wanted));
    CHECK(shown(space, "{.spec.template.spec.containers[0].env}").empty());
  }
  SECTION("what nobody was told of isn't overwritten") {
    REQUIRE(cluster().kubectl({"-n", space, "set", "image", "deploy/api", "web=evil:1"}).code == 0);
    const auto refused = stack.change(wanted);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E0635");
    CHECK(refused.error().message.find("kubectl") != std::string::npos);
    CHECK(refused.error().message.find("image") != std::string::npos);
  }
  SECTION("its labels are gone: it is found by the record") {
    REQUIRE(cluster().kubectl({"-n", space, "label", "deploy/api", "infra.lineage-"}).code == 0);
    const auto seen = stack.look_at("service.api/deployment");
    REQUIRE(seen);
    CHECK(seen->changed.size() == 1);
    need(stack.change(wanted));
    CHECK(stack.look_at("service.api/deployment")->changed.empty());
  }
  SECTION("an autoscaler takes over the number of copies, and none is lost") {
    REQUIRE(cluster().kubectl({"-n", space, "scale", "deploy/api", "--replicas=5"}).code == 0);
    auto inputs = *wanted.inputs.map();
    auto spec = *inputs.find("spec")->map();
    spec.erase("replicas");
    inputs.set("spec", spec);
    const auto scaled = Stack::request("service.api/deployment", kDeployment, inputs);
    need(stack.change(scaled));
    CHECK(shown(space, "{.spec.replicas}") == "5");
    CHECK(stack.look_at("service.api/deployment")->changed.empty());
    need(stack.change(wanted));
    CHECK(shown(space, "{.spec.replicas}") == "2");
  }
  SECTION("somebody deleted it and made another one: that isn't ours") {
    REQUIRE(cluster().kubectl({"-n", space, "delete", "deploy/api", "--cascade=orphan", "--wait=true"}).code == 0);
    REQUIRE(cluster().kubectl({"-n", space, "create", "deploy", "api", "--image=theirs:1"}).code == 0);
    CHECK_FALSE(stack.look_at("service.api/deployment"));
    const auto made = stack.make(wanted);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == "E0636");
    const auto refused = stack.provider->preflight({wanted});
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].error.code == "E0636");
    CHECK(stack.remove("service.api/deployment"));
    CHECK(shown(space, "{.spec.template.spec.containers[0].image}") == "theirs:1");
  }
}
