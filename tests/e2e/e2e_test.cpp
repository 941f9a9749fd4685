// The real program against a real container engine and a real registry, played from tests/e2e/cases; see
// tests/transcript/transcript.h for the form of the files. One engine and one registry for all of them.
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include "tests/support/haproxy.h"
#include "tests/support/private_engine.h"
#include "tests/support/private_registry.h"
#include "tests/transcript/transcript.h"

namespace {

using namespace infra::testing;

std::map<std::string, std::string> environment(const PrivateEngine& engine, const PrivateRegistry& registry) {
  return {{"PATH", INFRA_BINARY_DIR ":" INFRA_SOURCE_DIR "/tests/cli/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
          {"LC_ALL", "C.UTF-8"},
          {"TERM", "xterm"},
          {"EXAMPLES", INFRA_SOURCE_DIR "/examples"},
          {"DOCS", INFRA_SOURCE_DIR "/docs"},
          {"ENGINE", engine.endpoint()},
          {"DOCKER_HOST", engine.endpoint()},
          {"REGISTRY", registry.endpoint()},
          {"SUPPORT", INFRA_SOURCE_DIR "/tests/support"}};
}

// INFRA_SHARE=1/2: the first of two processes that play the cases in turns; all of them without it.
std::vector<std::string> share_of(std::vector<std::string> files) {
  const char* share = std::getenv("INFRA_SHARE");
  unsigned mine = 1, of = 1;
  if (share == nullptr || std::getenv("INFRA_CASE") != nullptr || std::sscanf(share, "%u/%u", &mine, &of) != 2 ||
      of == 0)
    return files;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (i % of == mine - 1) out.push_back(std::move(files[i]));
  }
  return out;
}

}  // namespace

TEST_CASE("on a real engine what is typed gives what is written") {
  if (const auto obstacle = engine_obstacle()) skip_program(*obstacle);
  // Ports and addresses can then not collide with those of other tests or of this machine.
  if (!enter_own_network()) skip_program("no permission to make a network namespace");
  // One more attempt at a layer that was cut off, not five with ever longer pauses.
  const PrivateEngine engine({.arguments = {"--max-download-attempts", "2"}});
  const PrivateRegistry registry;
  if (const auto obstacle = haproxy_obstacle()) skip_program(*obstacle);
  load_test_image(engine, "testapp:1");
  load_haproxy_image(engine, "haproxy:2.8");
  load_registry_image(engine, "registry:2");
  const auto variables = environment(engine, registry);
  const auto files = share_of(infra::transcript::cases_in(INFRA_SOURCE_DIR "/tests/e2e/cases"));
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    INFO(infra::transcript::name_of(file));
    const auto differences = infra::transcript::check(file, variables);
    INFO(differences);
    CHECK(differences.empty());
    // Whatever became of it, the next case starts from nothing.
    for (const auto& id : engine.containers("infra.stack")) (void)engine.docker({"rm", "-f", id});
    for (const auto& id : engine.networks("infra.stack")) (void)engine.docker({"network", "rm", id});
  }
}
