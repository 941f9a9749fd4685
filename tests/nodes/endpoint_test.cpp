#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "tests/nodes/nodes_world.h"

namespace infra::testing {

using Catch::Contains;

namespace {

Error silence_at(const std::string& endpoint) {
  const auto provider = connect(new_owner(), nullptr, endpoint);
  const KnownObject known{.address = Address::parse("service.api/0").value(),
                          .type = "container",
                          .id = "x",
                          .recorded_inputs = R"({"node":"a"})"};
  auto seen = provider->observe({known});
  REQUIRE(seen);
  CHECK(seen->objects.empty());
  REQUIRE(seen->unreachable.size() == 1);
  CHECK(seen->unreachable.front().where == "node a of here");
  REQUIRE(seen->unreachable.front().hidden.size() == 1);
  CHECK(seen->unreachable.front().hidden.front().text() == "service.api/0");
  CHECK_FALSE(seen->unreachable.front().error.help.empty());
  return seen->unreachable.front().error;
}

Error refusal_of(const std::string& endpoint) {
  const auto provider = nodes_platform()->connect({.owner = new_owner(), .platform = platform_at(endpoint)});
  REQUIRE_FALSE(provider);
  return provider.error();
}

// Answers one request on a port with these words.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : door_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un here{};
    here.sun_family = AF_UNIX;
    path().copy(here.sun_path, sizeof here.sun_path - 1);
    bind(door_, reinterpret_cast<const sockaddr*>(&here), sizeof here);
    listen(door_, 1);
    thread_ = std::jthread([this, text = std::move(answer)] {
      const int guest = accept(door_, nullptr, nullptr);
      char request[4096];
      if (read(guest, request, sizeof request) > 0) CHECK(write(guest, text.data(), text.size()) > 0);
      close(guest);
    });
  }
  ~OneAnswer() {
    thread_.join();
    close(door_);
  }
  [[nodiscard]] std::string path() const { return folder_ / "s"; }

 private:
  TempFolder folder_;
  int door_;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("an engine that isn't there is named, with how to get one") {
  CHECK(silence_at("unix:///tmp/no/such.sock").code == "E0601");
  CHECK_THAT(silence_at("unix:///tmp/no/such.sock").message,
             Contains("unix:///tmp/no/such.sock") && Contains("there is no such socket"));
  CHECK_THAT(silence_at("unix:///tmp/no/such.sock").help, Contains("apt-get install docker.io"));

  const TempFolder folder;
  const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un here{};
  here.sun_family = AF_UNIX;
  (folder / "s").copy(here.sun_path, sizeof here.sun_path - 1);
  REQUIRE(bind(dead, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0);
  close(dead);
  CHECK_THAT(silence_at("unix://" + (folder / "s")).message, Contains("connection refused"));
  CHECK_THAT(silence_at("tcp://127.0.0.1:1").message, Contains("connection refused"));
}

TEST_CASE("a socket without permission is named, with how to get it") {
  const auto endpoint = world().engine.endpoint();
  int answer[2];
  REQUIRE(pipe(answer) == 0);
  const auto child = fork();
  if (child == 0) {
    std::string text = "setuid failed";
    if (setgid(65534) == 0 && setuid(65534) == 0) {
      const auto provider =
          nodes_platform()->connect({.owner = {.stack = "s", .lineage = "l"}, .platform = platform_at(endpoint)});
      const auto seen = (*provider)->observe({});
      text = seen && seen->unreachable.size() == 1 ? seen->unreachable.front().error.text() : "nothing is unreachable";
    }
    _exit(write(answer[1], text.data(), text.size()) > 0 ? 0 : 1);
  }
  close(answer[1]);
  std::string text(4096, '\0');
  const auto size = read(answer[0], text.data(), text.size());
  close(answer[0]);
  waitpid(child, nullptr, 0);
  REQUIRE(size > 0);
  text.resize(static_cast<std::size_t>(size));
  CHECK_THAT(text, Contains("E0602") && Contains(endpoint) && Contains("usermod -aG docker"));
}

TEST_CASE("an engine that is too old is named") {
  const OneAnswer old("HTTP/1.1 200 OK\r\nApi-Version: 1.24\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK");
  const auto error = silence_at("unix://" + old.path());
  CHECK(error.code == "E0603");
  CHECK_THAT(error.message, Contains("API 1.24"));
}

TEST_CASE("something else than an engine is named") {
  const OneAnswer other("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  CHECK_THAT(silence_at("unix://" + other.path()).message, Contains("no container engine"));
}

TEST_CASE("endpoints that can't be used are refused before anything happens") {
  CHECK(refusal_of("ftp://x").code == "E0611");
  CHECK_THAT(refusal_of("ftp://x").help, Contains("unix://"));
  CHECK_THAT(refusal_of("tcp://10.0.0.5").message, Contains("names no port"));
  for (const auto* text : {"ssh://", "ssh://me@", "ssh://-oProxyCommand=x", "ssh://-l@host", "ssh://me@host:0",
                           "ssh://me@host:ssh", "ssh://me@[::1", "ssh://me@host/a:b", "ssh://me@a b", "ssh://me@a;b",
                           "ssh://$(x)@host", "ssh://me@host/${HOME}", "ssh://me@host/%h"}) {
    INFO(text);
    CHECK(refusal_of(text).code == "E0611");
    CHECK_THAT(refusal_of(text).help, Contains("ssh://USER@HOST"));
  }
}

TEST_CASE("one node that doesn't answer doesn't hide the others") {
  auto platform = platform_at(world().engine.endpoint());
  Map nodes = *platform.config["node"].map();
  nodes.set("b", record({{"endpoint", "unix:///tmp/no/such.sock"}}));
  platform.config = record({{"node", std::move(nodes)}});
  Stage stage;
  stage.must_create("service.api/0", "container", app_container());
  auto provider = nodes_platform()->connect({.owner = stage.owner(), .platform = platform});
  REQUIRE(provider);
  const auto seen = (*provider)->observe(stage.known());
  REQUIRE(seen);
  CHECK(seen->objects.size() == 1);
  REQUIRE(seen->unreachable.size() == 1);
  CHECK(seen->unreachable.front().where == "node b of here");
  CHECK(seen->unreachable.front().hidden.empty());
}

TEST_CASE("what lives on a node that is no longer declared can't be destroyed") {
  Stage stage;
  const auto gone = stage.provider().destroy({.address = Address::parse("service.api/0").value(),
                                              .type = "container",
                                              .id = "x",
                                              .inputs = record({{"node", "z"}})},
                                             Cancel(), {});
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == "E0612");
}

TEST_CASE("a second Ctrl-C ends the waiting and leaves nothing") {
  Stage stage;
  Cancel cancel;
  const CreateRequest request{.address = Address::parse("service.api/0").value(),
                              .type = "container",
                              .inputs = app_container({{"health", app_health("/never")},
                                                       {"start_timeout", Duration{60'000}},
                                                       {"env", record({{"START_DELAY", "60"}})}}),
                              .spec_hash = "h",
                              .token = "abcdefghij"};
  std::jthread impatient([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(800));
    cancel.set(Cancel::abort);
  });
  const auto made = stage.provider().create(request, cancel, {});
  REQUIRE_FALSE(made);
  CHECK((made.error().code == "E0703" || made.error().code == "E0608"));
  CHECK(stage.observe().objects.empty());
}

}  // namespace infra::testing
