// Requests over kept connections, against a server that counts them.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <thread>

#include "providers/http.h"
#include "tests/support/http_server.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace infra::test {
namespace {

using namespace infra::testing;
using Catch::Contains;

http::Target target_of(const HttpServer& server) { return {.base = "http://" + server.address()}; }

HttpAnswer echo(const HttpAsked& asked) { return {.body = asked.method + " " + asked.path + " " + asked.body}; }

std::string body_of(const std::variant<http::Response, http::Failure>& sent) {
  const auto* response = std::get_if<http::Response>(&sent);
  return response != nullptr ? response->body : "failed: " + std::get<http::Failure>(sent).reason;
}

http::Failure failure_of(const std::variant<http::Response, http::Failure>& sent) {
  REQUIRE(std::holds_alternative<http::Failure>(sent));
  return std::get<http::Failure>(sent);
}

}  // namespace

TEST_CASE("one connection serves one request after the other") {
  const HttpServer server(echo);
  http::Pool pool;
  for (int i = 0; i < 20; ++i) {
    CHECK(body_of(pool.send(target_of(server), {.method = "POST", .path = "/a", .body = "x"})) == "POST /a x");
    CHECK(body_of(pool.send(target_of(server), {.path = "/b"})) == "GET /b ");
    CHECK(body_of(pool.send(target_of(server), {.method = "HEAD", .path = "/b"})) == "");
    CHECK(body_of(pool.send(target_of(server), {.method = "DELETE", .path = "/c"})) == "DELETE /c ");
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("as many connections are kept as threads were sending at once") {
  const HttpServer server(echo);
  http::Pool pool;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 20; ++n) {
          if (body_of(pool.send(target_of(server), {.path = "/x"})) != "GET /x ") std::abort();
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  CHECK(server.connections() <= 8);
}

TEST_CASE("a connection that the server has ended is opened anew, without the caller seeing it") {
  http::Pool pool;
  auto first = std::make_unique<HttpServer>([](const HttpAsked& asked) {
    auto out = echo(asked);
    if (asked.path == "/last") out.headers.emplace_back("Connection: close");
    return out;
  });
  CHECK(body_of(pool.send(target_of(*first), {.path = "/last"})) == "GET /last ");
  CHECK(body_of(pool.send(target_of(*first), {.path = "/next"})) == "GET /next ");
  const auto target = target_of(*first);
  first.reset();
  const auto failure = failure_of(pool.send(target, {.path = "/gone"}));
  CHECK(failure.kind == http::Failure::refused);
  CHECK(failure.retryable());
}

TEST_CASE("a body that is sent from a source is sent whole, also after other requests") {
  const HttpServer server(echo);
  http::Pool pool;
  CHECK(body_of(pool.send(target_of(server), {.path = "/x"})) == "GET /x ");
  int left = 3;
  const http::Request request{.method = "POST", .path = "/up", .body_source = [&](char* buffer, std::size_t) {
                                if (left == 0) return std::optional<std::size_t>(0);
                                *buffer = static_cast<char>('0' + left--);
                                return std::optional<std::size_t>(1);
                              }};
  CHECK(body_of(pool.send(target_of(server), request)) == "POST /up 321");
}

TEST_CASE("an answer without end is given up at its limit") {
  std::atomic<long> sent{0};
  const HttpServer server([&](const HttpAsked& asked) {
    return HttpAnswer{.status = asked.path == "/error" ? 500 : 200, .more = [&] {
                        sent += 65536;
                        return std::string(65536, 'x');
                      }};
  });
  http::Pool pool;
  for (const auto* path : {"/body", "/error"}) {
    const auto failure = failure_of(pool.send(target_of(server), {.path = path, .most_bytes = 1U << 20U}));
    CHECK(failure.kind == http::Failure::too_large);
    CHECK(failure.reason == "its answer is longer than 1 MiB");
    CHECK_FALSE(failure.retryable());
  }
  CHECK(sent < 64 << 20);  // what lay in buffers, and no more
}

TEST_CASE("headers without end are given up, too") {
  const HttpServer server([](const HttpAsked&) {
    return HttpAnswer{.headers = std::vector<std::string>(20'000, "X-Filler: " + std::string(200, 'y'))};
  });
  CHECK(failure_of(http::send(target_of(server), {.path = "/"})).kind != http::Failure::timed_out);
}

TEST_CASE("no redirect is followed") {
  const HttpServer other(echo);
  const HttpServer server([&](const HttpAsked&) {
    return HttpAnswer{.status = 302, .headers = {"Location: http://" + other.address() + "/"}};
  });
  const auto sent = http::send(target_of(server), {.path = "/", .headers = {"Authorization: Basic eA=="}});
  CHECK(std::get<http::Response>(sent).status == 302);
  CHECK(other.connections() == 0);
}

namespace {

std::string file(const TempFolder& folder, const char* name) {
  std::ifstream in(folder / name);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void openssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  const auto result = run(arguments);
  INFO(result.output);
  REQUIRE(result.code == 0);
}

// A server that wants a client's certificate, both signed by the same authority: itself.
struct TlsServer {
  TlsServer() {
    openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=house.test", "-addext",
             "subjectAltName=DNS:house.test", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"});
    process = Process::start(
        {"openssl", "s_server", "-accept", fmt::format("127.0.0.1:{}", port), "-www", "-cert", folder / "cert.pem",
         "-key", folder / "key.pem", "-CAfile", folder / "cert.pem", "-Verify", "1", "-verify_return_error"},
        folder / "log");
    REQUIRE(process);
  }
  TempFolder folder;
  int port = 20'000 + static_cast<int>(::getpid() % 20'000);
  std::optional<Process> process;
};

}  // namespace

TEST_CASE("TLS works with certificates that no file holds, for a name that is connected to elsewhere") {
  const TlsServer server;
  const auto cert = file(server.folder, "cert.pem"), key = file(server.folder, "key.pem");
  const http::Target target{.base = "https://house.test",
                            .ca_pem = cert,
                            .cert_pem = cert,
                            .key_pem = key,
                            .connect_to = fmt::format("127.0.0.1:{}", server.port)};
  http::Pool pool;
  std::string got;
  for (int i = 0; i < 100 && got.find("Verify return code") == std::string::npos; ++i) {
    got = body_of(pool.send(target, {.path = "/"}));
    if (got.starts_with("failed")) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK_THAT(got, Contains("Verify return code: 0") || Contains("Ciphers supported"));

  auto stranger = target;
  stranger.base = "https://other.test";
  CHECK(failure_of(pool.send(stranger, {.path = "/"})).kind == http::Failure::tls);
  auto trusting = target;
  trusting.ca_pem.clear();
  CHECK(failure_of(pool.send(trusting, {.path = "/"})).kind == http::Failure::tls);
}

}  // namespace infra::test
