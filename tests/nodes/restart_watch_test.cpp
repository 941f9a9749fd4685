#include "providers/nodes/tasks/restart_watch.h"

#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "tests/support/http_server.h"

namespace infra::nodes {
namespace {

using testing::HttpAnswer;
using testing::HttpAsked;
using Clock = RestartWatch::Clock;

// An engine that counts who asks about a container.
class CountingEngine {
 public:
  int restarts = 0;
  [[nodiscard]] int asked() const { return asked_; }

 private:
  HttpAnswer answer(const HttpAsked& request) {
    const std::vector<std::string> json{"Content-Type: application/json"};
    if (request.path == "/_ping") return {.headers = {"Api-Version: 1.41"}, .body = "OK"};
    ++asked_;
    return {.headers = json,
            .body = fmt::format(R"({{"Id":"c","Image":"i","State":{{"Running":true,"ExitCode":0}},"RestartCount":{},)"
                                R"("Config":{{"Image":"i"}},"HostConfig":{{}},"NetworkSettings":{{}}}})",
                                restarts)};
  }

  std::atomic<int> asked_{0};
  testing::HttpServer server_{[this](const HttpAsked& request) { return answer(request); }};

 public:
  Engine engine{"a", {.text = server_.address(), .target = {.base = "http://" + server_.address()}}};
};

List one(const std::string& state, const std::string& status) {
  return List(1, Map({{"Id", "c"}, {"State", state}, {"Status", status}, {"Labels", Map()}}));
}

int count(RestartWatch& watch, CountingEngine& world, const List& entries, Clock::time_point asked = Clock::now()) {
  auto seen = watch.look(world.engine, entries, asked);
  INFO((seen ? std::string() : seen.error().line()));
  REQUIRE(seen);
  return seen->contains("c") ? seen->at("c").count : -1;
}

}  // namespace

TEST_CASE("a container that has run since it was asked about isn't asked about again") {
  CountingEngine world;
  RestartWatch watch;
  CHECK(count(watch, world, one("running", "Up 3 seconds")) == 0);
  CHECK(count(watch, world, one("running", "Up 3 seconds")) == 0);
  CHECK(count(watch, world, one("running", "Up 4 seconds (healthy)")) == 0);
  CHECK(world.asked() == 1);
}

TEST_CASE("a container that may have ended since it was asked about is asked about again") {
  CountingEngine world;
  RestartWatch watch;
  CHECK(count(watch, world, one("running", "Up 9 seconds"), Clock::now() - std::chrono::seconds(5)) == 0);
  world.restarts = 1;
  CHECK(count(watch, world, one("running", "Up 4 seconds")) == 1);
  CHECK(world.asked() == 2);
  world.restarts = 2;
  CHECK(count(watch, world, one("restarting", "Restarting (1) Less than a second ago")) == 2);
  CHECK(world.asked() == 3);
}

TEST_CASE("a container that was started this second keeps what is known of it") {
  CountingEngine world;
  RestartWatch watch;
  world.restarts = 4;
  CHECK(count(watch, world, one("restarting", "Restarting (1) Less than a second ago")) == 4);
  CHECK(count(watch, world, one("running", "Up Less than a second")) == 4);
  CHECK(world.asked() == 1);
}

TEST_CASE("of containers made since the last look nobody asks in their first second, of others at once") {
  CountingEngine world;
  RestartWatch watch;
  world.restarts = 2;
  CHECK(count(watch, world, {}) == -1);
  CHECK(count(watch, world, one("running", "Up Less than a second")) == -1);
  CHECK(world.asked() == 0);
  RestartWatch of_a_plan;
  CHECK(count(of_a_plan, world, one("running", "Up Less than a second")) == 2);
  CHECK(world.asked() == 1);
}

}  // namespace infra::nodes
