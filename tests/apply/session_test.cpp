// From files to plan and back, over a world and a store in memory.
#include "apply/session.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "apply/records/planfile.h"
#include "base/sources/memory_tree.h"
#include "tests/apply/apply_story.h"

namespace infra::test {
namespace {

const std::string kStack = R"(stack "tale"
param size: Int = 1
param pass: Secret<String> = "none"
simulator sim { seed = size }
platform = sim
cluster one { name = "one" }
cluster two { name = "two" }
)";

MemoryTree tree(const std::string& text) {
  return MemoryTree(std::map<std::string, std::string>{{"main.infra", text}});
}

// Everything that prepare() looks at.
struct Desk {
  explicit Desk(const std::string& text = kStack) : sources(tree(text)), world(fate), store(fate) {}
  [[nodiscard]] Session session() {
    return {.sources = sources,
            .platforms = platforms,
            .store = store,
            .home = "home",
            .default_stack = "tale",
            .params = params,
            .parallelism = parallelism,
            .redactor = redactor,
            .keys = keys};
  }
  Prepared prepare(bool locked = true, const PlanRequest& request = {}) {
    return infra::prepare(session(), request, locked);
  }
  ApplyReport apply(const PlanRequest& request = {}) {
    auto prepared = prepare(true, request);
    require_ok(prepared);
    auto report = infra::apply(session(), prepared, cancel, sink);
    REQUIRE(report);
    return *report;
  }
  void die_applying() {
    auto prepared = prepare();
    require_ok(prepared);
    try {
      const auto report = infra::apply(session(), prepared, cancel, sink);
      CHECK(report.ok());
    } catch (const Died&) {
      // Stopped at a commit; else there was nothing more to write.
    }
    REQUIRE(fate.dead());
    fate.live();
  }
  static void require_ok(const Prepared& prepared) {
    for (const auto& diagnostic : prepared.diagnostics.all())
      UNSCOPED_INFO(diagnostic.code << " " << diagnostic.message);
    for (const auto& error : prepared.errors) UNSCOPED_INFO(error.text());
    REQUIRE(prepared.ok());
  }

  MemoryTree sources;
  std::map<std::string, ParamValue> params;
  int parallelism = 10;
  Fate fate;
  FakeWorld world;
  MemoryStore store;
  Platforms platforms{{fake_platform(world)}};
  RecordingSink sink;
  Cancel cancel;
  std::shared_ptr<Redactor> redactor = std::make_shared<Redactor>();
  std::shared_ptr<Keyring> keys = std::make_shared<Keyring>();
};

}  // namespace

TEST_CASE("given files, we should plan, apply, and then have nothing to do") {
  Desk desk;
  const auto first = desk.prepare(false);
  Desk::require_ok(first);
  CHECK_FALSE(first.plan.empty());
  CHECK(desk.store.asked == 0);
  std::vector<std::string> phases;
  for (const auto& timing : first.timings) phases.push_back(timing.phase);
  CHECK(phases == std::vector<std::string>{"compile", "load", "lower", "connect", "read", "observe", "settle",
                                           "schedule", "move", "hooks", "plan", "check", "preflight"});
  CHECK(desk.apply().ok());
  CHECK(desk.world.addresses() == std::vector<std::string>{"cluster.one/0", "cluster.two/0"});
  CHECK(desk.prepare().plan.empty());
  CHECK(desk.apply({.targets = {}, .destroy = true}).ok());
  CHECK(desk.world.things.empty());
}

TEST_CASE("given files with errors, we should say so and look at nothing else") {
  Desk desk("cluster one { nam = 1 }\n");
  const auto prepared = desk.prepare();
  CHECK(prepared.diagnostics.has_errors());
  CHECK(prepared.providers.empty());
  CHECK(prepared.timings.back().phase == "compile");
}

TEST_CASE("given a killed run, looking should settle in memory only, and the next run on disk") {
  Desk desk;
  desk.fate.die_at(4);  // the first object is made, its outcome not recorded
  desk.die_applying();
  const auto intents = desk.store.now_.intents.size();
  REQUIRE(intents > 0);
  CHECK(desk.prepare(false).settled.size() == intents);
  CHECK(desk.store.now_.intents.size() == intents);
  CHECK(desk.prepare(true).settled.size() == intents);
  CHECK(desk.store.now_.intents.empty());
  CHECK(desk.apply().ok());
  CHECK(desk.world.things.size() == 2);
}

TEST_CASE("given a stack that was renamed while things of it exist, we should refuse") {
  Desk desk;
  REQUIRE(desk.apply().ok());
  auto text = kStack;
  desk.sources = tree(text.replace(text.find("tale"), 4, "saga"));
  const auto prepared = desk.prepare();
  REQUIRE(prepared.errors.size() == 1);
  CHECK(prepared.errors[0].code == "E0506");
}

TEST_CASE("given a platform that is no longer declared, we should still delete what lives on it") {
  Desk desk;
  REQUIRE(desk.apply().ok());
  desk.sources = tree("stack \"tale\"\n");
  REQUIRE(desk.apply().ok());
  CHECK(desk.world.things.empty());
  CHECK(desk.store.now_.platforms.empty());
}

TEST_CASE("given a place that is silent, we should plan nothing for it and keep its intents") {
  Desk desk;
  desk.fate.die_at(4);
  desk.die_applying();
  const auto before = desk.store.now_;
  desk.world.silent = {"sim"};
  const auto blind = desk.prepare();
  CHECK_FALSE(blind.ok());
  CHECK(desk.store.now_.intents == before.intents);
  CHECK(desk.store.now_.serial == before.serial);
  desk.world.silent.clear();
  CHECK(desk.apply().ok());
  CHECK(desk.world.things.size() == 2);
}

// A file in the temporary folder, with what a test needs to look at what is really stored.
struct StoredPlan {
  StoredPlan() : path((std::filesystem::temp_directory_path() / fmt::format("infra-plan-{}", ::getpid())).string()) {}
  ~StoredPlan() { std::filesystem::remove(path); }
  StoredPlan(const StoredPlan&) = delete;
  StoredPlan& operator=(const StoredPlan&) = delete;
  [[nodiscard]] std::string bytes() const {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
  }
  std::string path;
};

std::shared_ptr<Keyring> ring_of(const BoxKey& key) {
  return std::make_shared<Keyring>([key](Keyring::Missing) -> Result<std::optional<Keys>> {
    return std::optional<Keys>(Keys{{key}, "the test's key"});
  });
}

// Why a saved plan is refused.
Error staleness(const PlanFile& file, const Prepared& prepared) {
  auto fresh = check_fresh(file, prepared);
  REQUIRE_FALSE(fresh);
  CHECK(fresh.error().code == "E0709");
  return fresh.error();
}

TEST_CASE("given a saved plan, we should store its secrets encrypted only, and read all of it back") {
  Desk desk;
  desk.params = {{"size", {"1", "--set"}}, {"pass", {"s3cret", "--secret"}}};
  const auto planned = desk.prepare(false);
  Desk::require_ok(planned);
  const auto session = desk.session();
  const auto file = make_plan_file(session, {.targets = {"cluster.one"}}, planned, "0.1.0");
  CHECK(file.secrets == std::vector<std::string>{"pass"});
  CHECK(file.params == std::map<std::string, std::string>{{"pass", "s3cret"}, {"size", "1"}});

  const StoredPlan stored;
  SECTION("without a key it isn't stored at all") {
    const auto written = write_plan_file(stored.path, file, *desk.keys, Keyring::Missing::refuse);
    REQUIRE_FALSE(written);
    CHECK(written.error().code == "E0520");
    CHECK_FALSE(std::filesystem::exists(stored.path));
  }
  SECTION("with one") {
    const auto keys = ring_of(BoxKey::random());
    REQUIRE(write_plan_file(stored.path, file, *keys, Keyring::Missing::refuse));
    for (const auto* text : {"s3cret", "czNjcmV0", "cluster.one", "tale"}) {
      INFO(text);
      CHECK(stored.bytes().find(text) == std::string::npos);
    }
    const auto back = read_plan_file(stored.path, [&](const std::string&, const std::string&) { return keys; });
    REQUIRE(back);
    CHECK(*back == file);
    CHECK(check_fresh(*back, desk.prepare(false)).ok());
  }
}

TEST_CASE("given a saved plan, it should be good for exactly what it was made from") {
  Desk desk;
  desk.params = {{"size", {"1", "--set"}}, {"pass", {"s3cret", "--secret"}}};
  const auto session = desk.session();
  const auto saved = [&] { return make_plan_file(session, {}, desk.prepare(false), "0.1.0"); };
  const auto file = saved();
  CHECK(check_fresh(file, desk.prepare(false)).ok());

  SECTION("the configuration changed") {
    desk.sources = tree(kStack + "// a word more\n");
    CHECK(staleness(file, desk.prepare(false)).message ==
          "the saved plan no longer fits: the configuration has changed since");
  }
  SECTION("a param changed") {
    desk.params["size"].text = "2";
    CHECK(staleness(file, desk.prepare(false)).message ==
          "the saved plan no longer fits: param size has another value");
  }
  SECTION("a secret changed") {
    desk.params["pass"].text = "an0ther";
    const auto error = staleness(file, desk.prepare(false));
    CHECK(error.message == "the saved plan no longer fits: param pass has another value");
    CHECK(error.text().find("an0ther") == std::string::npos);
  }
  SECTION("the state changed") {
    REQUIRE(desk.apply().ok());
    CHECK(staleness(file, desk.prepare(false))
              .message.starts_with("the saved plan no longer fits: the state has changed since (it was at 0"));
  }
  SECTION("an object is gone") {
    desk.parallelism = 1;  // ids are given in the order of the calls
    REQUIRE(desk.apply().ok());
    const auto idle = saved();
    desk.world.remove_by_hand("cluster.one/0");
    CHECK(staleness(idle, desk.prepare(false)).message ==
          "the saved plan no longer fits: cluster.one/0 id0001 is gone");
  }
  SECTION("an object is broken") {
    desk.parallelism = 1;
    REQUIRE(desk.apply().ok());
    const auto idle = saved();
    desk.world.things.begin()->second.health.now = Health::stopped;
    CHECK(staleness(idle, desk.prepare(false)).message ==
          "the saved plan no longer fits: cluster.one/0 id0001 was thing on sim, fine and is thing on sim, stopped");
  }
  SECTION("it is of another state") {
    REQUIRE(desk.apply().ok());
    const auto late = saved();
    desk.store.now_.lineage = "another";
    CHECK(staleness(late, desk.prepare(false)).message.find("another state") != std::string::npos);
  }
}

TEST_CASE("given a provider that repeats a secret, we should show and keep its error without it") {
  Desk desk;
  desk.params["pass"] = {.text = "pa ss\"w/rd!", .origin = "--secret pass"};
  desk.world.failing = {"cluster.one/0"};
  desk.world.complaint = ": POST https://bob:bobs-own@engine/?auth=pa%20ss%22w%2Frd%21 {\"Pass\":\"pa ss\\\"w/rd!\"}";
  const auto report = desk.apply();
  REQUIRE(report.failures.size() == 1);
  const std::string clean = "cluster.one/0 doesn't want to: POST https://bob:***@engine/?auth=*** {\"Pass\":\"***\"}";
  CHECK(report.failures[0].second.message == clean);
  CHECK(desk.sink.has("failed cluster.one/0: " + report.failures[0].second.line()));
  for (const auto* piece : {"pa ss", "pa%20ss", "w/rd", "w%2Frd", "bobs-own"}) {
    CHECK(report.failures[0].second.text().find(piece) == std::string::npos);
  }
}

TEST_CASE("given a default that stands in the files, we should not blank out that word") {
  Desk desk;  // pass is "none"
  desk.world.failing = {"cluster.one/0"};
  desk.world.complaint = ": there is none";
  CHECK(desk.apply().failures.at(0).second.message == "cluster.one/0 doesn't want to: there is none");
}

}  // namespace infra::test
