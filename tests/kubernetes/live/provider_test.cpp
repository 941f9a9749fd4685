// The provider on a real API server: what it makes is there, what others do is seen, what the server refuses is said.
#include <catch2/catch.hpp>
#include <thread>

#include "base/codec.h"
#include "providers/kubernetes/kubeconfig.h"
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/kubernetes/type_schemas.h"
#include "tests/kubernetes/live/cluster.h"

using namespace infra;
using namespace infra::kubernetes;
using infra::testing::PrivateCluster;

namespace {

const HashKey kKey("lineage-of-test");

Map map(std::initializer_list<Entry> list) { return Map(std::vector<Entry>(list)); }

Value pod(const std::string& image, List env = {}) {
  Map container = map({{"name", "web"}, {"image", image}});
  if (!env.empty()) container.set("env", std::move(env));
  return map(
      {{"metadata", map({{"labels", map({{"app", "api"}})}})}, {"spec", map({{"containers", List{container}}})}});
}

Map deployment(const std::string& space, const std::string& image, List env = {}) {
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
  explicit Stack(const std::string& kubeconfig, const std::string& context = "admin", std::string lineage = "l1") {
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

void need(const Result<ObjectResult>& result) {
  INFO((result ? std::string() : result.error().text()));
  REQUIRE(result);
}

PrivateCluster& cluster() {
  static PrivateCluster one(true);
  return one;
}

std::string shown(const std::string& space, const std::string& path) {
  return cluster().kubectl({"get", "-n", space, "deploy", "api", "-o", "jsonpath=" + path}).output;
}

// One of each type, as lowering makes them.
std::vector<CreateRequest> one_of_each(const std::string& space) {
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

}  // namespace

TEST_CASE("each type is tried, made, seen without a difference, and removed") {
  Stack stack(cluster().kubeconfig());
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
  Stack stack(cluster().kubeconfig());
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

TEST_CASE("what the server refuses is said with its remedy, and nothing is made") {
  Stack stack(cluster().kubeconfig());
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
    Stack weak(cluster().kubeconfig(), "weak");
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
    Stack weak(cluster().kubeconfig(), "weak");
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
  Stack stack(cluster().kubeconfig());
  need(stack.make(Stack::request("cluster.c/ns", kNamespace, map({{"name", "held"}}))));
  need(stack.make(Stack::request("service.api/config", kConfigMap,
                                 map({{"namespace", "held"}, {"name", "c"}, {"data", map({{"a", "b"}})}}))));
  REQUIRE(cluster()
              .kubectl({"-n", "held", "patch", "cm", "c", "--type=merge", "-p",
                        R"({"metadata":{"finalizers":["example.com/hold"]}})"})
              .code == 0);
  const auto removed = stack.remove("service.api/config");
  REQUIRE_FALSE(removed);
  CHECK(removed.error().code == "E0637");
  CHECK(removed.error().message.find("example.com/hold") != std::string::npos);
  REQUIRE(cluster()
              .kubectl({"-n", "held", "patch", "cm", "c", "--type=merge", "-p", R"({"metadata":{"finalizers":[]}})"})
              .code == 0);
  CHECK(stack.remove("service.api/config"));
}

TEST_CASE("a server that is busy, forgets, loses answers or restarts: it goes on") {
  Stack stack(cluster().kubeconfig(), "faults");
  need(stack.make(Stack::request("cluster.c/ns", kNamespace, map({{"name", "faults"}}))));
  SECTION("429, and 410 in the middle of a list") {
    cluster().set_faults("2 PATCH /api/v1/namespaces/faults/configmaps 429\n1 GET /api/v1/configmaps 410\n");
    need(stack.make(Stack::request("service.api/config", kConfigMap,
                                   map({{"namespace", "faults"}, {"name", "busy"}, {"data", map({{"a", "b"}})}}))));
    CHECK(stack.look_at("service.api/config"));
  }
  SECTION("an answer that is lost: it was made all the same, once") {
    cluster().set_faults("1 PATCH /api/v1/namespaces/faults/configmaps cut\n");
    need(stack.make(Stack::request("service.api/config", kConfigMap,
                                   map({{"namespace", "faults"}, {"name", "lost"}, {"data", map({{"a", "b"}})}}))));
    CHECK(stack.look_at("service.api/config"));
  }
  SECTION("a restart") {
    Stack real(cluster().kubeconfig());
    CHECK(real.look().silences.empty());
    cluster().restart();
    CHECK(real.look().silences.empty());
  }
  cluster().set_faults("");
}

TEST_CASE("who one is: a token that has expired is renewed, one that nobody knows is said") {
  Stack expired(cluster().kubeconfig(), "expired");
  CHECK(expired.look().silences.empty());
  Stack stranger(cluster().kubeconfig(), "stranger");
  const auto seen = stranger.provider->observe({});
  REQUIRE_FALSE(seen);
  CHECK(seen.error().code == "E0632");
}

TEST_CASE("two stacks of one cluster don't see each other's objects") {
  Stack mine(cluster().kubeconfig(), "admin", "mine");
  Stack theirs(cluster().kubeconfig(), "admin", "theirs");
  need(mine.make(Stack::request("cluster.c/ns", kNamespace, map({{"name", "mine"}}))));
  CHECK(theirs.look().objects.empty());
  const auto taken = theirs.make(Stack::request("cluster.c/ns", kNamespace, map({{"name", "mine"}})));
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == "E0636");
  CHECK(taken.error().message.find("stack shop") != std::string::npos);
  CHECK(mine.look_at("cluster.c/ns")->changed.empty());
}
