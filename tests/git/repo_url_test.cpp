#include "git/repo_url.h"

#include <catch2/catch.hpp>
#include <filesystem>

using namespace infra;

TEST_CASE("addresses of repositories: what is shown and how the stack is called") {
  struct Row {
    std::string given, shown, name;
  };
  const Row rows[] = {
      {"https://git.example.org/team/shop.git", "https://git.example.org/team/shop.git", "shop"},
      {"https://ada:s3cret@git.example.org/shop", "https://***@git.example.org/shop", "shop"},
      {"https://ghp_token@git.example.org/shop", "https://***@git.example.org/shop", "shop"},
      {"https://ada:p%40ss@git.example.org/shop", "https://***@git.example.org/shop", "shop"},
      {"https://git.example.org/shop?private_token=abc", "https://git.example.org/shop?***", "shop"},
      {"http://git.example.org/a@b/shop.git/", "http://git.example.org/a@b/shop.git/", "shop"},
      {"ssh://git@git.example.org:22/team/shop.git", "ssh://git@git.example.org:22/team/shop.git", "shop"},
      {"ssh://git:s3cret@git.example.org/shop.git", "ssh://git:***@git.example.org/shop.git", "shop"},
      {"git@git.example.org:team/shop.git", "git@git.example.org:team/shop.git", "shop"},
      {"git@git.example.org:shop.git", "git@git.example.org:shop.git", "shop"},
      {"file:///srv/git/shop.git", "file:///srv/git/shop.git", "shop"},
      {"/srv/git/shop", "/srv/git/shop", "shop"},
      {"./shop", "./shop", "shop"},
      {"/srv/git/shop/.git", "/srv/git/shop/.git", "shop"},
  };
  for (const auto& row : rows) {
    INFO(row.given);
    const auto url = parse_repo_url(row.given);
    REQUIRE(url);
    CHECK(url->shown == row.shown);
    CHECK(url->name == row.name);
  }
}

TEST_CASE("a relative folder is fetched by its absolute path") {
  const auto url = parse_repo_url("./a/../shop");
  REQUIRE(url);
  CHECK(url->fetch == (std::filesystem::current_path() / "shop").string());
}

TEST_CASE("what isn't an address of a repository is refused") {
  for (const std::string bad : {"", "--upload-pack=touch /tmp/x", "-o", "ext::sh -c date", "fd::7", "git://host/x",
                                "ftp://host/x", "https://host/a\nb", "ext::sh -c a%20b /x"}) {
    INFO(bad);
    const auto url = parse_repo_url(bad);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == "E0801");
    CHECK_FALSE(url.error().help.empty());
  }
  CHECK(parse_repo_url("git://ada:s3cret@host/x").error().message.find("s3cret") == std::string::npos);
}

TEST_CASE("others' messages lose every trace of the credentials") {
  const auto url = parse_repo_url("https://ada:s3cret@git.example.org/shop?token=abc123");
  REQUIRE(url);
  for (const std::string text : {"failed to connect to https://ada:s3cret@git.example.org/shop?token=abc123: timed out",
                                 "bad user ada:s3cret", "password s3cret refused", "query token=abc123", "nothing"}) {
    const std::string shown = redact(text, *url);
    CHECK(shown.find("s3cret") == std::string::npos);
    CHECK(shown.find("abc123") == std::string::npos);
  }
  CHECK(redact("nothing to hide", *url) == "nothing to hide");
}
