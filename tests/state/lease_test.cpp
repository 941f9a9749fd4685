// Leases: who may change what, and until when.
#include <catch2/catch.hpp>

#include "base/databases/sqlite.h"
#include "state/places/sqlite_store.h"
#include "tests/state/child_process.h"
#include "tests/state/samples.h"
#include "tests/state/state_files.h"

namespace infra::test {
namespace {

LeaseScope scope(std::vector<LeaseScope::Item> items) { return {.everything = false, .items = std::move(items)}; }

struct Place {
  TempFolder folder;
  std::string path = folder / "state.db";
  [[nodiscard]] std::unique_ptr<Store> open() const { return must(open_sqlite(path, "shop")); }
  // As if everybody had been paused for an hour.
  void let_time_pass() const {
    auto database =
        must(sqlite::Database::open(path, {}, [](const sqlite::Fault& f) { return Error{.message = f.message}; }));
    must(database.execute("UPDATE lease SET ends = 0, ends_by_wall = 0"));
  }
};

}  // namespace

TEST_CASE("leases on disjoint parts are held side by side") {
  const Place place;
  auto one = place.open();
  auto two = place.open();
  auto a = must(one->lock(sample_holder(), scope({{"service.a"}, {"vpc.main", false}})));
  auto b = must(two->lock(sample_holder(), scope({{"service.b"}, {"vpc.main", false}})));
  CHECK(b->fence() > a->fence());
  CHECK(must(one->commit({PutPlatform{sample_platform("laptop")}})).value == 1);
  CHECK(must(two->commit({PutPlatform{sample_platform("cloud")}})).value == 2);
  CHECK(must(one->commit({PutOutputs{}})).value == 3);
  CHECK(must(one->load()).platforms.size() == 2);

  SECTION("a third one that changes what they read, or reads what they change, has to wait") {
    auto three = place.open();
    const auto writes = three->lock(sample_holder(), scope({{"vpc.main"}}));
    REQUIRE(!writes);
    CHECK(writes.error().code == "E0501");
    CHECK_THAT(writes.error().message, Catch::StartsWith("vpc.main "));
    CHECK(three->lock(sample_holder(), scope({{"service.b", false}})).error().code == "E0501");
    CHECK(three->lock(sample_holder()).error().code == "E0501");
    b.reset();
    CHECK(three->lock(sample_holder(), scope({{"service.b", false}})).ok());
  }
  SECTION("others see who is at work") {
    const auto seen = must(place.open()->load()).leases;
    REQUIRE(seen.size() == 2);
    CHECK(seen.front() == Lease{.fence = a->fence(), .holder = sample_holder()});
    CHECK(must(one->load()).leases.size() == 1);  // not itself
  }
}

TEST_CASE("who was paused until its lease ended is fenced off once another has taken its place") {
  const Place place;
  auto paused = place.open();
  auto old = must(paused->lock(sample_holder()));
  must(paused->commit({PutPlatform{sample_platform("laptop")}}));
  place.let_time_pass();

  SECTION("but goes on if nobody came") {
    must(paused->commit({PutPlatform{sample_platform("cloud")}}));
    CHECK(place.open()->lock(sample_holder()).error().code == "E0501");
  }
  SECTION("and what it writes then is refused") {
    auto next = place.open();
    auto lease = must(next->lock(sample_holder()));
    CHECK(lease->fence() > old->fence());
    const auto late = paused->commit({DropPlatform{"laptop"}});
    REQUIRE(!late);
    CHECK(late.error().code == "E0508");
    CHECK(!paused->commit({DropPlatform{"laptop"}}));
    CHECK(!paused->renew());
    CHECK(must(next->load()).platforms.size() == 1);
    old.reset();  // gives nothing back that isn't its own
    must(next->commit({PutPlatform{sample_platform("cloud")}}));
  }
}

TEST_CASE("a lease can be ended by force") {
  const Place place;
  auto store = place.open();
  auto lease = must(store->lock(sample_holder()));
  auto other = place.open();
  CHECK(!must(other->break_lease(lease->fence() + 1)));
  CHECK(must(other->break_lease(lease->fence())));
  CHECK(store->commit({PutOutputs{}}).error().code == "E0508");
  CHECK(other->lock(sample_holder()).ok());
}

TEST_CASE("a commit on condition happens only if nobody else has committed") {
  const Place place;
  auto one = place.open();
  auto two = place.open();
  auto a = must(one->lock(sample_holder(), scope({{"service.a"}})));
  auto b = must(two->lock(sample_holder(), scope({{"service.b"}})));
  const auto serial = must(one->commit({PutPlatform{sample_platform("laptop")}}));
  must(two->commit({PutPlatform{sample_platform("cloud")}}));
  CHECK(must(one->commit_if(serial, {PutPlatform{sample_platform("moon")}})) == std::nullopt);
  CHECK(must(one->load()).platforms.size() == 2);
  const auto now = must(one->version());
  CHECK(must(one->commit_if(now.serial, {PutPlatform{sample_platform("moon")}})) == Serial{now.serial.value + 1});
}

TEST_CASE("two runs that both find nothing make one state") {
  const Place place;
  auto one = place.open();
  auto two = place.open();
  CHECK(must(one->load()).lineage != must(two->load()).lineage);
  auto a = must(one->lock(sample_holder(), scope({{"service.a"}})));
  auto b = must(two->lock(sample_holder(), scope({{"service.b"}})));
  CHECK(must(one->version()) == must(two->version()));
  CHECK(must(one->load()).lineage == must(two->load()).lineage);
}

TEST_CASE("revisions are numbered, and keep each text once") {
  const Place place;
  auto store = place.open();
  auto lease = must(store->lock(sample_holder()));
  Revision revision{
      .started = "2024-05-01T10:00:00Z",
      .by = sample_holder(),
      .stack = "shop",
      .plan = R"([["create","service.a"]])",
      .params = "{}",
      .sources = {{.path = "main.infra", .hash = "h1"}, {.path = "web/run", .hash = "h2", .executable = true}}};
  revision.by.since = revision.started;
  const std::string odd("\0\xff\n", 3);
  CHECK(must(store->begin_revision(revision, {{"h1", "stack \"shop\"\n"}, {"h2", odd}})) == 1);
  CHECK(must(store->begin_revision(revision, {{"h1", "stack \"shop\"\n"}, {"h2", odd}})) == 2);
  revision.number = 1;
  revision.result = Revision::Result::succeeded;
  revision.finished = "2024-05-01T10:00:09Z";
  must(store->commit({PutRevision{revision}}));

  auto reader = place.open();
  const auto history = must(reader->history());
  REQUIRE(history.size() == 2);
  CHECK(history[0] == revision);
  CHECK(history[1].result == Revision::Result::running);
  CHECK(must(reader->sources_of(2)) == SourceTexts{{"h1", "stack \"shop\"\n"}, {"h2", odd}});
  CHECK(reader->sources_of(3).error().code == "E0509");
}

}  // namespace infra::test
