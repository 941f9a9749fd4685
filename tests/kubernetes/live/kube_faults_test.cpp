// A server that is busy, forgets or restarts, and who one is to it.
#include <thread>

#include "tests/kubernetes/live/live_stack.h"

using namespace infra;
using namespace infra::kubernetes;
using namespace infra::kubernetes::testing;

TEST_CASE("a server that is busy, forgets, loses answers or restarts: it goes on") {
  Stack stack(cluster().kubeconfig(), "faults", "faults");
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
    Stack real(cluster().kubeconfig(), "admin", "faults");
    CHECK(real.look().unreachable.empty());
    cluster().stop_server();
    CHECK(real.look().unreachable.empty());  // it waits until the server is back
    cluster().await_server();
  }
  cluster().set_faults("");
}

TEST_CASE("who one is: a token that has expired is renewed, one that nobody knows is said") {
  Stack expired(cluster().kubeconfig(), "expired", "who");
  CHECK(expired.look().unreachable.empty());
  Stack stranger(cluster().kubeconfig(), "stranger", "who");
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
