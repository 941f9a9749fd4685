// An engine that gives up on its swarm agent too early.
#include <catch2/catch.hpp>

#include "providers/nodes/overlay/slow_agent.h"
#include "providers/nodes/overlay/swarm.h"
#include "tests/support/http_server.h"

namespace infra::testing {

using nodes::Context;
using nodes::Engine;

namespace {

// Refuses the first `failures` requests of each path in the words of Docker 20.10.
class SlowEngine {
 public:
  explicit SlowEngine(int failures) : failures_(failures) {}
  [[nodiscard]] int asked(const std::string& path) { return asked_["/v1.41" + path]; }
  Engine engine() {
    return {"c", {.text = "tcp://" + server_.address(), .target = {.base = "http://" + server_.address()}}};
  }

 private:
  HttpAnswer answer(const HttpAsked& request) {
    if (request.path == "/_ping") return {.headers = {"Api-Version: 1.41"}, .body = "OK"};
    if (++asked_[request.path] > failures_) return {.status = 204};
    return {.status = 500,
            .headers = {"Content-Type: application/json"},
            .body = R"({"message":"context deadline exceeded"})"};
  }

  int failures_;
  std::map<std::string, int> asked_;
  HttpServer server_{[this](const HttpAsked& request) { return answer(request); }};
};

}  // namespace

TEST_CASE("a swarm that an engine is slow to leave") {
  struct Row {
    int failures;
    int asked;
    bool left;
  };
  const auto row = GENERATE(values<Row>({{0, 1, true}, {1, 2, true}, {2, 3, true}, {9, 3, false}}));
  CAPTURE(row.failures);
  SlowEngine slow(row.failures);
  Engine engine = slow.engine();
  const Cancel cancel;
  const Ownership owner;
  std::vector<std::string> said;
  const Progress progress = [&](const std::string& text) { said.push_back(text); };
  const auto left = nodes::overlay::leave_swarm({engine, owner, nullptr, cancel, progress});
  CHECK(left.ok() == row.left);
  CHECK(slow.asked("/swarm/leave?force=1") == row.asked);
  CHECK(said == std::vector<std::string>(row.asked - 1, "the swarm agent of node c is slow, asking once more"));
  if (!left) CHECK(left.error().code == "E0610");
}

}  // namespace infra::testing
