// EKS from nothing to running pods: a world that speaks as AWS does, and behind its clusters a real API server, which
// asks that world who a bearer token belongs to. Played from tests/kubernetes/eks/cases; see
// tests/transcript/transcript.h for the form of the files.
#include <catch2/catch.hpp>

#include "tests/support/private_aws.h"
#include "tests/support/private_cluster.h"
#include "tests/transcript/transcript.h"

using namespace infra::testing;

TEST_CASE("a cluster of EKS and what runs on it are one file and one apply") {
  need_moto();
  PrivateCluster cluster(PrivateCluster::pretended);
  const auto files = infra::transcript::cases_in(INFRA_SOURCE_DIR "/tests/kubernetes/eks/cases");
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    INFO(infra::transcript::name_of(file));
    const PrivateAws world(60, "", cluster.folder());
    cluster.ask_about_tokens(world.endpoint() + "/world/tokens");
    auto variables = world.environment();
    variables["ADMIN"] = cluster.kubeconfig();
    const auto differences = infra::transcript::check(file, variables);
    INFO(differences);
    CHECK(differences.empty());
    const auto refused =
        run({"python3", INFRA_SOURCE_DIR "/tests/aws/world/ask.py", world.endpoint() + "/world/refused"});
    CHECK(refused.output == "[]\n");
  }
}
