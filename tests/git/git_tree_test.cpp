#include "git/git_tree.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "git/git_source.h"
#include "tests/support/git_repository.h"

using namespace infra;
namespace fs = std::filesystem;

namespace {

struct Stack {
  TemporaryFolder folder;
  Repository repository{folder / "shop"};

  Result<std::unique_ptr<GitTree>> open(const std::string& commit, const std::string& at = "",
                                        GitTreeLimits limits = {}) {
    return GitTree::open({.copy = repository / ".git", .commit = commit, .folder = at, .limits = limits});
  }
  std::unique_ptr<GitTree> tree(const std::string& commit, const std::string& at = "", GitTreeLimits limits = {}) {
    auto opened = open(commit, at, limits);
    if (!opened) FAIL(opened.error().text());
    return *std::move(opened);
  }
};

std::string paths(const Result<std::vector<TreeEntry>>& entries) {
  if (!entries) return entries.error().code;
  std::string out;
  for (const auto& e : *entries) out += e.path + (e.executable ? "*" : "") + (e.symlink ? "@" : "") + " ";
  return out;
}

template <class T>
std::string code(const Result<T>& result) {
  return result ? "ok" : result.error().code;
}

}  // namespace

TEST_CASE("a commit's folder is read without a work tree") {
  Stack stack;
  write_file(stack.repository / "shop/main.infra", "stack \"shop\"\n");
  write_file(stack.repository / "shop/a.infra", "");
  write_file(stack.repository / "shop/web/Dockerfile", "FROM scratch\n");
  write_file(stack.repository / "shop/web/run.sh", "#!/bin/sh\n");
  write_file(stack.repository / "shop/web-a/x", "x");
  write_file(stack.repository / "shop/.infra/state.db", "not of the stack");
  write_file(stack.repository / "other.infra", "");
  fs::permissions(stack.repository / "shop/web/run.sh", fs::perms::owner_all);
  const auto id = stack.repository.commit_all("first");
  fs::remove_all(stack.repository / "shop");

  const auto tree = stack.tree(id, "shop");
  CHECK(paths(tree->list("")) == "a.infra main.infra web-a/x web/Dockerfile web/run.sh* ");
  CHECK(paths(tree->list("web")) == "web/Dockerfile web/run.sh* ");
  CHECK(paths(tree->list("./web/")) == "web/Dockerfile web/run.sh* ");
  CHECK(*tree->root_files(".infra") == std::vector<std::string>{"a.infra", "main.infra"});
  CHECK(*tree->read("web/Dockerfile") == "FROM scratch\n");
  CHECK(*tree->read("web/../main.infra") == "stack \"shop\"\n");
  CHECK(tree->list("web")->front().size == 13);
  CHECK(tree->display_root() == id.substr(0, 7) + ":shop");
  CHECK(*stack.tree(id)->root_files(".infra") == std::vector<std::string>{"other.infra"});
}

TEST_CASE("what isn't there, and what lies outside, has its own code") {
  Stack stack;
  write_file(stack.repository / "shop/main.infra", "");
  const auto id = stack.repository.commit("secret.txt", "", "first");
  const auto tree = stack.tree(id, "shop");
  CHECK(code(tree->read("nothing")) == "E0004");
  CHECK(code(tree->read("")) == "E0004");
  CHECK(code(tree->read("main.infra/below")) == "E0004");
  CHECK(code(tree->list("nothing")) == "E0004");
  CHECK(code(tree->list("main.infra")) == "E0004");
  CHECK(code(tree->read("../secret.txt")) == "E0005");
  CHECK(code(tree->read("/etc/passwd")) == "E0005");
  CHECK(code(tree->read(std::string("main.infra\0x", 12))) == "E0005");
  CHECK(code(stack.open(id, "nothing")) == "E0004");
  CHECK(code(stack.open(id, "shop/main.infra")) == "E0004");
  CHECK(code(stack.open(id, "../x")) == "E0005");
  CHECK(code(stack.open(std::string(40, '0'))) == "E0806");
}

TEST_CASE("links are followed inside the folder, never out of it") {
  Stack stack;
  write_file(stack.repository / "shop/main.infra", "text");
  write_file(stack.repository / "shop/web/page", "page");
  write_file(stack.repository / "secret.txt", "secret");
  fs::create_symlink("../main.infra", stack.repository / "shop/web/same");
  fs::create_symlink("web", stack.repository / "shop/www");
  const auto link = [&](const std::string& target, const std::string& name) {
    fs::create_symlink(target, stack.repository / ("shop/" + name));
  };
  SECTION("inside") {
    const auto id = stack.repository.commit_all("links");
    const auto tree = stack.tree(id, "shop");
    CHECK(paths(tree->list("")) == "main.infra web/page web/same@ www@ ");
    CHECK(*tree->read("web/same") == "../main.infra");
    CHECK(*tree->read("www/page") == "page");
    CHECK(*tree->read("www/same") == "../main.infra");
    CHECK(paths(tree->list("www")) == "www/page www/same@ ");
  }
  SECTION("out, by ..") {
    link("../secret.txt", "out");
    const auto tree = stack.tree(stack.repository.commit_all("links"), "shop");
    CHECK(code(tree->read("out")) == "E0005");
    CHECK(paths(tree->list("")) == "main.infra out@ web/page web/same@ www@ ");
  }
  SECTION("out, absolute") {
    link("/etc/passwd", "out");
    CHECK(code(stack.tree(stack.repository.commit_all("links"), "shop")->read("out")) == "E0005");
  }
  SECTION("out, by a folder's link") {
    link("..", "up");
    CHECK(code(stack.tree(stack.repository.commit_all("links"), "shop")->read("up/secret.txt")) == "E0005");
  }
  SECTION("round in circles") {
    link("b", "a");
    link("a", "b");
    const auto tree = stack.tree(stack.repository.commit_all("links"), "shop");
    CHECK(code(tree->read("a")) == "E0809");
    CHECK(code(tree->list("a")) == "E0809");
    CHECK(paths(tree->list("")) == "a@ b@ main.infra web/page web/same@ www@ ");
  }
  SECTION("in place of a stack's file") {
    fs::remove(stack.repository / "shop/main.infra");
    write_file(stack.repository / "shop/web/main", "text");
    link("web/main", "main.infra");
    CHECK(code(stack.tree(stack.repository.commit_all("links"), "shop")->root_files(".infra")) == "E0005");
  }
  SECTION("to nothing: it may be copied all the same") {
    link("nothing", "dangling");
    const auto tree = stack.tree(stack.repository.commit_all("links"), "shop");
    CHECK(paths(tree->list("")) == "dangling@ main.infra web/page web/same@ www@ ");
    CHECK(*tree->read("dangling") == "nothing");
    CHECK(code(tree->read("dangling/below")) == "E0004");
  }
}

TEST_CASE("a submodule is refused where its files would be read, and harmless elsewhere") {
  Stack stack;
  stack.repository.commit("main.infra", "", "first");
  const auto head = stack.repository.git("rev-parse HEAD");
  stack.repository.git("update-index --add --cacheinfo 160000," + head + ",web/lib");
  stack.repository.git("commit -q -m submodule");
  const auto tree = stack.tree(stack.repository.git("rev-parse HEAD"));
  CHECK(code(tree->list("")) == "E0808");
  CHECK(code(tree->list("web")) == "E0808");
  CHECK(code(tree->read("web/lib/x")) == "E0808");
  CHECK(code(tree->root_files(".infra")) == "ok");
  CHECK(code(tree->read("main.infra")) == "ok");
}

TEST_CASE("names that would fool a file system are refused") {
  Stack stack;
  stack.repository.commit("x", "", "first");
  const auto file = stack.repository.blob("evil");
  for (const std::string name : {"..", ".", ".git", ".GIT", "git~1", "a/b", "a\\b"}) {
    const auto id = stack.repository.commit_raw_tree(Repository::raw_entry("100644", name, file), "evil");
    const auto tree = stack.tree(id);
    INFO(name);
    CHECK(code(tree->list("")) == "E0810");
    CHECK_FALSE(tree->damaged());
  }
  const auto bad = stack.repository.commit_raw_tree(Repository::raw_entry("100644", "a/x.infra", file), "evil");
  CHECK(code(stack.tree(bad)->root_files(".infra")) == "E0810");
}

TEST_CASE("what costs too much is refused before it is read") {
  Stack stack;
  write_file(stack.repository / "large", std::string(2000, 'x'));
  write_file(stack.repository / "a/b/c/d/deep", "x");
  const auto id = stack.repository.commit_all("first");
  CHECK(code(stack.tree(id, "", {.file = 1999})->read("large")) == "E0809");
  CHECK(code(stack.tree(id, "", {.file = 2000})->read("large")) == "ok");
  CHECK(code(stack.tree(id, "", {.files = 5})->list("")) == "E0809");
  CHECK(code(stack.tree(id, "", {.files = 6})->list("")) == "ok");
  CHECK(code(stack.tree(id, "", {.depth = 3})->list("")) == "E0809");
  CHECK(code(stack.tree(id, "", {.depth = 4})->list("")) == "ok");
}

TEST_CASE("ten thousand folders below each other cost an error, not the stack") {
  Stack stack;
  stack.repository.commit("x", "", "first");
  std::string below = stack.repository.blob("bottom");
  std::string fast_import =
      "blob\nmark :1\ndata 1\nx\ncommit refs/heads/main\ncommitter A <a@b> 0 +0000\ndata 4\ndeep\nM 100644 :1 ";
  for (int i = 0; i < 10'000; ++i) fast_import += "a/";
  fast_import += "x\n";
  stack.repository.git("fast-import --quiet --force", fast_import);
  CHECK(code(stack.tree(stack.repository.git("rev-parse main"))->list("")) == "E0809");
}

TEST_CASE("several threads read one tree") {
  Stack stack;
  for (int i = 0; i < 50; ++i)
    write_file(stack.repository / ("f" + std::to_string(i)), std::string(1000, static_cast<char>('a' + i % 26)));
  const auto tree = stack.tree(stack.repository.commit_all("first"));
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          const auto text = tree->read("f" + std::to_string(i));
          if (!text || *text != std::string(1000, static_cast<char>('a' + i % 26))) ++wrong;
        }
        if (tree->list("")->size() != 50) ++wrong;
      });
    }
  }
  CHECK(wrong == 0);
}

namespace {

// The most memory that this process had since the last reset, in bytes.
std::size_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) << 10U;
  }
  return 0;
}
void reset_peak() { std::ofstream("/proc/self/clear_refs") << '5'; }

}  // namespace

TEST_CASE("a large file under many names is in memory once, and hashed once") {
  Stack stack;
  const std::size_t size = std::size_t{40} << 20U;
  write_file(stack.repository / "web/0.bin", std::string(size, 'x'));
  for (int i = 1; i < 10; ++i) {
    fs::create_hard_link(stack.repository / "web/0.bin", stack.repository / fmt::format("web/{}.bin", i));
  }
  const auto id = stack.repository.commit_all("large");
  const auto tree = stack.tree(id);
  reset_peak();
  const auto before = peak_memory();
  std::vector<std::unique_ptr<FileReader>> readers;
  for (int i = 0; i < 10; ++i) {
    const auto name = fmt::format("web/{}.bin", i);
    CHECK(*tree->digest(name) == *tree->digest("web/0.bin"));
    auto open = tree->open(name);
    REQUIRE(open);
    char byte = 0;
    CHECK(*(*open)->read(&byte, 1) == 1);
    CHECK(byte == 'x');
    readers.push_back(*std::move(open));
  }
  if (before != 0) CHECK(peak_memory() - before < 3 * size);  // ten times would be 400 MB
  CHECK(code(tree->read("web/0.bin")) == "E0006");
}

TEST_CASE("a file that is larger than what is read is refused by its header, in a pack as by itself") {
  Stack stack;
  const auto large = std::size_t{300} << 20U;  // 300 KiB as git keeps it
  stack.repository.git("config core.bigFileThreshold 1g");
  {
    std::ofstream out(stack.repository / "large.bin", std::ios::binary);
    const std::string piece(std::size_t{1} << 20U, 'x');
    for (std::size_t written = 0; written < large; written += piece.size()) out << piece;
  }
  const auto id = stack.repository.commit_all("large");
  fs::remove(stack.repository / "large.bin");
  for (const bool packed : {false, true}) {
    INFO(packed);
    if (packed) stack.repository.git("repack -q -a -d");
    const auto tree = stack.tree(id);
    reset_peak();
    const auto before = peak_memory();
    CHECK(code(tree->open("large.bin")) == "E0809");
    CHECK(code(tree->digest("large.bin")) == "E0809");
    CHECK(code(tree->read("large.bin")) == "E0006");
    const auto listed = tree->list("");
    REQUIRE(listed);
    CHECK(listed->front().size == large);
    if (before != 0) CHECK(peak_memory() - before < large / 10);
  }
}

TEST_CASE("folders count, also those without a file in them") {
  Stack stack;
  write_file(stack.repository / "main.infra", "");
  // Twelve levels of ten names each for the same folder: 10^12 of them, of which none holds a file.
  auto level = stack.repository.git("hash-object -t tree -w --stdin");
  for (int i = 0; i < 12; ++i) {
    std::string raw;
    for (char name = '0'; name <= '9'; ++name) raw += Repository::raw_entry("40000", std::string(1, name), level);
    level = stack.repository.git("hash-object -t tree -w --stdin --literally", raw);
  }
  const auto id = stack.repository.commit_raw_tree(Repository::raw_entry("40000", "web", level), "bomb");
  const auto tree = stack.tree(id);
  const auto found = tree->list("web");
  REQUIRE_FALSE(found);
  CHECK(found.error().code == "E0809");
}
