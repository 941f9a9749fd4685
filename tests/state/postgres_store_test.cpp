// A state on a server: what happens when the server goes, and that several may use it at once.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <atomic>
#include <filesystem>
#include <thread>

#include "state/integrity.h"
#include "state/places/open_store.h"
#include "tests/state/samples.h"
#include "tests/state/state_files.h"
#include "tests/state/stores.h"

namespace infra::test {
namespace {

using std::chrono::milliseconds;

// A state on the private server, with a folder for what couldn't be recorded.
class Server {
 public:
  explicit Server(const std::string& parameters = {})
      : server_(*postgres_server()), url_(new_schema(server_, parameters)) {}
  std::unique_ptr<Store> open() {
    auto store = must(open_store(url_, "shop", folder_ / "home"));
    store->listen({.say = [this](const std::string& text) { said.push_back(text); }, .go_on = {}});
    return store;
  }
  testing::PrivatePostgres* operator->() { return &server_; }
  [[nodiscard]] std::string sql(const std::string& text) const {
    const auto at = url_.find("schema=") + 7;
    const auto schema = url_.substr(at, url_.find('&', at) - at);
    return server_.sql("SET search_path TO " + schema + "; " + text);
  }
  [[nodiscard]] std::vector<std::string> rescues() const {
    std::vector<std::string> out;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "home", none)) {
      out.push_back(entry.path().string());
    }
    return out;
  }
  std::vector<std::string> said;

 private:
  testing::PrivatePostgres& server_;
  std::string url_;
  TempFolder folder_;
};

std::vector<Mutation> begin_of(int n) { return {PutPlatform{sample_platform("laptop")}, PutIntent{sample_intent(n)}}; }
std::vector<Mutation> end_of(int n) { return {DropIntent{sample_intent(n).token}, PutResource{sample_resource(n)}}; }

bool skipped() { return postgres_server() == nullptr; }

}  // namespace

TEST_CASE("a server that is killed between two commits is waited for, and the commit is made once") {
  if (skipped()) return;
  Server server;
  auto store = server.open();
  auto lock = must(store->lock(sample_holder()));
  must(store->commit(begin_of(3)));
  server->kill();
  // Not the server in a thread: it ends with the one that started it.
  Result<Serial> serial = Serial{};
  std::thread work([&] { serial = store->commit(end_of(3)); });
  std::this_thread::sleep_for(milliseconds(2500));
  server->start();
  work.join();
  REQUIRE(must(serial).value == 2);
  const auto now = must(server.open()->load());
  CHECK(now.serial.value == 2);
  CHECK(now.intents.empty());
  CHECK(now.resources == std::vector{sample_resource(3)});
  REQUIRE(server.said.size() == 2);
  CHECK_THAT(server.said[0], Catch::Contains("doesn't answer") && Catch::Contains("for up to 5m"));
  CHECK_THAT(server.said[1], Catch::Contains("answers again"));
}

TEST_CASE("a server that stays away: what was done is kept in a file, which the next run takes in once") {
  if (skipped()) return;
  Server server("patience=1s");
  auto store = server.open();
  auto lock = must(store->lock(sample_holder()));
  must(store->commit(begin_of(3)));
  must(store->commit({PutIntent{sample_intent(6)}}));
  server->kill();
  auto lost = store->commit(end_of(3));
  REQUIRE(!lost);
  CHECK(lost.error().code == "E0511");
  auto batch = end_of(3);
  for (const auto& mutation : end_of(6)) batch.push_back(mutation);
  const auto start = std::chrono::steady_clock::now();
  CHECK(!store->commit(batch));  // was waited for already
  CHECK(std::chrono::steady_clock::now() - start < milliseconds(900));
  const auto path = must(store->set_aside(batch));
  REQUIRE(path);
  CHECK((static_cast<int>(std::filesystem::status(*path).permissions()) & 0777) == 0600);
  lock.reset();
  server->start();
  static_cast<void>(server.sql("UPDATE lease SET ends = 0, ends_by_wall = 0"));  // as if its process had ended

  SECTION("by the next lock") {
    const auto copy = read_file(*path);
    auto next = server.open();
    {
      auto again = must(next->lock(sample_holder()));
      CHECK(must(next->load()).resources == std::vector{sample_resource(3), sample_resource(6)});
      CHECK(must(next->load()).intents.empty());
    }
    CHECK(server.rescues().empty());
    REQUIRE(!server.said.empty());
    CHECK_THAT(server.said.back(), Catch::Contains("took in") && Catch::Contains("2 outcomes"));
    // The same file once more, as if its removal had been lost; meanwhile the resource has changed.
    auto changed = sample_resource(3);
    changed.id = "another";
    auto again = must(next->lock(sample_holder()));
    must(next->commit({PutResource{changed}}));
    again.reset();
    write_file(*path, copy);
    auto third = server.open();
    auto lease = must(third->lock(sample_holder()));
    CHECK(must(third->load()).resources == std::vector{changed, sample_resource(6)});
    CHECK(server.rescues().empty());
  }
  SECTION("but not what another run has found out by looking") {
    auto found = sample_resource(3);
    found.id = "found by looking";
    const auto hidden = read_file(*path);
    std::filesystem::remove(*path);
    {
      auto other = server.open();
      auto again = must(other->lock(sample_holder()));
      must(other->commit({DropIntent{sample_intent(3).token}, PutResource{found}}));
    }
    write_file(*path, hidden);
    auto next = server.open();
    auto again = must(next->lock(sample_holder()));
    CHECK(must(next->load()).resources == std::vector{found, sample_resource(6)});
  }
  SECTION("and a file that was changed is left alone, which is said") {
    auto text = read_file(*path);
    text.replace(text.find("id000003"), 8, "id000004");
    write_file(*path, text);
    auto next = server.open();
    auto again = must(next->lock(sample_holder()));
    CHECK(must(next->load()).intents.size() == 2);
    CHECK_THAT(server.said.back(), Catch::Contains("can't be read"));
    CHECK(server.rescues().size() == 1);
  }
}

TEST_CASE("a connection that breaks at any moment of a commit: the batch is made once") {
  if (skipped()) return;
  Server server;
  auto store = server.open();
  auto lock = must(store->lock(sample_holder()));
  must(store->commit({PutPlatform{sample_platform("laptop")}}));
  std::atomic<bool> over = false;
  std::thread cutter([&] {
    for (int i = 0; !over; ++i) {
      std::this_thread::sleep_for(milliseconds(3 + i % 7));
      static_cast<void>(
          server->sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'infra'"));
    }
  });
  Result<Serial> last = Serial{};
  for (std::uint64_t n = 2; n < 60 && last; ++n) {
    last = store->commit({PutResource{sample_resource(static_cast<int>(n))}});
    if (last && last->value != n) break;
  }
  over = true;
  cutter.join();
  REQUIRE(must(last).value == 59);
  const auto now = must(store->load());
  CHECK(now.resources.size() == 58);
  CHECK(check_snapshot(now).empty());
}

TEST_CASE("several at once: no commit is lost") {
  if (skipped()) return;
  Server server;
  {
    auto store = server.open();
    must(store->lock(sample_holder()));  // makes the tables
  }
  const int each = 15;
  auto work = [&](int who) {
    auto store = server.open();
    const LeaseScope mine{.everything = false, .items = {{fmt::format("service.w{}", who)}}};
    auto lock = store->lock(sample_holder(), mine);
    for (int i = 0; i < each && lock; ++i) {
      if (!store->commit({PutResource{sample_resource(who * 100 + i)}})) return;
    }
  };
  std::vector<std::thread> all;
  for (int who = 1; who <= 6; ++who) all.emplace_back(work, who);
  for (auto& one : all) one.join();
  const auto now = must(server.open()->load());
  CHECK(now.resources.size() == 6 * each);
  CHECK(now.serial.value == 6 * each);
}

TEST_CASE("two states in one database, each in its schema, know nothing of each other") {
  if (skipped()) return;
  Server one, two;
  auto a = one.open(), b = two.open();
  auto lock_a = must(a->lock(sample_holder())), lock_b = must(b->lock(sample_holder()));
  must(a->commit({PutPlatform{sample_platform("laptop")}}));
  CHECK(must(b->load()).platforms.empty());
  CHECK(must(b->load()).lineage != must(a->load()).lineage);
}

TEST_CASE("a table that was edited, a newer format and another program's tables are refused") {
  if (skipped()) return;
  Server server;
  {
    auto store = server.open();
    auto lock = must(store->lock(sample_holder()));
    must(store->commit({PutPlatform{sample_platform("laptop")}, PutResource{sample_resource(1)}}));
  }
  SECTION("a changed row") {
    static_cast<void>(server.sql("UPDATE resource SET id = 'other'"));
    CHECK(server.open()->load().error().code == "E0502");
  }
  SECTION("a removed row") {
    static_cast<void>(server.sql("DELETE FROM platform"));
    CHECK(server.open()->lock(sample_holder()).error().code == "E0502");
  }
  SECTION("a newer format") {
    static_cast<void>(server.sql("UPDATE format SET version = 99"));
    CHECK(server.open()->load().error().code == "E0503");
    CHECK(server.open()->lock(sample_holder()).error().code == "E0503");
  }
  SECTION("other tables") {
    static_cast<void>(server.sql("DROP TABLE format"));
    CHECK(server.open()->load().error().code == "E0502");
  }
}

TEST_CASE("a server that isn't there, a wrong password and a broken URL: a clear message without the password") {
  if (skipped()) return;
  Server server;
  struct Case {
    std::string url;
    const char* code;
  };
  for (const auto& [url, code] :
       {Case{"postgres://ada:s3cret@127.0.0.1:1/infra", "E0511"}, Case{server->tcp_url("s3cret"), "E0505"}}) {
    auto store = must(open_store(url, "shop"));
    const auto refused = store->load();
    REQUIRE(!refused);
    INFO(refused.error().text());
    CHECK(refused.error().code == code);
    CHECK(!refused.error().help.empty());
    CHECK_THAT(refused.error().text(), !Catch::Contains("s3cret"));
  }
  for (const char* broken :
       {"postgres://ada:s3cret@[::1/x", "postgres://ada:s3cret@h/x?schema=No", "postgres://h/x?patience=soon"}) {
    const auto refused = open_store(broken, "shop");
    REQUIRE(!refused);
    CHECK(refused.error().code == "E0505");
    CHECK_THAT(refused.error().text(), !Catch::Contains("s3cret"));
  }
}

TEST_CASE("a server that takes connections and doesn't answer is told apart from an empty state") {
  if (skipped()) return;
  Server server;
  {
    auto store = server.open();
    auto lock = must(store->lock(sample_holder()));
    must(store->commit({PutPlatform{sample_platform("laptop")}}));
  }
  server->pause();
  const auto refused = must(open_store(server->url("connect_timeout=2"), "shop"))->load();
  server->resume();
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0511");
}

}  // namespace infra::test
