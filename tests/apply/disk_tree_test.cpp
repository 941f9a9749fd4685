#include "apply/disk_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

namespace infra::test {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "infra-disk-tree-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    base_ = name;
    fs::create_directories(stack());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(base_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] fs::path stack() const { return base_ / "stack"; }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((stack() / path).parent_path());
    std::ofstream(stack() / path) << text;
  }
  [[nodiscard]] DiskTree tree() const { return DiskTree(stack().string()); }

 private:
  fs::path base_;
};

std::vector<std::string> paths(const Result<std::vector<TreeEntry>>& entries) {
  REQUIRE(entries);
  std::vector<std::string> out;
  for (const auto& entry : *entries) out.push_back(entry.path);
  return out;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("a tree lists its files sorted, without our state, git's and special files") {
  const Folder folder;
  for (const auto* path :
       {"web/b.txt", "web/a/x", "main.infra", ".infra/state.db", ".git/HEAD", "web/.git/HEAD", ".env"}) {
    folder.write(path, "text");
  }
  REQUIRE(::mkfifo((folder.stack() / "pipe").c_str(), 0600) == 0);
  CHECK(paths(folder.tree().list("")) == Paths{".env", "main.infra", "web/a/x", "web/b.txt"});
  CHECK(paths(folder.tree().list("web")) == Paths{"web/a/x", "web/b.txt"});
  CHECK(paths(folder.tree().list("./web/../web/a/")) == Paths{"web/a/x"});
}

TEST_CASE("a tree tells sizes, executables and links") {
  const Folder folder;
  folder.write("run", "12345");
  fs::permissions(folder.stack() / "run", fs::perms::owner_all);
  fs::create_symlink("run", folder.stack() / "link");
  const auto entries = folder.tree().list("");
  REQUIRE(paths(entries) == Paths{"link", "run"});
  CHECK((*entries)[0].symlink);
  CHECK((*entries)[1].executable);
  CHECK((*entries)[1].size == 5);
  CHECK(*folder.tree().read("link") == "run");
}

TEST_CASE("what leads out of the folder is refused") {
  const Folder folder;
  folder.write("in/here", "text");
  fs::create_symlink("/etc/passwd", folder.stack() / "absolute");
  fs::create_symlink("../../secret", folder.stack() / "in/relative");
  fs::create_directory_symlink("/etc", folder.stack() / "etc");
  const auto tree = folder.tree();
  for (const auto* path : {"absolute", "in/relative", "etc/passwd", "../secret", "/etc/passwd"}) {
    INFO(path);
    const auto text = tree.read(path);
    REQUIRE_FALSE(text);
    CHECK(text.error().code == "E0005");
  }
  CHECK(tree.list("etc").error().code == "E0005");
  CHECK(tree.list("..").error().code == "E0005");
}

TEST_CASE("state, keys and git are out of reach, however they are spelled and whatever links there") {
  const Folder folder;
  for (const auto* path : {".infra/key", "below/.infra/key", ".git/config", "web/page"}) folder.write(path, "private");
  fs::create_directory_symlink(".infra", folder.stack() / "state");
  fs::create_directory_symlink("../.git", folder.stack() / "web/repository");
  fs::create_symlink(".infra/key", folder.stack() / "link");
  fs::create_symlink("state/key", folder.stack() / "link_by_link");
  const auto tree = folder.tree();
  for (const auto* path : {".infra/key", "./.infra/key", ".infra//key", "web/../.infra/key", ".infra/../.infra/key",
                           ".INFRA/key", "below/.infra/key", ".git/config", ".Git/config", "state/key",
                           "web/repository/config", "link", "link_by_link"}) {
    INFO(path);
    const auto text = tree.read(path);
    REQUIRE_FALSE(text);
    CHECK(text.error().code == "E0005");
    CHECK(text.error().message.find("is private") != std::string::npos);
  }
  for (const auto* path : {".infra", ".git/", "./.infra", "state", "web/repository", "below/.infra"}) {
    INFO(path);
    const auto entries = tree.list(path);
    REQUIRE_FALSE(entries);
    CHECK(entries.error().code == "E0005");
  }
  CHECK(paths(tree.list("")) == Paths{"link", "link_by_link", "state", "web/page", "web/repository"});
}

TEST_CASE("a key that lies elsewhere in the folder is out of reach, too") {
  const Folder folder;
  folder.write("keys/stack.key", "private");
  folder.write("keys/notes", "text");
  fs::create_symlink("keys/stack.key", folder.stack() / "link");
  const DiskTree tree(folder.stack().string(), {.key_file = (folder.stack() / "keys/../keys/stack.key").string()});
  CHECK(tree.read("keys/stack.key").error().code == "E0005");
  CHECK(tree.read("link").error().code == "E0005");
  CHECK(*tree.read("keys/notes") == "text");
  CHECK(paths(tree.list("keys")) == Paths{"keys/notes"});
}

TEST_CASE("links within the folder lead where they should") {
  const Folder folder;
  folder.write("real/file", "text");
  fs::create_directory_symlink("real", folder.stack() / "alias");
  fs::create_symlink("nowhere", folder.stack() / "dangling");
  CHECK(*folder.tree().read("alias/file") == "text");
  CHECK(paths(folder.tree().list("alias")) == Paths{"alias/file"});
  CHECK(*folder.tree().read("dangling") == "nowhere");
}

TEST_CASE("what isn't there, or isn't what it should be, is E0004") {
  const Folder folder;
  folder.write("file", "text");
  fs::create_directory(folder.stack() / "empty");
  const auto tree = folder.tree();
  CHECK(tree.read("nothing").error().code == "E0004");
  CHECK(tree.read("nothing/below").error().code == "E0004");
  CHECK(tree.read("empty").error().message == "\"empty\" is not a file");
  CHECK(tree.list("nothing").error().code == "E0004");
  CHECK(tree.list("file").error().message == "\"file\" is not a folder");
  CHECK(tree.list("empty")->empty());
  const DiskTree missing("/nowhere/at/all");
  CHECK(missing.root_files(".infra").error().message == "there is no folder \"/nowhere/at/all\"");
  CHECK(missing.list("").error().code == "E0004");
  const DiskTree file((folder.stack() / "file").string());
  CHECK(file.root_files(".infra").error().code == "E0004");
}

TEST_CASE("the files of a stack are found without walking below, and links among them are refused") {
  const Folder folder;
  for (const auto* path : {"b.infra", "a.infra", "below/c.infra", "readme", ".infra/x"}) folder.write(path, "");
  CHECK(*folder.tree().root_files(".infra") == Paths{"a.infra", "b.infra"});
  fs::create_symlink("a.infra", folder.stack() / "l.infra");
  CHECK(folder.tree().root_files(".infra").error().code == "E0005");
}

TEST_CASE("a file without the right to read it is E0003") {
  const Folder folder;
  folder.write("closed", "text");
  fs::permissions(folder.stack() / "closed", fs::perms::none);
  fs::permissions(folder.stack().parent_path(), fs::perms::all);
  // Root may read everything: look with the eyes of nobody.
  const bool root = ::geteuid() == 0;
  if (root) REQUIRE(::seteuid(65534) == 0);
  const auto text = folder.tree().read("closed");
  if (root) REQUIRE(::seteuid(0) == 0);
  REQUIRE_FALSE(text);
  CHECK(text.error().code == "E0003");
  CHECK(text.error().help == "give this user the right to read it");
}

TEST_CASE("the folder is shown as it was given") {
  CHECK(DiskTree("examples/shop/").display_root() == "examples/shop");
  CHECK(DiskTree(".").display_root().empty());
  CHECK(DiskTree("/").display_root() == "/");
}

}  // namespace infra::test
