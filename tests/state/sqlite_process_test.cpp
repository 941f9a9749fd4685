// Two processes and one state: locks, readers beside a writer, and death at any moment.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "state/integrity.h"
#include "state/places/sqlite_store.h"
#include "tests/state/child_process.h"
#include "tests/state/samples.h"
#include "tests/state/state_files.h"

namespace infra::test {
namespace {

constexpr int kResources = 5;

// Every batch writes its number everywhere: a half-written one would show.
std::vector<Mutation> numbered_batch(std::uint64_t number) {
  std::vector<Mutation> out{PutPlatform{sample_platform("laptop")}};
  for (int i = 0; i < kResources; ++i) {
    auto resource = sample_resource(i);
    resource.outputs = fmt::format("{{\"n\":{}}}", number);
    out.push_back(PutResource{resource});
  }
  out.push_back(PutOutputs{{{.name = "n", .value = std::to_string(number)}}});
  return out;
}

void check_whole_batch(const Snapshot& snapshot) {
  CHECK(check_snapshot(snapshot).empty());
  if (snapshot.serial.value == 0) {
    CHECK(snapshot.resources.empty());
    return;
  }
  REQUIRE(snapshot.resources.size() == kResources);
  for (const auto& resource : snapshot.resources) {
    CHECK(resource.outputs == fmt::format("{{\"n\":{}}}", snapshot.serial.value));
  }
  REQUIRE(snapshot.outputs.size() == 1);
  CHECK(snapshot.outputs[0].value == std::to_string(snapshot.serial.value));
}

// Commits until it is killed.
int commit_for_ever(const std::string& path) {
  auto store = open_sqlite(path, "shop");
  if (!store) return 1;
  auto lock = (*store)->lock(sample_holder());
  if (!lock) return 2;
  auto start = (*store)->load();
  if (!start) return 3;
  for (auto number = start->serial.value + 1;; ++number) {
    auto serial = (*store)->commit(numbered_batch(number));
    if (!serial || serial->value != number) return 4;
  }
}

bool wait_for(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace

TEST_CASE("a lock of another process is respected, and free as soon as that process is killed") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  const std::string ready = folder / "ready";
  ChildProcess holder([&] {
    auto store = open_sqlite(path, "shop");
    auto lock = (*store)->lock({.user = "ada", .host = "engine", .command = "infra watch", .process = ::getpid()});
    if (!lock) return 1;
    write_file(ready, "");
    for (;;) ::pause();
  });
  REQUIRE(wait_for([&] { return std::filesystem::exists(ready); }));
  auto store = must(open_sqlite(path, "shop"));
  auto refused = store->lock(sample_holder());
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0501");
  CHECK_THAT(refused.error().message, Catch::Contains(std::to_string(holder.id())) && Catch::Contains("infra watch"));
  CHECK_THAT(refused.error().help, Catch::Contains(std::to_string(holder.id())));
  holder.kill();
  CHECK(holder.wait() == -1);
  CHECK(store->lock(sample_holder()).ok());
}

TEST_CASE("a reader beside a writer never waits and never sees half of a batch") {
  TempFolder folder;
  const std::string path = folder / "state.db";
  ChildProcess writer([&] { return commit_for_ever(path); });
  REQUIRE(wait_for([&] { return std::filesystem::exists(path); }));
  std::uint64_t last = 0;
  for (int i = 0; i < 200; ++i) {
    auto reader = must(open_sqlite(path, "shop"));
    const auto snapshot = must(reader->load());
    check_whole_batch(snapshot);
    CHECK(snapshot.serial.value >= last);
    last = snapshot.serial.value;
  }
  CHECK(last > 0);
}

TEST_CASE("kill -9 at any moment of a loop of commits leaves whole batches only") {
  const char* given = std::getenv("INFRA_TEST_SEED");
  const auto seed = given != nullptr ? static_cast<unsigned>(std::atoi(given)) : std::random_device{}();
  const char* rounds = std::getenv("INFRA_TEST_ROUNDS");
  std::mt19937 random(seed);
  INFO("INFRA_TEST_SEED=" << seed);
  std::optional<TempFolder> folder;
  std::uint64_t last = 0;
  std::string lineage;
  for (int round = 0, all = rounds != nullptr ? std::atoi(rounds) : 60; round < all; ++round) {
    INFO("round " << round);
    if (round % 4 == 0) {  // the making of a state is killed too
      folder.emplace();
      last = 0;
      lineage.clear();
    }
    const std::string path = *folder / "home/state.db";
    ChildProcess writer([&] { return commit_for_ever(path); });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 25000));
    writer.kill();
    REQUIRE(writer.wait() == -1);
    auto store = must(open_sqlite(path, "shop"));
    const auto snapshot = must(store->load());
    check_whole_batch(snapshot);
    CHECK(snapshot.serial.value >= last);
    if (last != 0) CHECK(snapshot.lineage == lineage);
    last = snapshot.serial.value;
    lineage = snapshot.lineage;
  }
}

TEST_CASE("a state is private: folder 0700, files 0600") {
  TempFolder folder;
  const auto old = ::umask(0);
  auto locked = locked_sqlite(folder / "home/state.db");
  must(locked.store->commit(numbered_batch(1)));
  ::umask(old);
  auto mode = [&](const char* name) {
    return static_cast<int>(std::filesystem::status(folder / name).permissions()) & 0777;
  };
  CHECK(mode("home") == 0700);
  for (const auto& entry : std::filesystem::directory_iterator(folder / "home")) {
    INFO(entry.path());
    CHECK((static_cast<int>(entry.status().permissions()) & 0777) == 0600);
  }
}

TEST_CASE("loading a state that doesn't exist makes no file") {
  TempFolder folder;
  auto store = must(open_sqlite(folder / "home/state.db", "shop"));
  must(store->load());
  CHECK(!std::filesystem::exists(folder / "home"));
}

TEST_CASE("a closed state is one file with its lock, its note and its copies") {
  TempFolder folder;
  {
    auto locked = locked_sqlite(folder / "state.db");
    must(locked.store->commit(numbered_batch(1)));
    must(locked.store->load());
  }
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"state.db", "state.db.backups", "state.db.lock", "state.db.serial"});
}

}  // namespace infra::test
