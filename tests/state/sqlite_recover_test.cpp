// A damaged log, and the way back to the last good revision.
#include <fmt/format.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <filesystem>

#include "state/files/backup.h"
#include "state/places/open_store.h"
#include "tests/state/child_process.h"
#include "tests/state/samples.h"
#include "tests/state/state_files.h"

namespace infra::test {
namespace {

namespace fs = std::filesystem;

std::vector<Mutation> numbered(int n) {
  return {PutPlatform{sample_platform("laptop")}, PutResource{sample_resource(n)}};
}

Result<Snapshot> load_at(const std::string& path) { return must(open_store(path, "shop"))->load(); }

// One run: a lease, some commits, and the copy that is made at its end.
Snapshot run(const std::string& path, int from, int to) {
  auto store = must(open_store(path, "shop"));
  {
    auto lock = must(store->lock(sample_holder()));
    for (int n = from; n < to; ++n) must(store->commit(numbered(n)));
  }
  return must(store->load());
}

// A process that commits and dies, so that its log is left: SQLite merges it only when the last one closes in order.
Snapshot die_with_log(const std::string& path, int from, int to) {
  ChildProcess child([&] {
    auto store = open_store(path, "shop");
    auto lock = (*store)->lock(sample_holder());
    for (int n = from; n < to; ++n) {
      if (!(*store)->commit(numbered(n))) return 1;
    }
    ::_exit(0);
  });
  REQUIRE(child.wait() == 0);
  REQUIRE(fs::file_size(path + "-wal") > 0);
  TempFolder copy;
  fs::copy_file(path, copy / "state.db");
  fs::copy_file(path + "-wal", copy / "state.db-wal");
  return must(load_at(copy / "state.db"));
}

void flip(std::string& bytes, std::size_t at) { bytes[at] = static_cast<char>(bytes[at] ^ 0x5a); }

// The same content; leases come and go.
bool same(const Snapshot& a, const Snapshot& b) { return unleased(a) == unleased(b); }

}  // namespace

TEST_CASE("a flipped byte anywhere in the log is refused or without effect, never a state of some commits before") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  run(path, 0, 5);
  const auto good = die_with_log(path, 5, 12);
  const auto file = read_file(path), log = read_file(path + "-wal"), note = read_file(path + ".serial");
  std::size_t refused = 0, tried = 0;
  for (std::size_t at = 0; at < log.size(); at += at < 64 ? 1 : 211) {
    INFO("byte " << at << " of " << log.size());
    auto broken = log;
    flip(broken, at);
    write_file(path, file);
    write_file(path + "-wal", broken);
    fs::remove(path + "-shm");
    const auto loaded = load_at(path);
    ++tried;
    if (loaded) {
      REQUIRE(same(*loaded, good));
      continue;
    }
    ++refused;
    INFO(loaded.error().text());
    REQUIRE(loaded.error().code == "E0502");
    REQUIRE_THAT(loaded.error().help, Catch::Contains("infra state recover"));
  }
  CHECK(refused > tried / 4);
}

TEST_CASE("a log that was cut at any page is refused or without effect") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  run(path, 0, 5);
  const auto good = die_with_log(path, 5, 12);
  const auto file = read_file(path), log = read_file(path + "-wal");
  const std::size_t frame = 4096 + 24;
  for (std::size_t size = 0; size < log.size(); size = size == 0 ? 32 : size + frame) {
    INFO("size " << size);
    write_file(path, file);
    write_file(path + "-wal", log.substr(0, size));
    fs::remove(path + "-shm");
    const auto loaded = load_at(path);
    if (loaded) CHECK(same(*loaded, good));
    if (!loaded) CHECK(loaded.error().code == "E0502");
  }
}

TEST_CASE("a damaged file is recovered from the copy of the last run, and kept") {
  TempFolder folder;
  const std::string path = folder / "home/state.db";
  run(path, 0, 5);
  const auto good = run(path, 5, 12);
  auto bytes = read_file(path);
  for (std::size_t at = bytes.size() / 2; at < bytes.size(); at += 97) flip(bytes, at);
  write_file(path, bytes);
  REQUIRE(!load_at(path));
  const auto plan = must(plan_recovery(path));
  CHECK(plan.needed);
  CHECK(plan.state.serial == good.serial);
  CHECK(read_file(path) == bytes);  // nothing was done yet

  const auto done = must(recover_state(path));
  CHECK(same(must(load_at(path)), good));
  CHECK(read_file(done.kept_as) == bytes);
  CHECK((static_cast<int>(fs::status(path).permissions()) & 0777) == 0600);
  CHECK(run(path, 12, 13).serial.value == good.serial.value + 1);
  CHECK(!must(recover_state(path)).needed);
}

TEST_CASE("a damaged copy is passed over for the one before") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  const auto before = run(path, 0, 5);
  run(path, 5, 12);
  write_file(
      path,
      "nonsense, but long enough to be looked at: SQLite's header has a hundred bytes, and this has more than that");
  std::vector<fs::path> copies(fs::directory_iterator(path + ".backups"), fs::directory_iterator());
  std::sort(copies.begin(), copies.end());
  REQUIRE(copies.size() == 2);
  write_file(copies.back(), read_file(copies.back()).substr(0, 5000));
  const auto done = must(recover_state(path));
  CHECK(done.skipped.size() == 1);
  CHECK(same(done.state, before));
  CHECK(same(must(load_at(path)), before));
}

TEST_CASE("after a damaged log, what can be read of the file is newer than any copy, and is taken") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  run(path, 0, 5);
  die_with_log(path, 5, 12);
  auto log = read_file(path + "-wal");
  flip(log, log.size() - 2000);
  write_file(path + "-wal", log);
  fs::remove(path + "-shm");
  REQUIRE(load_at(path).error().code == "E0502");
  const auto done = must(recover_state(path));
  CHECK(done.from.empty());
  CHECK(done.state.serial.value > 5);
  CHECK(done.state.serial.value < 12);
  CHECK(same(must(load_at(path)), done.state));
}

TEST_CASE("an older copy that was put in the file's place is noticed; recover accepts what is there") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  const auto old = run(path, 0, 5);
  const auto bytes = read_file(path);
  fs::remove_all(path + ".backups");
  run(path, 5, 12);
  fs::remove_all(path + ".backups");
  write_file(path, bytes);
  const auto refused = load_at(path);
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0502");
  CHECK(must(recover_state(path)).state.serial == old.serial);
  CHECK(same(must(load_at(path)), old));
}

TEST_CASE("without any copy there is nothing to recover, which is said") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  run(path, 0, 5);
  fs::remove_all(path + ".backups");
  const auto broken = read_file(path).substr(0, 6000);
  write_file(path, broken);
  const auto refused = recover_state(path);
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0502");
  CHECK_THAT(refused.error().help, Catch::Contains("no copy") && Catch::Contains(".recover"));
  CHECK(read_file(path) == broken);
}

TEST_CASE("three copies are kept, private") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  for (int n = 0; n < 6; ++n) run(path, n, n + 1);
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(path + ".backups")) {
    ++count;
    INFO(entry.path());
    CHECK((static_cast<int>(entry.status().permissions()) & 0777) == 0600);
  }
  CHECK(count == 3);
}

}  // namespace infra::test
