// The real program on a real API server with nodes that pretend, played from tests/kubernetes/apply/cases; see
// tests/transcript/transcript.h for the form of the files. One cluster for all of them.
#include <catch2/catch.hpp>

#include "tests/support/private_cluster.h"
#include "tests/transcript/transcript.h"

using namespace infra::testing;

TEST_CASE("on a real API server what is typed gives what is written") {
  const PrivateCluster cluster(PrivateCluster::pretended);
  const auto files = infra::transcript::cases_in(INFRA_SOURCE_DIR "/tests/kubernetes/apply/cases");
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    INFO(infra::transcript::name_of(file));
    const auto differences = infra::transcript::check(file, cluster.environment());
    INFO(differences);
    CHECK(differences.empty());
  }
}
