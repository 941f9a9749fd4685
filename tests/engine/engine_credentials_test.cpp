// Where a registry's password goes, seen by servers that listen.
#include <catch2/catch.hpp>

#include "providers/nodes/engine.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/registry/registry_client.h"
#include "tests/support/listening_server.h"

using namespace infra;
using Catch::Contains;
using infra::testing::ListeningServer;

namespace {

ListeningServer::Answer asking_for_token_at(std::string realm) {
  return [realm = std::move(realm)](const std::string&) {
    return ListeningServer::response(401, "WWW-Authenticate: Bearer realm=\"" + realm + "\",service=\"s\"\r\n");
  };
}

std::string give_token(const std::string&) {
  return ListeningServer::response(200, "Content-Type: application/json\r\n", R"({"token":"t0ken"})");
}

registry::Access access(const std::string& endpoint, const std::string& realm = {}) {
  return {.endpoint = endpoint, .username = "ada", .password = "s3cret", .realm = realm};
}

Error refusal(const registry::Access& access) {
  const auto checked = registry::RegistryClient(access).check();
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == "E0605");
  CHECK_THAT(checked.error().text(), !Contains("s3cret"));
  return checked.error();
}

}  // namespace

TEST_CASE("given a registry that sends us to another host for a token, the password stays here") {
  const ListeningServer other(give_token);
  const ListeningServer registry(asking_for_token_at("http://" + other.here() + "/token"));
  const auto error = refusal(access(registry.here()));
  CHECK_THAT(error.message, Contains("which is another host"));
  CHECK_THAT(error.help, Contains("realm = \"http://" + other.here() + "\""));
  CHECK(other.requests().empty());
}

TEST_CASE("given a token service that was named, it gets the password") {
  const ListeningServer other(give_token);
  const ListeningServer registry(asking_for_token_at("http://" + other.here() + "/token?a=b"));
  refusal(access(registry.here(), "http://" + other.here()));  // it takes no token at all
  REQUIRE(other.requests().size() == 1);
  CHECK_THAT(other.requests().front(), Contains("GET /token?a=b&service=s ") && Contains("Authorization: Basic "));
  CHECK_THAT(registry.requests().back(), Contains("Authorization: Bearer t0ken"));
}

TEST_CASE("a token service is https, or plain http on this machine beside a plain registry; nothing else") {
  const auto origin = [](const registry::Access& a) { return *registry::origin_of(a); };
  const auto allowed = [&](const registry::Access& a, const std::string& realm) {
    return registry::token_service(a, origin(a), realm).ok();
  };
  for (const auto* realm : {"gopher://127.0.0.1:11211/x", "file:///etc/passwd", "ldap://127.0.0.1/", "127.0.0.1/token",
                            "", "https://a@b@c/", "https://me@registry.example.org/"}) {
    CAPTURE(realm);
    CHECK_FALSE(allowed(access("registry.example.org"), realm));
    CHECK_FALSE(allowed({.endpoint = "registry.example.org"}, realm));
    CHECK_FALSE(allowed({.endpoint = "localhost:5000"}, realm));
  }
  CHECK(allowed(access("registry.example.org"), "https://auth.example.org/token"));
  CHECK(allowed(access("docker.io"), "https://auth.docker.io/token"));
  CHECK_FALSE(allowed(access("registry.example.org"), "https://auth.evil.test/token"));
  CHECK(allowed({.endpoint = "registry.example.org"}, "https://auth.elsewhere.test/token"));
  CHECK(allowed(access("registry.example.org", "https://auth.elsewhere.test"), "https://auth.elsewhere.test/token"));
  CHECK_FALSE(allowed(access("registry.example.org"), "http://auth.example.org/token"));
  CHECK_FALSE(allowed(access("registry.example.org"), "http://127.0.0.1@evil.test/token"));
  CHECK_FALSE(allowed(access("localhost:5000"), "http://127.evil.test/token"));
  CHECK_FALSE(allowed({.endpoint = "registry.example.org"}, "http://127.evil.test/token"));
  CHECK(allowed(access("localhost:5000"), "http://localhost:5000/token"));
}

TEST_CASE("an address that only looks like this machine is no plain one, and one with a user is none at all") {
  const auto scheme = [](const char* endpoint) { return registry::origin_of({.endpoint = endpoint})->scheme; };
  CHECK(scheme("localhost:5000") == "http");
  CHECK(scheme("[::1]:5000") == "http");
  CHECK(scheme("127.evil.test") == "https");
  CHECK_FALSE(registry::origin_of({.endpoint = "127.0.0.1@evil.test"}).ok());
  CHECK_FALSE(registry::origin_of({.endpoint = "localhost:5000/x"}).ok());
}

TEST_CASE("given an insecure registry on a network, its password isn't sent in clear") {
  const ListeningServer server(
      [](const std::string&) { return ListeningServer::response(401, "WWW-Authenticate: Basic realm=\"x\"\r\n"); });
  auto insecure = access(server.somewhere());
  insecure.insecure = true;
  CHECK_THAT(refusal(insecure).message, Contains("in clear"));
  CHECK(server.requests().size() == 1);
  CHECK(server.with_header("Authorization") == 0);
  refusal(access(server.here()));
  CHECK(server.with_header("Authorization") == 1);
}

TEST_CASE("given an engine without TLS on a network, no registry's password is sent to it") {
  const ListeningServer server([](const std::string& head) {
    if (head.find("/_ping") != std::string::npos) {
      return ListeningServer::response(200, "Api-Version: 1.41\r\nContent-Type: text/plain\r\n", "OK");
    }
    const bool looks = head.find("/json") != std::string::npos;
    return ListeningServer::response(looks ? 404 : 200, "Api-Version: 1.41\r\nContent-Type: application/json\r\n",
                                     looks ? R"({"message":"no such image"})" : R"({"status":"done"})");
  });
  const auto pull_by = [&](const std::string& endpoint) {
    nodes::Engine engine("a", *nodes::endpoint_of("a", Value(Map({{"endpoint", endpoint}}))));
    const Cancel cancel;
    const Ownership owner;
    const Progress progress;
    const nodes::Context context{
        .engine = engine, .owner = owner, .sources = nullptr, .cancel = cancel, .progress = progress};
    return nodes::ensure_image(context, "registry.example.org/x:1", {.username = "ada", .password = "s3cret"});
  };
  const auto refused = pull_by("tcp://" + server.somewhere());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "E0611");
  CHECK_THAT(refused.error().message, Contains("in clear"));
  CHECK(server.with_header("X-Registry-Auth") == 0);
  CHECK(pull_by("tcp://" + server.here()).ok());
  CHECK(server.with_header("X-Registry-Auth") == 1);
}

TEST_CASE("an engine's endpoint is a host and a port, and no user before it") {
  const auto code = [](const std::string& endpoint) {
    const auto read = nodes::endpoint_of("a", Value(Map({{"endpoint", endpoint}})));
    return read ? read->target.base : read.error().code;
  };
  CHECK(code("tcp://10.0.0.5:2375") == "http://10.0.0.5:2375");
  CHECK(code("https://[::1]:2376/") == "https://[::1]:2376");
  for (const auto* bad : {"tcp://127.0.0.1@evil.test:2375", "tcp://10.0.0.5", "tcp://10.0.0.5:2375/x", "tcp://a b:1"}) {
    CAPTURE(bad);
    CHECK(code(bad) == "E0611");
  }
}
