// What a registry may do to its clients: hang, and list its tags in pages.
#include "providers/registry/registry_client.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <map>
#include <thread>

#include "tests/support/http_server.h"
#include "tests/support/listening_server.h"

using namespace infra;
using Catch::Contains;
using infra::testing::HttpAnswer;
using infra::testing::HttpAsked;
using infra::testing::HttpServer;
using infra::testing::ListeningServer;
using std::chrono::milliseconds;

namespace {

// Takes every connection and sends nothing, until the test is over.
class FrozenServer {
 public:
  ~FrozenServer() { over_.set_value(); }
  [[nodiscard]] std::string address() const { return server_.here(); }

 private:
  std::promise<void> over_;
  std::shared_future<void> end_ = over_.get_future().share();
  ListeningServer server_{[end = end_](const std::string&) {
    end.wait();
    return std::string();
  }};
};

// `next` by path: the tags of that page, and where its link leads; an empty link: the last page.
struct Page {
  std::string tags;
  std::string next;
};

class PagedRegistry {
 public:
  explicit PagedRegistry(std::map<std::string, Page> pages) : pages_(std::move(pages)) {}
  [[nodiscard]] auto tags() const {
    return registry::RegistryClient({.endpoint = server_.address(), .insecure = true}).tags("team/web");
  }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  HttpAnswer answer(const HttpAsked& asked) {
    ++asked_;
    const auto page = pages_.find(asked.path);
    if (page == pages_.end()) return {.status = 500};
    HttpAnswer out{.headers = {"Content-Type: application/json"},
                   .body = R"({"name":"team/web","tags":[)" + page->second.tags + "]}"};
    if (!page->second.next.empty()) out.headers.push_back("Link: <" + page->second.next + R"(>; rel="next")");
    return out;
  }

  std::map<std::string, Page> pages_;
  std::atomic<int> asked_{0};
  HttpServer server_{[this](const HttpAsked& asked) { return answer(asked); }};
};

constexpr const char* kFirst = "/v2/team/web/tags/list";

}  // namespace

TEST_CASE("given a registry that takes the connection and sends nothing, it is given up with the reason") {
  const FrozenServer frozen;
  const registry::RegistryClient client(
      {.endpoint = frozen.address()},
      {.connect = milliseconds(60'000), .greeting = milliseconds(300), .answer = milliseconds(60'000)});
  const auto answered = client.answers();
  REQUIRE_FALSE(answered);
  CHECK(answered.error().code == "E0605");
  CHECK(answered.error().message ==
        "the registry " + frozen.address() + " doesn't answer: it took the connection, and no answer came in 300ms");
  CHECK_THAT(answered.error().help, Contains("paused"));
}

TEST_CASE("given a registry that hangs while it lists, the list is given up by its own limit") {
  const FrozenServer frozen;
  const registry::RegistryClient client(
      {.endpoint = frozen.address()},
      {.connect = milliseconds(60'000), .greeting = milliseconds(60'000), .answer = milliseconds(300)});
  const auto tags = client.tags("team/web");
  REQUIRE_FALSE(tags);
  CHECK_THAT(tags.error().message, Contains("no answer came in 300ms"));
}

TEST_CASE("given a registry that never answers, a second Ctrl-C breaks off what is asked") {
  const FrozenServer frozen;
  Cancel cancel;
  cancel.set(Cancel::drain);
  const registry::RegistryClient client({.endpoint = frozen.address()}, {.cancel = &cancel});
  const auto begin = std::chrono::steady_clock::now();
  const std::jthread hand([&] {
    std::this_thread::sleep_for(milliseconds(200));
    cancel.raise();
  });
  const auto tags = client.tags("team/web");
  REQUIRE_FALSE(tags);
  CHECK(tags.error().code == "E0703");
  CHECK(tags.error().message == "stopped while talking to the registry " + frozen.address());
  CHECK(std::chrono::steady_clock::now() - begin < milliseconds(5'000));
}

TEST_CASE("a list of tags in pages is read to its end, with and without a host in its links") {
  const PagedRegistry registry({
      {kFirst, {R"("v3","v1")", "/v2/team/web/tags/list?last=v1&n=2"}},
      {"/v2/team/web/tags/list?last=v1&n=2", {R"("v5")", "https://elsewhere.test/v2/team/web/tags/list?last=v5&n=2"}},
      {"/v2/team/web/tags/list?last=v5&n=2", {R"("v2","v4")", ""}},
  });
  const auto tags = registry.tags();
  REQUIRE(tags);
  CHECK(**tags == std::vector<std::string>{"v1", "v2", "v3", "v4", "v5"});
  CHECK(registry.asked() == 3);
}

TEST_CASE("pages that lead back to one that was read are given up at once") {
  const auto second = std::string(kFirst) + "?last=v1", third = std::string(kFirst) + "?last=v2";
  const auto back_to = GENERATE_COPY(std::string(kFirst), second, third);
  CAPTURE(back_to);
  const PagedRegistry registry(
      {{kFirst, {R"("v1")", second}}, {second, {R"("v2")", third}}, {third, {R"("v3")", back_to}}});
  const auto tags = registry.tags();
  REQUIRE_FALSE(tags);
  CHECK(tags.error().code == "E0615");
  CHECK_THAT(tags.error().message, Contains("its pages have no end"));
  CHECK(registry.asked() == 3);
}

TEST_CASE("a page without a tag that names another one is given up") {
  const auto second = std::string(kFirst) + "?last=v1";
  const PagedRegistry registry({{kFirst, {R"("v1")", second}}, {second, {"", std::string(kFirst) + "?last=v2"}}});
  const auto tags = registry.tags();
  REQUIRE_FALSE(tags);
  CHECK(tags.error().code == "E0615");
  CHECK(registry.asked() == 2);
}
