#include "watch/metrics.h"

#include <catch2/catch.hpp>
#include <deque>
#include <sstream>

#include "tests/watch/answer_at.h"
#include "watch/metrics_server.h"

using namespace infra;
using namespace std::chrono_literals;

namespace {

// The loop's events into numbers, at a time that stands still.
struct Heard {
  std::ostringstream out;
  std::unique_ptr<WatchSink> lines = make_watch_text(out);
  WatchMetrics metrics{*lines, [] { return WallClock::time_point(1'700'000'000s); }};

  [[nodiscard]] std::string text() const { return metrics.text(); }
  [[nodiscard]] bool has(const std::string& line) const { return text().find("\n" + line + "\n") != std::string::npos; }
};

const Commit kCommit{.id = std::string(40, 'a'), .summary = "first"};
const Problem kNodeDown{.code = "E0603", .message = "the node is down", .place = {}, .help = {}};

PassFacts some_facts() {
  PassFacts out{.resources = 12, .unreachable = 1, .services = {}, .certificates = {}};
  auto& api = out.services["service.api"];
  api.wanted = 3;
  api.tasks.at(Health::healthy) = 2;
  api.tasks.at(Health::starting) = 1;
  out.services["service.agents"].failed = true;
  out.certificates.push_back(
      {.of = "load_balancer.front", .hosts = "shop.example, \"b\"", .expires = UtcMoment(1'800'000'000'500ms)});
  return out;
}

}  // namespace

TEST_CASE("before a first pass the metrics say what is followed, and no time of a pass") {
  Heard heard;
  heard.metrics.on(WatchStarted{"https://git.example/shop", "main", "deploy", 30s});
  CHECK(heard.has(R"(infra_watch_info{repo="https://git.example/shop",branch="main",path="deploy",commit=""} 1)"));
  CHECK(heard.has(R"(infra_watch_passes_total{result="applied"} 0)"));
  CHECK(heard.text().find("last_pass_timestamp") == std::string::npos);
}

TEST_CASE("passes are counted by how they ended; the last success stays while others fail") {
  Heard heard;
  heard.metrics.on(CommitFetched{kCommit, "main"});
  heard.metrics.on(PassApplied{kCommit, 4, 1500ms});
  heard.metrics.on(PassInStep{kCommit, true});
  CHECK(heard.has("infra_watch_failing 0"));
  heard.metrics.on(PassFailed{kCommit, {kNodeDown}, 5s, false});
  heard.metrics.on(PassFailed{kCommit, {kNodeDown}, 5s, true});
  CHECK(heard.has(R"(infra_watch_passes_total{result="applied"} 1)"));
  CHECK(heard.has(R"(infra_watch_passes_total{result="up_to_date"} 1)"));
  CHECK(heard.has(R"(infra_watch_passes_total{result="failed"} 2)"));
  CHECK(heard.has("infra_watch_steps_total 4"));
  CHECK(heard.has("infra_watch_failing 1"));
  CHECK(heard.has("infra_watch_last_success_timestamp_seconds 1700000000"));
}

TEST_CASE("a repository that can't be fetched shows until it can") {
  Heard heard;
  heard.metrics.on(FetchFailed{kNodeDown, 5s, false});
  CHECK(heard.has("infra_watch_fetch_failing 1"));
  CHECK(heard.has("infra_watch_failed_fetches_total 1"));
  heard.metrics.on(Recovered{"fetching", 1});
  CHECK(heard.has("infra_watch_fetch_failing 0"));
}

TEST_CASE("services, certificates and silent nodes are as the last pass found them") {
  Heard heard;
  heard.metrics.on(PassLooked{some_facts(), 1250ms});
  CHECK(heard.has("infra_resources 12"));
  CHECK(heard.has("infra_unreachable 1"));
  CHECK(heard.has("infra_watch_pass_duration_seconds 1.25"));
  CHECK(heard.has(R"(infra_service_tasks_wanted{service="service.api"} 3)"));
  CHECK(heard.has(R"(infra_service_tasks{service="service.api",health="healthy"} 2)"));
  CHECK(heard.has(R"(infra_service_tasks{service="service.api",health="stopped"} 0)"));
  CHECK(heard.has(R"(infra_service_deployment_failed{service="service.agents"} 1)"));
  CHECK(heard.text().find(R"(wanted{service="service.agents"})") == std::string::npos);
  CHECK(heard.has(R"(infra_certificate_expiry_timestamp_seconds{load_balancer="load_balancer.front",)"
                  R"(hosts="shop.example, \"b\""} 1800000000.5)"));
  CHECK(heard.out.str().empty());
}

TEST_CASE("what a pass has seen comes through its pipe as it was") {
  const auto back = pass_facts_from(to_json(some_facts()));
  REQUIRE(back);
  CHECK(to_json(*back) == to_json(some_facts()));
  CHECK_FALSE(pass_facts_from(""));
  CHECK_FALSE(pass_facts_from(R"({"resources":1})"));
}

TEST_CASE("the server answers GET and HEAD of /metrics, and nothing else") {
  const auto server = MetricsServer::open("127.0.0.1:0", [] { return std::string("up 1\n"); });
  REQUIRE(server);
  const auto ask = [&](const std::string& request) { return answer_at(server->address(), request); };
  const auto good = ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(good.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(good.find("Content-Type: text/plain; version=0.0.4") != std::string::npos);
  CHECK(good.ends_with("\r\n\r\nup 1\n"));
  CHECK(ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("\r\n\r\n"));
  CHECK(ask("GET / HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 404 "));
  CHECK(ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").starts_with("HTTP/1.1 405 "));
  CHECK(ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n").empty());
  CHECK(ask("nonsense\r\n\r\n").empty());
  CHECK(ask("GET /metrics HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n").empty());
}

TEST_CASE("requests that never end keep nobody out: the oldest gives way") {
  const auto server = MetricsServer::open("127.0.0.1:0", [] { return std::string("up 1\n"); });
  REQUIRE(server);
  std::deque<Asked> slow;
  for (int i = 0; i < 32; ++i) slow.emplace_back(server->address(), "GET /metrics HTTP/1.1\r\nHo");
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) {
    CHECK(answer_at(server->address(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("up 1\n"));
  }
  CHECK(std::chrono::steady_clock::now() - start < 5s);  // less than the server waits for a request
  CHECK(slow.front().dropped());
  CHECK_FALSE(slow.back().dropped());
}

TEST_CASE("an address that is none, or is taken, is refused") {
  const auto text = [] { return std::string(); };
  for (const char* bad :
       {"9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "::1:9464", "host.example:1", "[::1]"}) {
    const auto server = MetricsServer::open(bad, text);
    INFO(bad);
    REQUIRE_FALSE(server);
    CHECK(server.error().code == "E0902");
  }
  const auto first = MetricsServer::open("127.0.0.1:0", text);
  REQUIRE(first);
  const auto second = MetricsServer::open(first->address(), text);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == "E0818");
}
