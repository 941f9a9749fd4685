// What isn't a good state: refused with a code and a remedy, never crashed on, never written over.
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <filesystem>

#include "state/places/sqlite_store.h"
#include "tests/state/child_process.h"
#include "tests/state/samples.h"
#include "tests/state/state_files.h"

namespace infra::test {
namespace {

std::vector<Mutation> some_records(int from, int to) {
  std::vector<Mutation> out{PutPlatform{sample_platform("laptop")}, PutIntent{sample_intent(from)},
                            PutOutputs{{sample_output("url", "http://localhost")}}};
  for (int i = from; i < to; ++i) out.push_back(PutResource{sample_resource(i)});
  return out;
}

Snapshot make_state(const std::string& path, int resources = 20) {
  {
    auto locked = locked_sqlite(path);
    must(locked.store->commit(some_records(0, resources)));
  }
  return must(must(open_sqlite(path, "shop"))->load());
}

Result<Snapshot> load(const std::string& path) { return must(open_sqlite(path, "shop"))->load(); }

void run_sql(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

// Refused with this code, a remedy, the file's name, and the file left as it is.
void check_refused(const std::string& path, const std::string& code) {
  const auto before = read_file(path);
  auto loaded = load(path);
  REQUIRE(!loaded);
  INFO(loaded.error().text());
  CHECK(loaded.error().code == code);
  CHECK_THAT(loaded.error().message, Catch::Contains(path));
  CHECK(!loaded.error().help.empty());
  auto locked = must(open_sqlite(path, "shop"))->lock(sample_holder());
  REQUIRE(!locked);
  CHECK(locked.error().code == code);
  CHECK(read_file(path) == before);
}

}  // namespace

TEST_CASE("a flipped byte anywhere is either refused or without effect") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  const auto good = make_state(path);
  const auto bytes = read_file(path);
  const unsigned char mask = GENERATE(as<unsigned char>{}, 0xff, 0x02);
  std::size_t refused = 0;
  std::size_t tried = 0;
  for (std::size_t at = 0; at < bytes.size(); at += at < 100 ? 1 : 53) {
    INFO("byte " << at << " of " << bytes.size() << " with mask " << int{mask});
    auto broken = bytes;
    broken[at] = static_cast<char>(static_cast<unsigned char>(broken[at]) ^ mask);
    write_file(path, broken);
    const auto loaded = load(path);
    ++tried;
    if (loaded) {
      REQUIRE(*loaded == good);
    } else {
      ++refused;
      INFO(loaded.error().text());
      const auto& code = loaded.error().code;
      REQUIRE((code == "E0502" || code == "E0503"));
      REQUIRE(!loaded.error().help.empty());
    }
    REQUIRE(read_file(path) == broken);
  }
  CHECK(refused > tried / 8);  // the rest is free space
}

TEST_CASE("a truncated state is refused") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  make_state(path, 100);
  const auto bytes = read_file(path);
  REQUIRE(bytes.size() > 40000);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{99}, std::size_t{100}, std::size_t{512}, std::size_t{4096},
        std::size_t{4097}, bytes.size() / 2, bytes.size() - 4096, bytes.size() - 1}) {
    INFO("size " << size);
    write_file(path, bytes.substr(0, size));
    check_refused(path, "E0502");
  }
}

TEST_CASE("a file that isn't a state is refused") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  SECTION("a text") {
    write_file(path,
               "not a database, but a text that is longer than SQLite's header, which has a hundred bytes or so\n");
    check_refused(path, "E0502");
  }
  SECTION("another program's database") {
    run_sql(path, "CREATE TABLE songs (title TEXT)");
    check_refused(path, "E0502");
  }
  SECTION("a folder") {
    std::filesystem::create_directory(path);
    CHECK(load(path).error().code == "E0502");
  }
  SECTION("a state of a newer version") {
    make_state(path);
    run_sql(path, "PRAGMA user_version = 99");
    check_refused(path, "E0503");
    CHECK_THAT(load(path).error().message, Catch::Contains("99"));
  }
}

TEST_CASE("an edit by hand is noticed") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  make_state(path);
  const char* sql = GENERATE("DELETE FROM resource WHERE id = 'id000003'", "UPDATE resource SET protect = 1 - protect",
                             "UPDATE state SET serial = serial - 1", "UPDATE output SET value = '\"x\"'",
                             "INSERT INTO platform VALUES ('p', 'nodes', '{}', 0)", "DELETE FROM state",
                             "UPDATE resource SET depends_on = '9:short,' WHERE id = 'id000001'");
  INFO(sql);
  run_sql(path, sql);
  auto loaded = load(path);
  REQUIRE(!loaded);
  CHECK(loaded.error().code == "E0502");
}

TEST_CASE("a log without its file is not taken for a state without resources") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  write_file(path + "-wal", "commits");
  CHECK(load(path).error().code == "E0502");
}

TEST_CASE("a state that is removed or replaced under a run is not made anew by it") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  make_state(path);
  auto locked = locked_sqlite(path);
  SECTION("between loading and the first commit") { must(locked.store->load()); }
  SECTION("between two commits") { must(locked.store->commit(some_records(0, 1))); }
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  auto committed = locked.store->commit(some_records(0, 1));
  REQUIRE(!committed);
  CHECK(committed.error().code == "E0507");
  CHECK(!std::filesystem::exists(path));
}

TEST_CASE("without permission a state can be read if its files allow it, and is never changed") {
  if (::geteuid() != 0) {
    WARN("skipped: only root can become another user");
    return;
  }
  TempFolder folder;
  const std::string path = folder / "home/state.db";
  const auto good = make_state(path);
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  auto as_nobody = [](const std::function<bool()>& body) {
    return ChildProcess([&] {
             if (::setgid(65534) != 0 || ::setuid(65534) != 0) return 9;
             return body() ? 0 : 1;
           })
        .wait();
  };
  SECTION("a private one is not readable") {
    CHECK(as_nobody([&] { return load(path).error().code == "E0505"; }) == 0);
  }
  SECTION("a readable one in a folder that isn't writable") {
    std::filesystem::permissions(folder / "home", std::filesystem::perms(0755));
    std::filesystem::permissions(path, std::filesystem::perms(0644));
    CHECK(as_nobody([&] {
            auto loaded = load(path);
            return loaded && *loaded == good;
          }) == 0);
    CHECK(as_nobody([&] {
            auto store = open_sqlite(path, "shop");
            auto lock = (*store)->lock(sample_holder());
            return !lock && lock.error().code == "E0505" && !lock.error().help.empty();
          }) == 0);
  }
  SECTION("a new one in a folder that isn't writable") {
    CHECK(as_nobody([&] {
            auto store = open_sqlite(folder / "new/state.db", "shop");
            return (*store)->load().ok() && (*store)->lock(sample_holder()).error().code == "E0505";
          }) == 0);
  }
}

namespace {

// A small disk; nullopt where this process may not mount one.
class SmallDisk {
 public:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    std::filesystem::create_directory(path_);
    mounted_ = ::mount("infra-test", path_.c_str(), "tmpfs", 0, "size=512k") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] bool make_read_only() const {
    return ::mount("infra-test", path_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=512k") == 0;
  }

 private:
  std::string path_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("a full disk refuses a commit, keeps what was there, and goes on when there is space") {
  TempFolder folder;
  SmallDisk disk(folder / "disk");
  if (!disk.mounted()) {
    WARN("skipped: this process may not mount a small disk");
    return;
  }
  const std::string path = folder / "disk/state.db";
  write_file(folder / "disk/filler", std::string(200 << 10, 'x'));
  auto locked = locked_sqlite(path);
  Snapshot good;
  std::optional<Error> error;
  for (int i = 0; i < 1000 && !error; ++i) {
    auto committed = locked.store->commit(some_records(i * 10, i * 10 + 10));
    if (!committed) error = std::move(committed).error();
    if (!error) good = must(locked.store->load());
  }
  REQUIRE(error);
  INFO(error->text());
  CHECK(error->code == "E0504");
  CHECK(!error->help.empty());
  CHECK(must(locked.store->load()) == good);
  CHECK(unleased(must(load(path))) == good);
  std::filesystem::remove(folder / "disk/filler");
  must(locked.store->commit(some_records(0, 1)));
  CHECK(must(load(path)).serial.value == good.serial.value + 1);
}

TEST_CASE("a full disk refuses a new state, and leaves nothing half-made") {
  TempFolder folder;
  SmallDisk disk(folder / "disk");
  if (!disk.mounted()) {
    WARN("skipped: this process may not mount a small disk");
    return;
  }
  write_file(folder / "disk/filler", std::string(500 << 10, 'x'));
  auto store = must(open_sqlite(folder / "disk/state.db", "shop"));
  auto refused = store->lock(sample_holder());
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0504");
  CHECK(must(store->load()).serial.value == 0);
  std::filesystem::remove(folder / "disk/filler");
  auto lock = must(store->lock(sample_holder()));
  CHECK(must(store->commit(some_records(0, 1))).value == 1);
}

TEST_CASE("a state on a disk that may only be read is read, and not locked") {
  TempFolder folder;
  SmallDisk disk(folder / "disk");
  if (!disk.mounted()) {
    WARN("skipped: this process may not mount a small disk");
    return;
  }
  const std::string path = folder / "disk/state.db";
  const auto good = make_state(path);
  REQUIRE(disk.make_read_only());
  CHECK(must(load(path)) == good);
  auto store = must(open_sqlite(path, "shop"));
  CHECK(store->lock(sample_holder()).error().code == "E0505");
}

}  // namespace infra::test
