#include "git/git_source.h"

#include <catch2/catch.hpp>

#include "tests/support/git_repository.h"

using namespace infra;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Followed {
  TemporaryFolder folder;
  Repository repository{folder / "shop"};
  Cancel cancel;

  GitSource open(std::string branch = "main") {
    auto source =
        GitSource::open({.repo = repository.url(), .branch = std::move(branch), .copy = folder / "home/copy.git"});
    REQUIRE(source);
    return *std::move(source);
  }
  std::string fetch(const GitSource& source) {  // the commit, or the error's code
    auto commit = source.fetch(cancel);
    if (!commit) INFO(commit.error().text());
    return commit ? commit->id : commit.error().code;
  }
};

// Overwrites the middle of every file of the object database.
void damage_objects(const std::string& copy) {
  int damaged = 0;
  for (const auto& entry : fs::recursive_directory_iterator(copy + "/objects")) {
    if (!entry.is_regular_file()) continue;
    fs::permissions(entry.path(), fs::perms::owner_all);
    write_file(entry.path().string(), "rubbish");
    ++damaged;
  }
  REQUIRE(damaged > 0);
}

}  // namespace

TEST_CASE("the newest commit of a branch is fetched, again and again") {
  Followed followed;
  const auto first = followed.repository.commit("main.infra", "stack \"a\"\n", "first\n\nwith a body");
  const auto source = followed.open();
  auto commit = source.fetch(followed.cancel);
  REQUIRE(commit);
  CHECK(commit->id == first);
  CHECK(commit->summary == "first");
  CHECK(commit->short_id() == first.substr(0, 7));
  CHECK(followed.fetch(source) == first);
  const auto second = followed.repository.commit("main.infra", "stack \"b\"\n", "\x1b[31mred\x07");
  commit = source.fetch(followed.cancel);
  REQUIRE(commit);
  CHECK(commit->id == second);
  CHECK(commit->summary == "[31mred");
  CHECK(*(*source.tree(*commit, ""))->read("main.infra") == "stack \"b\"\n");
}

TEST_CASE("a repository is found by path as by file://") {
  Followed followed;
  const auto id = followed.repository.commit("main.infra", "", "first");
  auto source =
      GitSource::open({.repo = followed.repository.folder(), .branch = "main", .copy = followed.folder / "copy.git"});
  REQUIRE(source);
  CHECK(followed.fetch(*source) == id);
}

TEST_CASE("two pushes between fetches end at the newer one; a forced push is followed too") {
  Followed followed;
  followed.repository.commit("main.infra", "1", "one");
  const auto source = followed.open();
  followed.fetch(source);
  followed.repository.commit("main.infra", "2", "two");
  const auto third = followed.repository.commit("main.infra", "3", "three");
  CHECK(followed.fetch(source) == third);
  followed.repository.git("reset -q --hard HEAD~2");
  const auto other = followed.repository.commit("main.infra", "4", "four");
  CHECK(followed.fetch(source) == other);
}

TEST_CASE("a branch that doesn't exist, or was deleted, is named with what there is") {
  Followed followed;
  followed.repository.commit("main.infra", "", "first");
  const auto wrong = followed.open("maine").fetch(followed.cancel);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "E0804");
  CHECK(wrong.error().message == followed.repository.url() + " has no branch \"maine\"");
  CHECK(wrong.error().help == "did you mean \"main\"?");

  followed.repository.git("branch live");
  const auto source = followed.open("live");
  REQUIRE(source.fetch(followed.cancel));
  followed.repository.git("branch -D live");
  const auto gone = source.fetch(followed.cancel);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == "E0804");
  CHECK(gone.error().help == "its branches are: main");
}

TEST_CASE("a tag of the branch's name doesn't stand in for it") {
  Followed followed;
  followed.repository.commit("main.infra", "", "first");
  followed.repository.git("tag live");
  const auto source = followed.open("live");
  CHECK(followed.fetch(source) == "E0804");
  followed.repository.git("branch live HEAD");
  followed.repository.git("checkout -q --detach");
  const auto second = followed.repository.commit("main.infra", "2", "second");
  followed.repository.git("update-ref refs/heads/live " + second);
  CHECK(followed.fetch(source) == second);
}

TEST_CASE("names that can't be branches are refused before any network") {
  TemporaryFolder folder;
  for (const std::string bad : {"", "a b", "..", "a..b", "-x", "a:b", "*", "a.lock", "x^", "a\nb", "refs/../x"}) {
    const auto source = GitSource::open({.repo = "file:///nowhere", .branch = bad, .copy = folder / "copy.git"});
    INFO(bad);
    REQUIRE_FALSE(source);
    CHECK(source.error().code == "E0804");
  }
}

TEST_CASE("an empty repository and one that isn't there are told apart") {
  Followed followed;
  const auto source = followed.open();
  CHECK(followed.fetch(source) == "E0805");
  const auto id = followed.repository.commit("main.infra", "", "first");
  CHECK(followed.fetch(source) == id);
  fs::rename(followed.repository.folder(), followed.folder / "moved");
  CHECK(followed.fetch(source) == "E0802");
  fs::rename(followed.folder / "moved", followed.repository.folder());
  CHECK(followed.fetch(source) == id);
}

TEST_CASE("an unreachable host is told without the credentials of its address") {
  TemporaryFolder folder;
  const Cancel cancel;
  auto source = GitSource::open(
      {.repo = "https://ada:s3cret@127.0.0.1:9/shop.git", .branch = "main", .copy = folder / "copy.git"});
  REQUIRE(source);
  const auto commit = source->fetch(cancel);
  REQUIRE_FALSE(commit);
  CHECK(commit.error().code == "E0802");
  CHECK(commit.error().text().find("s3cret") == std::string::npos);
  CHECK(commit.error().text().find("https://***@127.0.0.1:9/shop.git") != std::string::npos);
}

TEST_CASE("credentials of the address are written nowhere") {
  Followed followed;
  const auto source = followed.open();
  followed.repository.commit("main.infra", "", "first");
  REQUIRE(source.fetch(followed.cancel));
  for (const auto& entry : fs::recursive_directory_iterator(followed.folder / "home")) {
    if (entry.is_regular_file())
      CHECK(read_file(entry.path().string()).find(followed.repository.folder()) == std::string::npos);
  }
}

TEST_CASE("a broken copy is thrown away and fetched again") {
  Followed followed;
  const auto id = followed.repository.commit("main.infra", "text", "first");
  const std::string copy = followed.folder / "home/copy.git";
  const auto source = followed.open();
  REQUIRE(followed.fetch(source) == id);
  SECTION("no repository any more") {
    fs::remove_all(copy);
    write_file(copy + "/HEAD", "rubbish");
  }
  SECTION("a file where the folder was") {
    fs::remove_all(copy);
    write_file(copy, "rubbish");
  }
  SECTION("damaged objects") { damage_objects(copy); }
  SECTION("no objects") { fs::remove_all(copy + "/objects"); }
  SECTION("gone altogether") { fs::remove_all(copy); }
  REQUIRE(followed.fetch(source) == id);
  CHECK(*(*source.tree({.id = id}, ""))->read("main.infra") == "text");
  CHECK_FALSE(fs::exists(copy + ".new"));
}

TEST_CASE("given a damaged history, what comes after the last commit isn't taken for a forced push") {
  Followed followed;
  followed.repository.commit("main.infra", "one", "first");
  const std::string copy = followed.folder / "home/copy.git";
  const auto source = followed.open();
  followed.fetch(source);
  const auto before = followed.repository.commit("main.infra", "two", "second");
  REQUIRE(followed.fetch(source) == before);
  const auto after = followed.repository.commit("main.infra", "three", "third");
  SECTION("before the new commit is there") { damage_objects(copy); }
  SECTION("while the new commit is there already") {
    // Its objects are kept apart: the damage is to what lies before it.
    const std::string kept = copy + ".kept";
    fs::copy(copy + "/objects", kept, fs::copy_options::recursive);
    REQUIRE(followed.fetch(source) == after);
    for (const auto& entry : fs::recursive_directory_iterator(kept)) {
      const auto there = copy + "/objects" + entry.path().string().substr(kept.size());
      if (!entry.is_regular_file() || !fs::exists(there)) continue;
      fs::permissions(there, fs::perms::owner_all);
      write_file(there, "rubbish");
    }
  }
  const Cancel cancel;
  const auto commit = source.fetch(cancel, before);
  REQUIRE(commit);
  CHECK(commit->id == after);
  CHECK(commit->descends);
}

TEST_CASE("given a remote that is down, a broken copy stays for what it is still good for") {
  Followed followed;
  followed.repository.commit("main.infra", "text", "first");
  const auto source = followed.open();
  followed.fetch(source);
  fs::rename(followed.repository.folder(), followed.folder / "moved");
  write_file(followed.folder / "home/copy.git/HEAD", "rubbish");
  CHECK(followed.fetch(source) == "E0802");
  CHECK(fs::exists(followed.folder / "home/copy.git/objects"));
}

TEST_CASE("what a killed fetch left is removed by the next") {
  Followed followed;
  followed.repository.commit("main.infra", "text", "first");
  const auto source = followed.open();
  followed.fetch(source);
  const std::string left = followed.folder / "home/copy.git/objects/pack/pack_git2_Ab12Cd";
  const std::string other = followed.folder / "home/copy.git/objects/pack/tmp_pack_Ab12Cd";
  write_file(left, "half a pack");
  write_file(other, "half a pack");
  followed.fetch(source);
  CHECK_FALSE(fs::exists(left));
  CHECK_FALSE(fs::exists(other));
}

TEST_CASE("given a damaged object, the tree says so, and a fresh copy cures it") {
  Followed followed;
  const auto id = followed.repository.commit("main.infra", std::string(5000, 'x'), "first");
  const auto source = followed.open();
  followed.fetch(source);
  CHECK_FALSE((*source.tree({.id = id}, ""))->damaged());
  damage_objects(followed.folder / "home/copy.git");
  const auto tree = source.tree({.id = id}, "");
  REQUIRE_FALSE(tree);
  CHECK(tree.error().code == "E0806");
  REQUIRE(source.discard());
  REQUIRE(followed.fetch(source) == id);
  CHECK((*source.tree({.id = id}, ""))->read("main.infra")->size() == 5000);
}

TEST_CASE("a second watcher on one copy is refused, and let in when the first has gone") {
  Followed followed;
  const GitSourceOptions options{
      .repo = followed.repository.url(), .branch = "main", .copy = followed.folder / "home/copy.git"};
  {
    const auto first = GitSource::open(options);
    REQUIRE(first);
    const auto second = GitSource::open(options);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == "E0807");
  }
  CHECK(GitSource::open(options));
}

TEST_CASE("a stopped fetch ends at once") {
  Followed followed;
  followed.repository.commit("main.infra", "text", "first");
  const auto source = followed.open();
  followed.cancel.raise();
  CHECK(followed.fetch(source) == "E0811");
}
