// What is scaled and what is held while a node doesn't answer.
#include "watch/scaling.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "base/values/codec.h"
#include "planner/rollout/task_set.h"
#include "providers/live.h"
#include "tests/support/temp_folder.h"

using namespace infra;
using infra::testing::TempFolder;

namespace {

// Every copy that runs keeps its whole share of a processor busy; node b is silent when it is said to be.
class BusyLive : public Live {
 public:
  std::vector<LiveContainer> running;
  bool silent = false;
  std::vector<ServedRequests> served;

  Result<Listed> containers() override {
    Listed out;
    for (const auto& one : running) {
      if (!silent || one.node != "b") out.containers.push_back(one);
    }
    if (silent) out.unreachable.push_back({.node = "b", .where = "node b of here", .error = {.code = "E0601"}});
    return out;
  }
  Result<std::vector<Usage>> usage(const std::vector<LiveContainer>& of) override {
    std::vector<Usage> out;
    for (const auto& one : of) out.push_back({.container = one, .cpu = 0.5});
    return out;
  }
  Result<std::vector<ServedRequests>> requests() override { return served; }

  Result<Ok> logs(const LiveContainer&, const LogQuery&, const TakeLine&, const Cancel&) override { return Ok{}; }
  Result<int> exec(const LiveContainer&, const ExecRequest&, const ExecStreams&, const Cancel&) override { return 0; }
  [[nodiscard]] bool runs_commands_of(std::string_view) const override { return false; }
  Result<int> run(const RunRequest&, const ExecStreams&, const Cancel&) override { return 0; }
  Result<Ok> events(const EventQuery&, const TakeEvent&, const Cancel&) override { return Ok{}; }
};

class LiveProvider : public Provider, public HasLive {
 public:
  explicit LiveProvider(Live& live) : live_(live) {}
  Live& live() override { return live_; }
  Result<Observation> observe(const std::vector<KnownObject>&) override { return Observation(); }
  Result<ObjectResult> create(const CreateRequest&, const Cancel&, const Progress&) override { return ObjectResult(); }
  Result<ObjectResult> update(const ExistingObject&, const CreateRequest&, const Cancel&, const Progress&) override {
    return ObjectResult();
  }
  Result<Ok> destroy(const ExistingObject&, const Cancel&, const Progress&) override { return Ok{}; }

 private:
  Live& live_;
};

struct Farm {
  BusyLive live;
  Prepared prepared;
  TempFolder home;

  Farm() { prepared.providers["here"] = std::make_unique<LiveProvider>(live); }

  void record(const std::string& address, std::string_view type, const Value& inputs, const Value& outputs) {
    prepared.state.resources.push_back({.address = *Address::parse(address),
                                        .type = std::string(type),
                                        .platform = "here",
                                        .id = address,
                                        .inputs = to_json(inputs, HashKey{}),
                                        .outputs = to_json(outputs, HashKey{}),
                                        .depends_on = {}});
  }
  // Of half a processor each, one copy on each of these nodes.
  void service(const std::string& name, const Value& scale, const std::vector<std::string>& nodes) {
    const Value demand = Map(std::vector<Entry>{{"cpu", Cpu{Cpu::kVcpu / 2}}});
    record(name + "/tasks", kTaskSet,
           Map({{"desired", static_cast<std::int64_t>(nodes.size())},
                {"scale", scale},
                {"task", Map(std::vector<Entry>{{"reserve", demand}})}}),
           Map());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto address = fmt::format("{}/{}", name, i);
      record(address, kTask, Map(), Map(std::vector<Entry>{{"node", nodes[i]}}));
      live.running.push_back({.address = *Address::parse(address),
                              .type = "task",
                              .node = nodes[i],
                              .container = "main",
                              .running = true});
    }
  }
  ScalingReport scaled() {
    auto report = scale_by_load(prepared, home.path());
    if (!report) FAIL(report.error().line());
    return *std::move(report);
  }
};

Value by_cpu() { return Map({{"range", Range{1, 9}}, {"target_cpu", Percent{50}}}); }
Value by_requests() { return Map({{"range", Range{1, 9}}, {"target_requests", 60}}); }

std::vector<std::string> sentences(const ScalingReport& report) {
  std::vector<std::string> out;
  for (const auto& change : report.changes) out.push_back(change.sentence);
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("while a node is silent, services that have copies there are held, and the others scaled") {
  Farm farm;
  farm.service("service.api", by_cpu(), {"a"});
  farm.service("service.web", by_cpu(), {"a", "b"});
  const Lines both = {"service.api is scaled from 1 to 2: cpu is at 100% with a target of 50%",
                      "service.web is scaled from 2 to 4: cpu is at 100% with a target of 50%"};
  const auto before = farm.scaled();
  CHECK(sentences(before) == both);
  CHECK(before.held.empty());

  farm.live.silent = true;
  const auto report = farm.scaled();
  CHECK(sentences(report) == Lines{both.front()});
  CHECK(report.held ==
        Lines{"service.web isn't scaled while node b of here doesn't answer, where copies of it are recorded"});

  farm.live.silent = false;
  CHECK(sentences(farm.scaled()) == both);
}

TEST_CASE("requests that a load balancer on a silent node may have are no load, and no lack of it") {
  Farm farm;
  farm.service("service.api", by_requests(), {"a", "a"});
  const Lines held = {
      "service.api isn't scaled by its requests while node b of here doesn't answer: a load balancer there may have "
      "some "
      "of them"};
  // 0 requests in the last minute.
  const auto minute_ago = std::chrono::system_clock::now() - std::chrono::minutes(1);
  const auto sample =
      fmt::format(R"({{"service.api":[{},100]}})",
                  std::chrono::duration_cast<std::chrono::milliseconds>(minute_ago.time_since_epoch()).count());
  std::ofstream(farm.home / "requests.json") << sample;
  farm.live.served = {{.service = "service.api", .total = 100}};
  SECTION("one on a node that answers counts on") {
    farm.record("load_balancer.front/a", "load_balancer", Map(std::vector<Entry>{{"node", "a"}}), Map());
    farm.live.silent = true;
    CHECK(sentences(farm.scaled()) ==
          Lines{"service.api is scaled from 2 to 1: requests are at 0 a minute with a target of 60 a minute"});
  }
  SECTION("one on the silent node") {
    farm.record("load_balancer.front/b", "load_balancer", Map(std::vector<Entry>{{"node", "b"}}), Map());
    farm.live.silent = true;
    const auto report = farm.scaled();
    CHECK(report.changes.empty());
    CHECK(report.held == held);
  }
  SECTION("another stack's may be on any node") {
    farm.record("service.api/route", "balancer_route", Map(), Map());
    farm.live.silent = true;
    const auto report = farm.scaled();
    CHECK(report.changes.empty());
    CHECK(report.held == held);
  }
}
