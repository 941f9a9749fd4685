// Where a password for git goes, seen by servers that listen.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "git/git_source.h"
#include "tests/support/git_repository.h"
#include "tests/support/listening_server.h"

using namespace infra;
using Catch::Contains;
using infra::testing::ListeningServer;

namespace {

const std::string kCommit(40, 'a');
const std::string kAsks = "WWW-Authenticate: Basic realm=\"x\"\r\n";

class Environment {
 public:
  explicit Environment(const std::string& host = {}) {
    ::setenv("INFRA_GIT_USERNAME", "ada", 1);
    ::setenv("INFRA_GIT_PASSWORD", "s3cret", 1);
    if (!host.empty()) ::setenv("INFRA_GIT_HOST", host.c_str(), 1);
  }
  ~Environment() {
    for (const auto* name : {"INFRA_GIT_USERNAME", "INFRA_GIT_PASSWORD", "INFRA_GIT_HOST"}) ::unsetenv(name);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
};

bool is_authorised(const std::string& head) { return head.find("\r\nAuthorization: ") != std::string::npos; }

std::string path_of(const std::string& head) {
  const auto begin = head.find(' ') + 1;
  return head.substr(begin, head.find(' ', begin) - begin);
}

std::string refuse(const std::string&) { return ListeningServer::response(401, kAsks); }

ListeningServer::Answer redirect_to(std::string base, int status = 302) {
  return [base = std::move(base), status](const std::string& head) {
    return ListeningServer::response(status, "Location: " + base + path_of(head) + "\r\n");
  };
}

Error fetch_module(const std::string& url) {
  const TemporaryFolder folder;
  auto fetched = fetch_commit_apart({.url = *parse_repo_url(url), .commit = kCommit, .copy = folder / "m.git"},
                                    std::chrono::seconds(20), Cancel());
  REQUIRE_FALSE(fetched);
  INFO(fetched.error().text());
  CHECK_THAT(fetched.error().text(), !Contains("s3cret"));
  return fetched.error();
}

Error follow(const std::string& url) {
  const TemporaryFolder folder;
  auto source = GitSource::open({.repo = url, .branch = "main", .copy = folder / "copy.git"});
  REQUIRE(source);
  auto fetched = source->fetch(Cancel());
  REQUIRE_FALSE(fetched);
  CHECK_THAT(fetched.error().text(), !Contains("s3cret"));
  return fetched.error();
}

}  // namespace

TEST_CASE("given a module on a host that nobody named, the password stays here") {
  const Environment environment;
  const ListeningServer stranger(refuse);
  const auto error = fetch_module("http://" + stranger.here() + "/x");
  CHECK(error.code == "E0803");
  CHECK_THAT(error.text(), Contains("INFRA_GIT_HOST"));
  CHECK_FALSE(stranger.requests().empty());
  CHECK(stranger.with_header("Authorization") == 0);
}

TEST_CASE("given a host that was named, the password goes to it, and to no other host, port or scheme") {
  const ListeningServer named(refuse), other(refuse);
  const Environment environment("http://" + named.here());
  CHECK(fetch_module("http://" + named.here() + "/x").code == "E0803");
  CHECK(named.with_header("Authorization") >= 1);
  CHECK_THAT(fetch_module("http://" + other.here() + "/x").message,
             Contains("it belongs to http://" + named.here() + ", and http://" + other.here() + " asks for it"));
  CHECK(other.with_header("Authorization") == 0);
}

TEST_CASE("given a host named without a scheme, https is meant") {
  const ListeningServer plain(refuse);
  const Environment environment(plain.here());
  CHECK_THAT(fetch_module("http://" + plain.here() + "/x").message, Contains("wasn't sent"));
  CHECK(plain.with_header("Authorization") == 0);
}

TEST_CASE("given an INFRA_GIT_HOST that is none, we should say so before anything is asked") {
  const Environment environment("https://a@b@c/");
  const ListeningServer server(refuse);
  CHECK_THAT(fetch_module("http://" + server.here() + "/x").message, Contains("INFRA_GIT_HOST names no host"));
  CHECK(server.requests().empty());
}

TEST_CASE("given plain http to what isn't known to be this machine, no password goes") {
  const ListeningServer server(refuse);
  const Environment environment("http://" + server.somewhere());
  CHECK_THAT(follow("http://" + server.somewhere() + "/x").message, Contains("in clear"));
  CHECK_THAT(follow("http://bob:s3cret@" + server.somewhere() + "/x").message, Contains("in clear"));
  CHECK(server.requests().size() >= 2);
  CHECK(server.with_header("Authorization") == 0);
}

TEST_CASE("the repository that is followed gets the password that names no host") {
  const Environment environment;
  const ListeningServer server(refuse);
  CHECK(follow("http://" + server.here() + "/x").code == "E0803");
  CHECK(server.with_header("Authorization") >= 1);
}

TEST_CASE("given a followed repository that redirects to another host, the password doesn't go along") {
  const Environment environment;
  const ListeningServer end(refuse);
  const int status = GENERATE(301, 302, 303, 307, 308);
  const ListeningServer start(redirect_to("http://" + end.here(), status));
  const auto error = follow("http://" + start.here() + "/x");
  CHECK(error.code == "E0803");
  CHECK_THAT(error.message, Contains("it belongs to http://" + start.here()));
  CHECK_FALSE(end.requests().empty());
  CHECK(end.with_header("Authorization") == 0);
}

TEST_CASE("given a redirect that comes only once we have signed in, nothing goes along either") {
  const ListeningServer end(refuse);
  const auto lead_on = redirect_to("http://" + end.here());
  const ListeningServer start(
      [&](const std::string& head) { return is_authorised(head) ? lead_on(head) : refuse(head); });
  SECTION("from the environment") {
    const Environment environment;
    follow("http://" + start.here() + "/x");
  }
  SECTION("from the address") { follow("http://bob:s3cret@" + start.here() + "/x"); }
  SECTION("a token in the user's place") { follow("http://s3cret@" + start.here() + "/x"); }
  CHECK(start.with_header("Authorization") >= 1);
  CHECK_FALSE(end.requests().empty());
  CHECK(end.with_header("Authorization") == 0);
}

TEST_CASE("given a redirect on one host, the password arrives") {
  const Environment environment;
  const ListeningServer server([](const std::string& head) {
    if (path_of(head).starts_with("/old"))
      return ListeningServer::response(301, "Location: /new/info/refs?service=git-upload-pack\r\n");
    return is_authorised(head) ? ListeningServer::response(404) : ListeningServer::response(401, kAsks);
  });
  follow("http://" + server.here() + "/old");
  const auto all = server.requests();
  CHECK(std::any_of(all.begin(), all.end(),
                    [](const auto& head) { return is_authorised(head) && path_of(head).starts_with("/new/"); }));
}

TEST_CASE("given redirects without end, to files, or to what is no repository, we should say so") {
  const Environment environment;
  const char* location = GENERATE("/x/info/refs?service=git-upload-pack", "file:///etc/passwd",
                                  "gopher://127.0.0.1/info/refs?service=git-upload-pack", "/login",
                                  "http://me@127.0.0.1/x/info/refs?service=git-upload-pack", "");
  const ListeningServer server([&](const std::string&) {
    return ListeningServer::response(302, "Location: " + std::string(location) + "\r\n");
  });
  const auto error = follow("http://" + server.here() + "/x");
  CAPTURE(location);
  CHECK(error.code == "E0802");
  CHECK_THAT(error.message, Contains("redirects"));
}

TEST_CASE("a password that isn't escaped hides no host") {
  for (const auto* text : {"https://good.test@x@evil.test/a", "https://u:p@ss@host/a", "http://a\\@b/x"}) {
    const auto url = parse_repo_url(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == "E0801");
    CHECK_THAT(url.error().text(), !Contains("p@ss"));
  }
}
