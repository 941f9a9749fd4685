// The pure halves of talking to engines and registries: names, streams, archives, request bodies.
#include <catch2/catch.hpp>

#include "base/text/image_reference.h"
#include "base/values/codec.h"
#include "providers/nodes/engine_errors.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/nodes/images/tar_stream.h"
#include "providers/nodes/json_stream.h"
#include "providers/nodes/tasks/container_list.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/registry/challenge.h"
#include "tests/engine/hand_made_stack.h"

namespace infra::testing {

using namespace infra::nodes;
using Catch::Contains;

TEST_CASE("an image's name is read as engines read it") {
  struct Row {
    const char* text;
    const char* name;
    const char* tag;
    const char* digest;
  };
  const auto row = GENERATE(values<Row>({
      {"redis", "docker.io/library/redis", "latest", ""},
      {"redis:7", "docker.io/library/redis", "7", ""},
      {"ada/web", "docker.io/ada/web", "latest", ""},
      {"localhost:5000/shop/web", "localhost:5000/shop/web", "latest", ""},
      {"localhost:5000/shop/web:1.4@sha256:ab", "localhost:5000/shop/web", "1.4", "sha256:ab"},
      {"localhost/web@sha256:ab", "localhost/web", "", "sha256:ab"},
      {"ghcr.io/a/b:c", "ghcr.io/a/b", "c", ""},
  }));
  const auto read = registry::parse_reference(row.text);
  CAPTURE(row.text);
  CHECK(read.name() == row.name);
  CHECK(read.tag == row.tag);
  CHECK(read.digest == row.digest);
}

TEST_CASE("repository names follow OCI's rule") {
  for (const auto* name : {"web", "shop/web", "a.b/c_d/e__f/g-h", "1/2", "a--b"}) {
    CAPTURE(name);
    CHECK(registry::valid_repository(name));
  }
  for (const auto* name : {"", "/", "Web", "a//b", "a/", "-a", "a-", "a..b", "a___b", "a_.b", "a b"}) {
    CAPTURE(name);
    CHECK_FALSE(registry::valid_repository(name));
  }
}

TEST_CASE("a registry's challenge") {
  const auto asked = registry::parse_challenge(
      R"(Bearer realm="https://auth.example/token",service="a, b", scope="repository:x:pull",n=1)");
  CHECK(asked ==
        std::map<std::string, std::string>{
            {"realm", "https://auth.example/token"}, {"service", "a, b"}, {"scope", "repository:x:pull"}, {"n", "1"}});
  CHECK(registry::parse_challenge("Basic").empty());
  CHECK(registry::parse_challenge("Bearer realm=\"x").at("realm") == "x");
  // Unpadded, engines take it for anonymous.
  CHECK(auth_header({}, "localhost:5000") == "X-Registry-Auth: e30=");
}

TEST_CASE("a stream's objects come whole, however it is cut") {
  const std::string stream = "{\"a\":1}\r\n{\"b\":\"x\\ny\"}\n\n{\"c\":true}";
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    std::string got;
    JsonStream objects([&](const Value& object) { got += to_plain_json(object); });
    for (std::size_t i = 0; i < stream.size(); i += piece)
      CHECK(objects.add(std::string_view(stream).substr(i, piece)));
    CHECK(objects.finish());
    CHECK(got == R"({"a":1}{"b":"x\ny"}{"c":true})");
  }
}

TEST_CASE("a stream that an engine can't have sent ends at once") {
  const auto fault = [](const std::string& stream) {
    JsonStream objects([](const Value&) {});
    static_cast<void>(objects.add(stream) && objects.finish());
    return objects.fault();
  };
  CHECK(fault("{\"a\":1}\n") == "");
  for (const auto* stream : {"not json\n", "null\n", "[{}]\n", "{\"a\":1}\n<html>", "{\"a\":"})
    CHECK(fault(stream) == "a line of it is no JSON object");
  CHECK_THAT(fault(std::string(2'000'000, ' ')), Contains("longer than 1 MiB"));
}

namespace {

// All that a stream gives, or the code of what stopped it.
std::string archive_of(const SourceTree& tree, std::vector<engine::ContextFile> files) {
  TarStream stream(tree, std::move(files));
  std::string all;
  char buffer[1000];
  for (;;) {
    const auto n = stream.read(buffer, sizeof buffer);
    if (!n) return stream.error()->code;
    if (*n == 0) return all;
    all.append(buffer, *n);
  }
}

}  // namespace

TEST_CASE("a context's archive is the same bytes each time, and tar's") {
  const MemoryTree tree({{"x/a/b", "hello"}, {"t", "target"}, {"big", std::string(100'000, 'x')}});
  const engine::ContextFile small{.name = "a/b", .entry = {.path = "x/a/b", .size = 5}};
  const auto plain = archive_of(tree, {small});
  REQUIRE(plain.size() == 1024 + 1024);
  CHECK(plain == archive_of(tree, {small}));
  CHECK(plain.substr(0, 4) == std::string("a/b\0", 4));
  CHECK(plain.substr(100, 7) == "0000644");
  CHECK(plain.substr(124, 11) == "00000000005");
  CHECK(plain.substr(136, 11) == "00000000000");
  CHECK(plain.substr(257, 5) == "ustar");
  CHECK(plain.substr(512, 5) == "hello");
  CHECK(archive_of(tree, {{.name = "b", .entry = {.path = "x/a/b", .executable = true, .size = 5}}}).substr(100, 7) ==
        "0000755");
  const auto link = archive_of(tree, {{.name = "l", .entry = {.path = "t", .symlink = true, .size = 6}}});
  REQUIRE(link.size() == 512 + 1024);
  CHECK(link[156] == '2');
  CHECK(link.substr(157, 7) == std::string("target\0", 7));
  const std::string name(150, 'n');
  const auto longer = archive_of(tree, {{.name = name, .entry = {.path = "x/a/b", .size = 5}}});
  CHECK(longer[156] == 'L');
  CHECK(longer.substr(512, 151) == name + '\0');
  const auto large = archive_of(tree, {small, {.name = "big", .entry = {.path = "big", .size = 100'000}}});
  CHECK(large.size() == 1024 + 512 + 100'352 + 1024);
}

TEST_CASE("a tar stream whose file vanished or changed stops with the reason") {
  const MemoryTree tree(std::map<std::string, std::string>{{"a", "12345"}});
  CHECK(archive_of(tree, {{.name = "gone", .entry = {.path = "gone"}}}) == "E0004");
  CHECK(archive_of(tree, {{.name = "a", .entry = {.path = "a", .size = 4}}}) == "E0607");
  CHECK(archive_of(tree, {{.name = "a", .entry = {.path = "a", .size = 6}}}) == "E0607");
}

TEST_CASE("a container's inputs become the engine's body") {
  const CreateRequest request{
      .address = Address::parse("service.api/0").value(),
      .type = "container",
      .inputs = record({{"node", "a"},
                        {"name", "shop-api-0"},
                        {"image", "web:1"},
                        {"command", list({"serve"})},
                        {"env", record({{"A", "1"}, {"KEY", Value::secret("x y")}})},
                        {"memory", Bytes{64}},
                        {"memory_reservation", Bytes{32}},
                        {"cpu", Cpu::of_units(512)},
                        {"user", "1000"},
                        {"stop_timeout", Duration{1500}},
                        {"labels", record({{"team", "t"}, {"infra.token", "forged"}})},
                        {"network", record({{"mode", "bridge"}})},
                        {"ports", list({record({{"name", "dns"}, {"container", 53}, {"host", 0}, {"protocol", "udp"}}),
                                        record({{"name", "http"},
                                                {"container", 8080},
                                                {"host", 80},
                                                {"protocol", "tcp"},
                                                {"ip", "127.0.0.1"}})})},
                        {"health", record({{"command", list({"check"})},
                                           {"every", Duration{1000}},
                                           {"timeout", Duration{500}},
                                           {"retries", 2},
                                           {"grace", Duration{0}}})}}),
      .spec_hash = "h",
      .token = "abcdefghij"};
  CHECK(container_name(request) == "shop-api-0-abcdef");
  CHECK(
      to_plain_json(container_body({.stack = "shop", .lineage = "l"}, request, {.rotates = true})) ==
      R"({"Cmd":["serve"],"Env":["A=1","KEY=x y"],"ExposedPorts":{"53/udp":{},"8080/tcp":{}},)"
      R"("Healthcheck":{"Interval":1000000000,"Retries":2,"StartPeriod":0,"Test":["CMD","check"],"Timeout":500000000},)"
      R"("HostConfig":{"LogConfig":{"Config":{"max-file":"3","max-size":"10485760"},"Type":""},"Memory":64,"MemoryReservation":32,"NanoCpus":500000000,"NetworkMode":"bridge",)"
      R"("PortBindings":{"53/udp":[{"HostIp":"","HostPort":"0"}],"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":"80"}]},)"
      R"("ReadonlyRootfs":false,"RestartPolicy":{"Name":"no"}},"Image":"web:1",)"
      R"("Labels":{"infra.address":"service.api/0","infra.check":"1000","infra.lineage":"l","infra.ports":"dns=53/udp,http=8080/tcp","infra.spec":"h",)"
      R"("infra.stack":"shop","infra.token":"abcdefghij","infra.type":"container","team":"t"},)"
      R"("NetworkingConfig":{},"StopTimeout":2,"User":"1000"})");
}

TEST_CASE("ports are told by their names") {
  const auto published = *from_plain_json(R"([{"PrivatePort":8080,"PublicPort":4001,"Type":"tcp","IP":"::"},
      {"PrivatePort":8080,"PublicPort":4000,"Type":"tcp","IP":"0.0.0.0"},{"PrivatePort":53,"PublicPort":4002,"Type":"udp"},
      {"PrivatePort":9090,"Type":"tcp"}])");
  CHECK(to_source(ports_output("dns=53/udp,http=8080/tcp,off=9090/tcp", published, false)) ==
        "{ dns: 4002, http: 4000 }");
  CHECK(to_source(ports_output("http=8080/tcp", {}, true)) == "{ http: 8080 }");
  CHECK(to_source(ports_output("", published, false)) == "{}");
  CHECK(to_source(ports_output("broken,=,a=b", published, false)) == "{}");
}

TEST_CASE("what a list call says of a container is judged by what it should be") {
  struct Row {
    const char* state;
    const char* status;
    const char* until;
    Health::Now health;
  };
  const auto row = GENERATE(values<Row>({
      {"running", "Up 5 seconds", "", Health::healthy},
      {"running", "Up 5 seconds (healthy)", "running", Health::healthy},
      {"running", "Up 1 second (health: starting)", "", Health::starting},
      {"running", "Up 1 second (starting)", "", Health::starting},
      {"running", "Up 5 minutes (unhealthy)", "", Health::unhealthy},
      {"created", "Created", "", Health::stopped},
      {"exited", "Exited (0) 2 minutes ago", "", Health::stopped},
      {"exited", "Exited (0) 2 minutes ago", "succeeded", Health::healthy},
      {"exited", "Exited (1) 2 minutes ago", "succeeded", Health::stopped},
      {"exited", "Exited (1) 2 minutes ago", "completed", Health::healthy},
      {"running", "Up 5 seconds", "completed", Health::starting},
      {"paused", "Up 5 minutes (Paused)", "", Health::stopped},
      {"dead", "Dead", "", Health::stopped},
  }));
  CAPTURE(row.state, row.status, row.until);
  const auto judged = judge(row.state, row.status, row.until);
  CHECK(judged.now == row.health);
  CHECK(judged.detail.empty() == (row.health == Health::healthy));
}

TEST_CASE("an engine's words decide what has gone wrong") {
  const Engine engine("a", {.text = "unix:///x"});
  struct Row {
    const char* words;
    const char* code;
  };
  SECTION("moving an image") {
    const auto row = GENERATE(values<Row>({
        {"manifest for localhost:5000/web:9 not found: manifest unknown: manifest unknown", "E0604"},
        {"pull access denied for nothing, repository does not exist or may require 'docker login'", "E0604"},
        {"Get \"http://localhost:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", "E0605"},
        {"Get \"https://x/v2/\": dial tcp: lookup x on 10.0.0.2:53: no such host", "E0605"},
        {"Get \"https://10.0.0.9:5000/v2/\": http: server gave HTTP response to HTTPS client", "E0605"},
        {"unauthorized: authentication required", "E0605"},
        {"no basic auth credentials", "E0605"},
        {"something new", "E0605"},
    }));
    CAPTURE(row.words);
    const auto error = transfer_error(engine, "localhost:5000/web:9", row.words, false);
    CHECK(error.code == row.code);
    CHECK_FALSE(error.help.empty());
  }
  SECTION("starting a container") {
    const Value ports = list({record({{"name", "http"}, {"container", 80}, {"host", 8080}})});
    const auto taken = start_error(
        engine, "web",
        "driver failed programming external connectivity: Bind for 0.0.0.0:8080 failed: port is already allocated",
        ports);
    CHECK(taken.code == "E0606");
    CHECK_THAT(taken.message, Contains("host port 8080"));
    CHECK_THAT(start_error(engine, "web",
                           "Error starting userland proxy: listen tcp4 127.0.0.1:81: bind: address already in use", {})
                   .message,
               Contains("host port 81 "));
    CHECK_THAT(start_error(engine, "web", "rootlessport: address already in use", ports).message,
               Contains("host port 8080"));
    CHECK(start_error(engine, "web", "exec: \"/x\": stat /x: no such file or directory: unknown", {}).code == "E0608");
    CHECK(start_error(engine, "web", "network 0123 not found", {}).code == "E0609");
    CHECK(start_error(engine, "web", "cgroups: cgroup mountpoint does not exist", {}).code == "E0610");
  }
}

}  // namespace infra::testing
