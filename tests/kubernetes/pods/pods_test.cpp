// The real program on a real cluster of one node, whose pods run on a private dockerd: played from
// tests/kubernetes/pods/cases. Few and long cases: a pod takes some seconds to start, and more to be gone.
#include <catch2/catch.hpp>

#include "tests/support/private_cluster.h"
#include "tests/support/private_engine.h"
#include "tests/transcript/transcript.h"

using namespace infra::testing;

TEST_CASE("with real pods what is typed gives what is written") {
  if (const auto obstacle = engine_obstacle()) skip_program(*obstacle);
  if (const auto found = run({INFRA_SOURCE_DIR "/tools/kubernetes", "--find"}); found.code != 0) {
    skip_program(found.output);
  }
  // A kubelet changes the firewall, and its ports and addresses are those of nobody else.
  if (!enter_own_network()) skip_program("no permission to make a network namespace");
  const PrivateEngine engine(
      {.insecure_registries = {},
       .arguments = {"--add-runtime", "plain=" INFRA_SOURCE_DIR "/tests/kubernetes/world/plain-runc",
                     "--default-runtime", "plain"}});
  load_test_image(engine, "web:1");
  static_cast<void>(engine.docker({"tag", "web:1", "web:2"}));
  // What holds a pod's network: the same program, out of the way of the pod's ports.
  REQUIRE(engine.docker({"build", "--tag", "pause:1", "-"}, "FROM web:1\nENV PORT=9\n").code == 0);
  const PrivateCluster cluster(engine.endpoint());
  const auto files = infra::transcript::cases_in(INFRA_SOURCE_DIR "/tests/kubernetes/pods/cases");
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    INFO(infra::transcript::name_of(file));
    const auto differences = infra::transcript::check(file, cluster.environment());
    INFO(differences);
    CHECK(differences.empty());
  }
}
