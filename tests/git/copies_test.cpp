// Copies that several processes share, and remotes that send rubbish.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>

#include "base/sources/memory_tree.h"
#include "git/git_source.h"
#include "git/module_tree.h"
#include "git/unused_copies.h"
#include "tests/support/git_repository.h"
#include "tests/support/listening_server.h"

using namespace infra;
using Catch::Contains;
using infra::testing::ListeningServer;

namespace {

std::string packet(const std::string& text) { return fmt::format("{:04x}{}", text.size() + 4, text); }

// A server with one branch, whose pack is no pack.
std::string send_rubbish(const std::string& head) {
  const std::string id(40, 'a');
  if (head.starts_with("GET ")) {
    const auto refs = packet("# service=git-upload-pack\n") + "0000" +
                      packet(id + " HEAD" + std::string(1, '\0') + "side-band-64k ofs-delta\n") +
                      packet(id + " refs/heads/main\n") + "0000";
    return ListeningServer::response(200, "Content-Type: application/x-git-upload-pack-advertisement\r\n", refs);
  }
  const auto pack = packet("NAK\n") + packet("\x01PACKthis is no pack at all, and never was one") + "0000";
  return ListeningServer::response(200, "Content-Type: application/x-git-upload-pack-result\r\n", pack);
}

}  // namespace

TEST_CASE("many processes that want one module at once all get it") {
  const TemporaryFolder folder;
  const Repository repository(folder / "module");
  const auto commit = repository.commit("m.infra", "let a = 1\n", "first");
  for (int round = 0; round < 3; ++round) {
    const auto cache = folder / fmt::format("cache{}", round);
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        const MemoryTree stack(std::map<std::string, std::string>{});
        ModuleTree tree(stack, {.cache = cache});
        const auto mounted = tree.mount(repository.url(), commit);
        const bool good = mounted && tree.read(*mounted + "/m.infra").ok();
        ::_exit(good ? 0 : 1);
      }
      children.push_back(child);
    }
    for (const pid_t child : children) {
      int status = 0;
      REQUIRE(::waitpid(child, &status, 0) == child);
      CHECK(status == 0);
    }
  }
}

TEST_CASE("given modules on hosts that don't answer, they cost their deadline once, not each") {
  const TemporaryFolder folder;
  const ListeningServer silent([](const std::string&) -> std::string {
    std::this_thread::sleep_for(std::chrono::seconds(4));
    return {};
  });
  const MemoryTree stack(std::map<std::string, std::string>{});
  ModuleTree tree(stack, {.cache = folder / "cache", .deadline = std::chrono::seconds(2)});
  auto fastest = std::chrono::steady_clock::duration::max();
  for (const auto* name : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}) {
    const auto begin = std::chrono::steady_clock::now();
    const auto mounted = tree.mount("http://" + silent.here() + "/" + name, std::string(40, 'a'));
    REQUIRE_FALSE(mounted);
    CHECK(mounted.error().code == "E0811");
    fastest = std::min(fastest, std::chrono::steady_clock::now() - begin);
  }
  // Were there a deadline for each, every one would take two seconds, on an idle machine as on a busy one.
  CHECK(fastest < std::chrono::seconds(2));
}

TEST_CASE("given a remote that sends rubbish, it is named, and the copy is neither blamed nor made anew") {
  const TemporaryFolder folder;
  const Repository repository(folder / "shop");
  const auto good = repository.commit("main.infra", "1", "first");
  const auto copy = folder / "copy.git";
  {
    auto source = GitSource::open({.repo = repository.url(), .branch = "main", .copy = copy});
    REQUIRE(source);
    REQUIRE(source->fetch(Cancel()));
  }
  struct stat before {};
  REQUIRE(::stat(copy.c_str(), &before) == 0);
  const ListeningServer rubbish(send_rubbish);
  auto source = GitSource::open({.repo = "http://" + rubbish.here() + "/x", .branch = "main", .copy = copy});
  REQUIRE(source);
  const auto fetched = source->fetch(Cancel());
  REQUIRE_FALSE(fetched);
  INFO(fetched.error().text());
  CHECK(fetched.error().code == "E0802");
  CHECK_THAT(fetched.error().message, !Contains("local copy"));
  struct stat after {};
  REQUIRE(::stat(copy.c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
  CHECK(find_commit(copy, good));
  CHECK(rubbish.requests().size() == 2);
}

TEST_CASE("a commit that doesn't come after the last one is told as such") {
  const TemporaryFolder folder;
  const Repository repository(folder / "shop");
  const auto first = repository.commit("main.infra", "1", "first");
  const auto second = repository.commit("main.infra", "2", "second");
  auto source = GitSource::open({.repo = repository.url(), .branch = "main", .copy = folder / "copy.git"});
  REQUIRE(source);
  CHECK(source->fetch(Cancel(), first)->descends);
  CHECK(source->fetch(Cancel(), second)->descends);
  CHECK_FALSE(source->fetch(Cancel(), std::string(40, 'b'))->descends);
  repository.git("reset -q --hard HEAD~1");
  CHECK_FALSE(source->fetch(Cancel(), second)->descends);
  CHECK(source->fetch(Cancel(), {})->descends);
}

namespace {

// What no compression makes smaller.
std::string noise(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string out(bytes, '\0');
  for (auto& byte : out) byte = static_cast<char>(random());
  return out;
}

std::uintmax_t bytes_of(const std::string& copy) {
  std::uintmax_t out = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(copy)) {
    if (entry.is_regular_file()) out += entry.file_size();
  }
  return out;
}

}  // namespace

TEST_CASE("given forced pushes, the copy stays below twice of what the branch holds, and keeps what is still used") {
  const TemporaryFolder folder;
  const Repository repository(folder / "shop");
  const auto copy = folder / "copy.git";
  constexpr std::size_t kSize = std::size_t{2} << 20U;
  const auto first = repository.commit("data.bin", noise(kSize, 1), "first");
  auto source = GitSource::open({.repo = repository.url(), .branch = "main", .copy = copy});
  REQUIRE(source);
  REQUIRE(source->fetch(Cancel()));
  std::uintmax_t most = 0;
  for (unsigned i = 2; i < 10; ++i) {
    repository.git("checkout -q --orphan next");
    const auto pushed = repository.commit("data.bin", noise(kSize, i), "forced");
    repository.git("branch -q -M next main");
    const auto fetched = source->fetch(Cancel(), first);
    REQUIRE(fetched);
    CHECK(fetched->id == pushed);
    CHECK_FALSE(fetched->descends);
    most = std::max(most, bytes_of(copy));
    // The commit that was applied last is what drift is healed from.
    const auto applied = source->tree({.id = first}, "");
    REQUIRE(applied);
    CHECK((*applied)->digest("data.bin"));
    const auto newest = source->tree(*fetched, "");
    REQUIRE(newest);
    CHECK((*newest)->digest("data.bin"));
  }
  CHECK(most < 5 * kSize);  // two commits are in use; nine would be 18 MiB
}

TEST_CASE("copies of modules that no stack has used for a week go, and others stay") {
  const TemporaryFolder folder;
  const Repository repository(folder / "module");
  const auto commit = repository.commit("m.infra", "let a = 1\n", "first");
  const auto cache = folder / "cache";
  const MemoryTree stack(std::map<std::string, std::string>{});
  ModuleTree tree(stack, {.cache = cache});
  REQUIRE(tree.mount(repository.url(), commit));
  const auto copies = [&] {
    int out = 0;
    for (const auto& entry : std::filesystem::directory_iterator(cache)) out += entry.path().extension() == ".git";
    return out;
  };
  drop_unused_copies(cache);
  CHECK(copies() == 1);
  for (const auto& entry : std::filesystem::directory_iterator(cache)) {
    std::filesystem::last_write_time(entry.path(),
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(8 * 24));
  }
  ModuleTree used(stack, {.cache = cache});
  REQUIRE(used.mount(repository.url(), commit));
  drop_unused_copies(cache);
  CHECK(copies() == 1);
  for (const auto& entry : std::filesystem::directory_iterator(cache)) {
    std::filesystem::last_write_time(entry.path(),
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(8 * 24));
  }
  drop_unused_copies(cache);
  CHECK(copies() == 0);
}
