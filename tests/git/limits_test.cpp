// What a remote may cost that has too many refs, and a copy that is collected while others read it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "git/child.h"
#include "git/copy_size.h"
#include "git/git_fetch.h"
#include "git/git_source.h"
#include "tests/support/git_repository.h"
#include "tests/support/http_server.h"

using namespace infra;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr std::size_t kMostRefs = 100'000;

std::string pkt_line(const std::string& text) { return fmt::format("{:04x}{}", text.size() + 4, text); }

void have_refs(const Repository& repository, const std::string& commit, std::size_t count) {
  std::string packed = "# pack-refs with: peeled fully-peeled sorted \n";
  for (std::size_t i = 0; i < count; ++i) packed += fmt::format("{} refs/heads/b{:06}\n", commit, i);
  write_file(repository.folder() + "/.git/packed-refs", packed);
}

}  // namespace

TEST_CASE("a repository with more refs than are read is refused by name, one with just so many is followed") {
  const TemporaryFolder folder;
  const Repository repository(folder / "shop");
  const auto commit = repository.commit("main.infra", "1", "first");
  const auto follow = [&] {
    auto source = GitSource::open({.repo = repository.url(), .branch = "main", .copy = folder / "copy.git"});
    REQUIRE(source);
    return source->fetch(Cancel());
  };
  const auto module = [&] {
    return fetch_commit_apart({.url = *parse_repo_url(repository.url()), .commit = commit, .copy = folder / "m.git"},
                              60s, Cancel());
  };
  have_refs(repository, commit, kMostRefs - 2);  // beside HEAD and main
  const auto fetched = follow();
  INFO((fetched ? "" : fetched.error().text()));
  CHECK(fetched);
  have_refs(repository, commit, kMostRefs + 1);
  for (const auto& refused : {follow(), module()}) {
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E0809");
    CHECK_THAT(refused.error().message, Contains("100003 branches, tags and other refs"));
    CHECK_THAT(refused.error().help, Contains("git push --delete"));
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // with them there is no limit
TEST_CASE("a server that names refs without end fills the memory of the process that fetches, and no other") {
  std::size_t pieces = 0;
  const testing::HttpServer server([&](const testing::HttpAsked&) -> testing::HttpAnswer {
    return {.headers = {"Content-Type: application/x-git-upload-pack-advertisement"}, .more = [&] {
              const std::string id(40, 'a');
              if (pieces++ == 0) {
                return pkt_line("# service=git-upload-pack\n") + "0000" +
                       pkt_line(id + " HEAD" + std::string(1, '\0') + "side-band-64k ofs-delta\n");
              }
              std::string out;
              for (int i = 0; i < 5'000; ++i) out += pkt_line(fmt::format("{} refs/heads/b{}x{}\n", id, pieces, i));
              return out;
            }};
  });
  const TemporaryFolder folder;
  const CommitRequest request{.url = *parse_repo_url("http://" + server.address() + "/x"),
                              .commit = std::string(40, 'a'),
                              .copy = folder / "m.git"};
  const auto work = [&] {
    const auto fetched = fetch_commit(request);
    return fetched ? "fetched" : fetched.error().text();
  };
  const auto answer = run_in_child(work, 120s, Cancel(), std::size_t{128} << 20U);
  const auto said = answer ? *answer : answer.error().text();
  INFO(said);
  CHECK_THAT(said, Contains("memory"));
  CHECK(pieces > 10);
}
#endif

namespace {

// Reads all of a commit again and again, each time from the beginning; how often it couldn't.
int read_until_told(const GitTreeOptions& wanted, int told) {
  int failures = 0;
  char byte = 0;
  while (::read(told, &byte, 1) < 0) {
    const auto tree = GitTree::open(wanted);
    const auto files = tree ? (*tree)->list("") : tree.error();
    if (!files) {
      ++failures;
      continue;
    }
    for (const auto& file : *files) failures += (*tree)->digest(file.path).ok() ? 0 : 1;
  }
  return failures;
}

}  // namespace

TEST_CASE("a copy that is collected while other processes read it gives them what they read") {
  const TemporaryFolder folder;
  const Repository repository(folder / "module");
  for (int i = 0; i < 30; ++i)
    write_file(repository / fmt::format("f{}", i), std::string(3'000, 'a') + fmt::format("{}", i));
  const auto commit = repository.commit_all("first");
  const auto copy = folder / "m.git";
  const auto fetch = [&](const std::string& id) {
    return fetch_commit_apart({.url = *parse_repo_url(repository.url()), .commit = id, .copy = copy}, 60s, Cancel());
  };
  REQUIRE(fetch(commit));
  int tell[2];
  REQUIRE(::pipe2(tell, O_CLOEXEC | O_NONBLOCK) == 0);
  std::vector<pid_t> readers;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(tell[1]);
      ::_exit(std::min(read_until_told({.copy = copy, .commit = commit, .folder = "", .limits = {}}, tell[0]), 100));
    }
    readers.push_back(child);
  }
  for (int i = 0; i < 15; ++i) {
    REQUIRE(fetch(repository.commit("f0", fmt::format("{}", i), "next")));
    CHECK(collect(copy, {}));
  }
  ::close(tell[1]);
  for (const pid_t reader : readers) {
    int status = 0;
    REQUIRE(::waitpid(reader, &status, 0) == reader);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
}
