// What the server refuses is said with its remedy.
#include <thread>

#include "tests/kubernetes/live/live_stack.h"

using namespace infra;
using namespace infra::kubernetes;
using namespace infra::kubernetes::testing;

TEST_CASE("what the server refuses is said with its remedy, and nothing is made") {
  Stack stack(cluster().kubeconfig(), "admin", "refused");
  need(stack.make(Stack::request("cluster.c/ns", kNamespace, map({{"name", "refused"}}))));
  SECTION("a field that it doesn't know") {
    auto inputs = deployment("refused", "web:1");
    auto spec = *inputs.find("spec")->map();
    spec.set("replica", 3);
    inputs.set("spec", spec);
    const auto refused = stack.provider->preflight({Stack::request("service.api/deployment", kDeployment, inputs)});
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].error.code == "E0634");
    CHECK(refused[0].error.message.find("replica") != std::string::npos);
  }
  SECTION("a permission, with the line of the role") {
    Stack weak(cluster().kubeconfig(), "weak", "refused");
    const auto refused = weak.provider->preflight(
        {Stack::request("service.api/deployment", kDeployment, deployment("refused", "web:1"))});
    REQUIRE(refused.empty());  // who may not even look refuses nothing yet
    const auto made = weak.make(Stack::request("service.api/deployment", kDeployment, deployment("refused", "web:1")));
    REQUIRE_FALSE(made);
    CHECK(made.error().code == "E0633");
    CHECK(made.error().help.find("apiGroups: [\"apps\"], resources: [\"deployments\"], verbs: [\"get\"]") !=
          std::string::npos);
  }
  SECTION("a permission in a namespace that is to come") {
    Stack weak(cluster().kubeconfig(), "weak", "refused");
    const auto refused = weak.provider->preflight(
        {Stack::request("cluster.c/ns", kNamespace, map({{"name", "to-come"}})),
         Stack::request("service.api/deployment", kDeployment, deployment("to-come", "web:1"))});
    REQUIRE(refused.size() == 2);
    CHECK(refused[0].error.code == "E0633");
    CHECK(refused[1].error.code == "E0633");
    CHECK(refused[1].error.help.find("verbs: [\"patch\"]") != std::string::npos);
  }
  SECTION("what this version doesn't have") {
    const auto refused = stack.provider->preflight({Stack::request(
        "load_balancer.g/gateway", kGateway, map({{"namespace", "refused"}, {"name", "g"}, {"spec", Map()}}))});
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].error.code == "E0638");
  }
  SECTION("a quota") {
    REQUIRE(cluster().kubectl({"-n", "refused", "create", "quota", "q", "--hard=configmaps=0"}).code == 0);
    std::vector<Provider::Refusal> refused;
    for (int i = 0; i < 50 && refused.empty(); ++i) {  // the server learns of a quota after a moment
      refused = stack.provider->preflight(
          {Stack::request("service.api/config", kConfigMap,
                          map({{"namespace", "refused"}, {"name", "c"}, {"data", map({{"a", "b"}})}}))});
      if (refused.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].error.message.find("quota") != std::string::npos);
  }
  SECTION("a namespace that holds what others made isn't deleted") {
    REQUIRE(cluster().kubectl({"-n", "refused", "create", "cm", "theirs", "--from-literal=a=b"}).code == 0);
    const auto removed = stack.remove("cluster.c/ns");
    REQUIRE_FALSE(removed);
    CHECK(removed.error().code == "E0637");
    CHECK(removed.error().message.find("configmaps/theirs") != std::string::npos);
  }
  SECTION("a namespace that is ending") {
    REQUIRE(cluster().kubectl({"delete", "ns", "refused", "--wait=false"}).code == 0);
    const auto made = stack.make(Stack::request(
        "service.api/config", kConfigMap, map({{"namespace", "refused"}, {"name", "c"}, {"data", map({{"a", "b"}})}})));
    REQUIRE_FALSE(made);
    CHECK(made.error().code == "E0637");
    cluster().kubectl(
        {"replace", "--raw", "/api/v1/namespaces/refused/finalize", "-f", "-"},
        R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"refused"},"spec":{"finalizers":[]}})");
    return;
  }
  (void)cluster().kubectl({"-n", "refused", "delete", "quota,cm", "--all"});
}

TEST_CASE("a finalizer that hangs is named, and not removed") {
  Stack stack(cluster().kubeconfig(), "admin", "ending");
  need(stack.make(Stack::request("cluster.c/ns", kNamespace, map({{"name", "held"}}))));
  need(stack.make(Stack::request("service.api/config", kConfigMap,
                                 map({{"namespace", "held"}, {"name", "c"}, {"data", map({{"a", "b"}})}}))));
  const auto name = *stack.all.at(*Address::parse("service.api/config")).object.outputs["full_name"].string();
  REQUIRE(cluster()
              .kubectl({"-n", "held", "patch", "cm", name, "--type=merge", "-p",
                        R"({"metadata":{"finalizers":["example.com/hold"]}})"})
              .code == 0);
  const auto removed = stack.remove("service.api/config");
  REQUIRE_FALSE(removed);
  CHECK(removed.error().code == "E0637");
  CHECK(removed.error().message.find("example.com/hold") != std::string::npos);
  REQUIRE(cluster()
              .kubectl({"-n", "held", "patch", "cm", name, "--type=merge", "-p", R"({"metadata":{"finalizers":[]}})"})
              .code == 0);
  CHECK(stack.remove("service.api/config"));
}
