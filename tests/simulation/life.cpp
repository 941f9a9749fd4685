#include "tests/simulation/life.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "base/databases/sqlite.h"
#include "base/sources/memory_tree.h"
#include "providers/simulator/simulator.h"
#include "state/integrity.h"
#include "state/places/sqlite_store.h"
#include "tests/simulation/mortal.h"
#include "tests/simulation/seeded_calls.h"

namespace infra::test {
namespace {

class Silent : public EventSink {
 public:
  void on(const Event&) override {}
};

// What one process holds.
struct Process {
  Process(const testing::TempFolder& folder, const Act& act, Fate& fate, Made& made, std::mt19937_64& dice)
      : store(open(folder / "state.db"), fate),
        tree({{"main.infra", act.text}, {"app/Dockerfile", "FROM base:1\n"}, {"app/run", "program"}}),
        platforms({mortal(simulator_platform(), fate, made)}),
        session{.sources = tree,
                .platforms = platforms,
                .store = store,
                .home = folder.path().string(),
                .default_stack = "life",
                .params = {},
                .parallelism = 4,
                .me = {.user = "u", .host = "h", .command = "test", .process = 1, .since = "now"},
                .calls = [&dice](std::size_t, const Cancel& cancel) {
                  return std::make_unique<SeededCalls>(dice, cancel);
                }} {}
  static std::unique_ptr<Store> open(const std::string& path) {
    auto store = open_sqlite(path, "");
    if (!store) FAIL(store.error().text());
    return *std::move(store);
  }

  MortalStore store;
  MemoryTree tree;
  Platforms platforms;
  Session session;
};

void require_ok(const Prepared& prepared) {
  for (const auto& d : prepared.diagnostics.all()) UNSCOPED_INFO(d.code << " " << d.message);
  for (const auto& error : prepared.errors) UNSCOPED_INFO(error.text());
  REQUIRE(prepared.ok());
}

PlanRequest request_of(const Act& act) { return {.targets = {}, .destroy = act.destroy}; }

}  // namespace

void Life::carry_out(const Act& act) {
  int stages = 1;
  while (carry_out_stage(act)) REQUIRE(++stages < 5);
}

bool Life::carry_out_stage(const Act& act) {
  Process process(folder_, act, fate_, made_, dice_);
  auto first = infra::prepare(process.session, request_of(act), false);
  require_ok(first);
  if (first.plan.empty() && first.settled.empty()) {
    CHECK(first.plan.later.empty());
    return false;
  }
  Cancel cancel;
  auto leased = lease_and_prepare(process.session, request_of(act), {}, cancel, std::move(first));
  if (!leased) FAIL(leased.error().text());
  require_ok(leased->prepared);
  if (leased->prepared.plan.empty()) return !leased->prepared.plan.later.empty();
  Silent sink;
  const auto report = apply(process.session, leased->prepared, cancel, sink);
  if (fate_.dead()) throw Died();
  if (!report) FAIL(report.error().text());
  for (const auto& [address, error] : report->failures) UNSCOPED_INFO(address.text() << ": " << error.text());
  REQUIRE(report->ok());
  return !leased->prepared.plan.later.empty();
}

void Life::begin() { made_.clear(); }

void Life::check_runs(const Act& act) {
  int runs = 0;
  for (const auto& [address, times] : made_) {
    if (address.find("/run.") == std::string::npos) continue;
    INFO(address);
    CHECK(times == 1);
    ++runs;
  }
  CHECK(runs == act.runs);
}

bool Life::live(const Act& act) {
  fate_.live();
  carry_out(act);
  return true;
}

bool Life::live(const Act& act, int dies_at) {
  fate_.die_at(dies_at);
  bool died = false;
  try {
    carry_out(act);
  } catch (const Died&) {
    died = true;
  }
  died = died || fate_.dead();
  fate_.live();
  return !died;
}

void Life::check_record() {
  const auto state = Process::open(folder_ / "state.db")->load();
  if (!state) FAIL(state.error().text());
  for (const auto& breach : check_snapshot(*state)) FAIL_CHECK(breach);
}

void Life::check_world() {
  const auto state = Process::open(folder_ / "state.db")->load();
  REQUIRE(state);
  CHECK(state->intents.empty());
  CHECK(state->leases.empty());
  std::multiset<std::string> recorded;
  for (const auto& row : state->resources) {
    CHECK(!row.deposed);
    const bool in_world = row.type != "task_set" && row.type != "delete_hook";
    if (in_world) recorded.insert(row.address.text() + " " + row.id);
  }
  std::multiset<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    if (entry.path().extension() != ".world") continue;
    auto world = sqlite::Database::open(entry.path().string(), {.read_only = true},
                                        [](const sqlite::Fault& f) { return Error{.message = f.message}; });
    REQUIRE(world);
    auto objects = world->prepare("SELECT address, id FROM object");
    REQUIRE(objects);
    REQUIRE(objects->each([&](const sql::Row& row) { there.insert(row.text(0) + " " + row.text(1)); }));
  }
  CHECK(there == recorded);
}

void Life::check_converged(const Act& act) {
  check_record();
  check_world();
  fate_.live();
  Process process(folder_, act, fate_, made_, dice_);
  const auto again = infra::prepare(process.session, request_of(act), false);
  require_ok(again);
  CHECK(again.plan.empty());
  CHECK(again.plan.later.empty());
  CHECK(again.settled.empty());
}

}  // namespace infra::test
