// A repository is what it is, however its address is spelled.
#include "workspace/watched.h"

#include <catch2/catch.hpp>
#include <filesystem>

using namespace infra;
namespace fs = std::filesystem;

namespace {

std::string identity(const std::string& address) {
  const auto url = parse_repo_url(address);
  REQUIRE(url);
  return repository_identity(*url);
}

}  // namespace

TEST_CASE("a distant repository is its host and path") {
  for (const auto* address : {"https://git.example.org/team/shop.git", "https://git.example.org/team/shop",
                              "https://git.example.org/team/shop/", "https://user:token@GIT.example.org/team/shop.git",
                              "https://git.example.org:443/team/shop.git", "ssh://git@git.example.org/team/shop.git",
                              "ssh://git@git.example.org:22/team/shop", "git@git.example.org:team/shop.git"}) {
    INFO(address);
    CHECK(identity(address) == "git.example.org/team/shop");
  }
  CHECK(identity("https://git.example.org:8443/team/shop") == "git.example.org:8443/team/shop");
  CHECK(identity("https://git.example.org/Team/shop") != identity("https://git.example.org/team/shop"));
}

TEST_CASE("a folder is its real path") {
  const auto folder = fs::temp_directory_path() / ("infra-watched-" + std::to_string(::getpid()));
  fs::create_directories(folder / "shop" / ".git");
  fs::create_directory_symlink(folder / "shop", folder / "link");
  const auto real = fs::canonical(folder / "shop").string();
  CHECK(identity((folder / "shop").string()) == real);
  CHECK(identity((folder / "shop").string() + "/") == real);
  CHECK(identity((folder / "link").string()) == real);
  CHECK(identity("file://" + (folder / "shop").string()) == real);
  CHECK(identity("file://" + (folder / "shop" / ".git").string()) == real);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

TEST_CASE("branches and paths have states of their own") {
  const WatchedStack stack{.repo = "host/shop", .branch = "main", .path = "deploy"};
  auto other = stack;
  CHECK(watch_home(stack, "shop") == watch_home(other, "shop"));
  other.path = "deploy/";
  CHECK(watch_home(stack, "shop") == watch_home(other, "shop"));
  other.branch = "next";
  CHECK(watch_home(stack, "shop") != watch_home(other, "shop"));
}
