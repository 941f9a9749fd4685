#include "base/net/url.h"

#include <catch2/catch.hpp>

#include "base/net/base64.h"
#include "base/net/credential_scope.h"

using namespace infra::net;

namespace {

Origin origin(std::string_view text) { return parse_url(text).value().origin; }

}  // namespace

TEST_CASE("a URL is read once: what is compared is what is connected to") {
  const auto url = parse_url("HTTPS://Ada:s%40cret@Git.Example.ORG:8443/team/../shop.git?x=1");
  REQUIRE(url);
  CHECK(url->origin == Origin{"https", "git.example.org", 8443});
  CHECK(url->user == "Ada");
  CHECK(percent_decoded(url->password) == "s@cret");
  CHECK(url->path == "/team/../shop.git");
  CHECK(url->query == "x=1");
  CHECK(url->without_user_info().text() == "https://git.example.org:8443/team/../shop.git?x=1");
  CHECK(url->text() == "https://Ada:s%40cret@git.example.org:8443/team/../shop.git?x=1");
  CHECK(origin("https://a:443") == origin("https://A/x"));
  CHECK(origin("http://a") != origin("https://a"));
  CHECK(origin("http://[::1]:80/").text() == "http://[::1]");
  CHECK(origin("http://127.0.0.1@evil.test/").host == "evil.test");
  CHECK(origin("http://127.1/").host == "127.0.0.1");
}

TEST_CASE("what two readers could read differently is read by none") {
  for (const auto* text : {"", "a", "https://", "https:///x", "https://a b/", "https://a\n/", "https://a\\@b/",
                           "https://good.test@x@evil.test/", "https://u:p@ss@host/", "https://a:99999/", "//a/b",
                           "https://[::1/", "https://[fe80::1%25eth0]/"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_url(text));
  }
  for (const auto* text : {"", "a/b", "me@host", "host?x", "host#x", "a b", "h:p", "h:1:2", "https://h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_host("https", text));
  }
  CHECK(parse_host("https", "registry.example.org")->port == 443);
  CHECK(parse_host("tcp", "registry.example.org")->port == 0);
  CHECK(parse_host("https", "[::1]:5000") == Origin{"https", "::1", 5000});
}

TEST_CASE("localhost is this machine, and nothing that only looks like it") {
  for (const auto* text : {"localhost", "localhost:5000", "LOCALHOST", "127.0.0.1:80", "127.1.2.3", "127.1", "0x7f.1",
                           "[::1]:5000", "[::ffff:127.0.0.1]"}) {
    CAPTURE(text);
    CHECK(is_loopback(parse_host("http", text).value().host));
  }
  for (const auto* text : {"localhost.example.org", "127.evil.test", "127.0.0.1.evil.test", "127.0.0.1.nip.io",
                           "10.0.0.1:5000", "registry", "0.0.0.0", "[::2]", "[::ffff:10.0.0.1]", "128.0.0.1"}) {
    CAPTURE(text);
    CHECK_FALSE(is_loopback(parse_host("http", text).value().host));
  }
}

TEST_CASE("hosts of one owner, by the Public Suffix List") {
  CHECK(same_owner("registry.gitlab.com", "gitlab.com"));
  CHECK(same_owner("registry-1.docker.io", "auth.docker.io"));
  CHECK_FALSE(same_owner("a.github.io", "b.github.io"));
  CHECK_FALSE(same_owner("a.co.uk", "b.co.uk"));
  CHECK_FALSE(same_owner("example.org", "example.org.evil.test"));
  CHECK_FALSE(same_owner("10.0.0.1", "11.0.0.1"));
  CHECK_FALSE(same_owner("registry", "other"));
  CHECK(same_owner("registry", "registry"));
}

TEST_CASE("a redirect is read against where it comes from") {
  const auto from = parse_url("https://a.test/x").value();
  CHECK(resolve(from, "/y?z=1")->text() == "https://a.test/y?z=1");
  CHECK(resolve(from, "http://b.test/y")->text() == "http://b.test/y");
  for (const auto* location : {"", "y", "//b.test/y", "https://u@v@b.test/"}) CHECK_FALSE(resolve(from, location));
}

TEST_CASE("a credential goes where it belongs, and nowhere in clear") {
  const auto verdict = [](const char* named, const char* asks) {
    return CredentialScope(origin(named)).to(origin(asks));
  };
  CHECK(verdict("https://a.test", "https://a.test/x") == MayGo::yes);
  CHECK(verdict("https://a.test", "https://b.test") == MayGo::elsewhere);
  CHECK(verdict("https://a.test", "https://a.test:8443") == MayGo::elsewhere);
  CHECK(verdict("https://a.test", "http://a.test") == MayGo::elsewhere);
  CHECK(verdict("https://a.test", "https://a.test.evil.test") == MayGo::elsewhere);
  CHECK(verdict("http://a.test", "http://a.test") == MayGo::in_clear);
  CHECK(verdict("http://a.test", "https://a.test") == MayGo::yes);
  CHECK(verdict("http://a.test:8080", "https://a.test") == MayGo::elsewhere);
  CHECK(verdict("http://localhost:3000", "http://localhost:3000") == MayGo::yes);
  CHECK(verdict("https://localhost:3000", "http://localhost:3000") == MayGo::elsewhere);
  CHECK(verdict("http://127.evil.test", "http://127.evil.test") == MayGo::in_clear);
}

TEST_CASE("base64") {
  CHECK(base64("") == "");
  CHECK(base64("a") == "YQ==");
  CHECK(base64("ab") == "YWI=");
  CHECK(base64("abc") == "YWJj");
  CHECK(base64_url("\xfb\xff\xfe") == "-__-");
  CHECK(basic_authorization("ada", "s3cret") == "Basic YWRhOnMzY3JldA==");
}
