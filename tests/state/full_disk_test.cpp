// The disk is full at each single write of a run: what was recorded stays, and the next run goes on.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "state/integrity.h"
#include "state/places/open_store.h"
#include "tests/state/samples.h"
#include "tests/state/state_files.h"
#include "tests/support/process.h"

namespace infra::test {
namespace {

constexpr int kCommits = 4;

std::vector<Mutation> numbered(std::uint64_t n) {
  return {PutPlatform{sample_platform("laptop")}, PutResource{sample_resource(static_cast<int>(n))}};
}

}  // namespace

// Run in a child by the test below, with its disk full at some write. Prints what went wrong, or "done".
TEST_CASE("full disk: the child", "[.]") {
  const char* path = std::getenv("INFRA_DISK_STATE");
  REQUIRE(path != nullptr);
  const auto run = [&]() -> Result<Ok> {
    auto store = open_store(path, "shop");
    if (!store) return std::move(store).error();
    auto lock = (*store)->lock(sample_holder());
    if (!lock) return std::move(lock).error();
    for (std::uint64_t n = 1; n <= kCommits; ++n) {
      auto serial = (*store)->commit(numbered(n));
      if (!serial) return std::move(serial).error();
    }
    return Ok{};
  };
  const auto done = run();
  fmt::print("<<{}>>\n", done ? "done" : done.error().code + (done.error().help.empty() ? " without help" : ""));
}

TEST_CASE("a disk that is full at each write in turn") {
  bool through = false;
  int refused = 0;
  for (int writes = 0; writes < 400 && !through; ++writes) {
    INFO("after " << writes << " writes");
    TempFolder folder;
    const std::string path = folder / "home/state.db";
    const auto child = testing::run({"env", "LD_PRELOAD=" INFRA_FULL_DISK, "ASAN_OPTIONS=verify_asan_link_order=0",
                                     "INFRA_DISK_FOLDER=" + folder.path().string(),
                                     fmt::format("INFRA_DISK_WRITES={}", writes), "INFRA_DISK_STATE=" + path,
                                     std::filesystem::read_symlink("/proc/self/exe").string(), "full disk: the child"});
    INFO(child.output);
    REQUIRE(child.code == 0);
    through = child.output.find("<<done>>") != std::string::npos;
    if (!through) {
      ++refused;
      REQUIRE(child.output.find("<<E0504>>") != std::string::npos);
    }
    // With space again: whole commits only, and work goes on.
    auto store = must(open_store(path, "shop"));
    const auto found = must(store->load());
    REQUIRE(check_snapshot(found).empty());
    REQUIRE(found.resources.size() == found.serial.value);
    auto lock = must(store->lock(sample_holder()));
    REQUIRE(must(store->commit(numbered(found.serial.value + 1))).value == found.serial.value + 1);
  }
  CHECK(through);
  CHECK(refused > 10);
}

}  // namespace infra::test
