// States that earlier programs wrote: tests/state/fixtures/vN.db, made by the program of that time, and what it printed
// of it (`infra show state --json`) in vN.json.
#include <catch2/catch.hpp>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/databases/sqlite.h"
#include "state/integrity.h"
#include "state/places/open_store.h"
#include "state/places/state_file.h"
#include "state/rows/dump.h"
#include "state/rows/table_versions.h"
#include "tests/state/samples.h"
#include "tests/state/state_files.h"

namespace infra::test {
namespace {

using nlohmann::json;

std::string fixture(int version, const char* ending) {
  return std::string(INFRA_SOURCE_DIR) + "/tests/state/fixtures/v" + std::to_string(version) + ending;
}

// Later programs print more members; what the earlier one printed must be there and the same.
void check_holds(const json& now, const json& then, const std::string& where) {
  INFO(where);
  if (then.is_object()) {
    for (const auto& [name, member] : then.items()) {
      REQUIRE(now.contains(name));
      check_holds(now.at(name), member, where + "." + name);
    }
  } else if (then.is_array()) {
    REQUIRE(now.size() == then.size());
    for (std::size_t i = 0; i < then.size(); ++i) check_holds(now[i], then[i], where + "[" + std::to_string(i) + "]");
  } else {
    CHECK(now == then);
  }
}

json printed(const Snapshot& snapshot) { return json::parse(state_to_json(snapshot)); }

std::string version_of(const std::string& path) {
  auto database =
      must(sqlite::Database::open(path, {}, [](const auto& fault) { return Error{.message = fault.message}; }));
  return must(database.ask("PRAGMA user_version"));
}

}  // namespace

TEST_CASE("every version of the state that there ever was has its fixture") {
  for (int version = 1; version <= kStateVersion; ++version) {
    INFO("make it with the program that writes this version, before there is a newer one");
    CHECK(std::filesystem::exists(fixture(version, ".db")));
    CHECK(std::filesystem::exists(fixture(version, ".json")));
  }
}

TEST_CASE("a state of an earlier version is read as it is, and upgraded by the first write") {
  const int version = GENERATE(range(1, static_cast<int>(kStateVersion) + 1));
  INFO("version " << version);
  TempFolder folder;
  const std::string path = folder / "state.db";
  std::filesystem::copy_file(fixture(version, ".db"), path);
  const auto then = json::parse(read_file(fixture(version, ".json")));
  const auto before = read_file(path);

  auto store = must(open_store(path, "shop"));
  const auto read = must(store->load());
  check_holds(printed(read), then, "state");
  CHECK(check_snapshot(read).empty());
  CHECK(read_file(path) == before);

  {
    auto lock = must(store->lock(sample_holder()));
    check_holds(printed(must(store->load())), then, "state");
    must(store->commit({PutPlatform{sample_platform("laptop")}, PutIntent{sample_intent(3)}}));
    CHECK(must(store->begin_revision({.started = "2024-05-01T10:00:00Z"}, {})) >= 1);
  }
  CHECK(version_of(path) == std::to_string(kStateVersion));
  const auto after = must(must(open_store(path, "shop"))->load());
  CHECK(after.resources == read.resources);
  CHECK(after.serial.value == read.serial.value + 1);
  CHECK(check_snapshot(after).empty());
}

TEST_CASE("a killed upgrade leaves the earlier version or the present one") {
  // The tables change in one transaction: a file whose transaction never ended is the one from before.
  TempFolder folder;
  const std::string path = folder / "state.db";
  std::filesystem::copy_file(fixture(1, ".db"), path);
  {
    sqlite::Statements session(
        must(sqlite::Database::open(path, {}, [](const auto& fault) { return Error{.message = fault.message}; })));
    auto transaction = must(sql::Transaction::begin(session, sql::Access::write));
    must(upgrade_tables(session, 1, Dialect::sqlite));
    must(mark_file_format(session.database()));
  }
  CHECK(version_of(path) == "1");
  CHECK(must(must(open_store(path, "shop"))->load()).serial.value == 10);
}

}  // namespace infra::test
