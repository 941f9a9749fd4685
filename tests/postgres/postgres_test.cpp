#include "base/databases/postgres.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "tests/postgres/postgres_server.h"
#include "tests/support/listening_server.h"

namespace infra::test {
namespace {

using sql::Access;
using sql::Row;
using sql::Transaction;

// A table of its own for each test.
std::unique_ptr<postgres::Connection> with_table() {
  auto out = connect(server().url());
  REQUIRE(
      out->execute("DROP TABLE IF EXISTS item; CREATE TABLE item (n BIGSERIAL PRIMARY KEY, name BYTEA, size BIGINT)"));
  return out;
}

std::vector<std::string> names(postgres::Connection& session) {
  std::vector<std::string> out;
  REQUIRE(session.each("SELECT name FROM item ORDER BY n", [&](const Row& row) { out.push_back(row.text(0)); }));
  return out;
}

bool ends(const std::function<bool()>& condition) {
  for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return condition();
}

}  // namespace

TEST_CASE("what is bound comes back, whatever its bytes") {
  auto session = with_table();
  const std::string bytes("a\0b\xff'\"?$1\\", 11);
  for (const std::string& text : {std::string("plain"), std::string(), bytes, std::string(3 << 20, 'x')}) {
    REQUIRE(session->run("INSERT INTO item (name, size) VALUES (?, ?)", text, std::int64_t{-5}));
  }
  CHECK(names(*session) == std::vector<std::string>{"plain", "", bytes, std::string(3 << 20, 'x')});
  const auto smallest = std::numeric_limits<std::int64_t>::min();
  REQUIRE(session->run("UPDATE item SET size = ? WHERE name = ?", smallest, sql::Blob{bytes}));
  std::int64_t size = 0;
  REQUIRE(session->each(
      "SELECT size FROM item WHERE name = ?", [&](const Row& row) { size = row.integer(0); }, bytes));
  CHECK(size == smallest);
  CHECK(session->last_number().ok());
}

TEST_CASE("a question mark in a text is no argument") {
  auto session = with_table();
  std::string seen;
  REQUIRE(session->each(
      "SELECT 'who?'::bytea, ?", [&](const Row& row) { seen = row.text(0) + row.text(1); }, "me"));
  CHECK(seen == "who?me");
}

TEST_CASE("small numbers and booleans are numbers") {
  auto session = with_table();
  REQUIRE(session->each("SELECT true, 7::smallint, -7::int, count(*) FROM item", [](const Row& row) {
    CHECK(row.boolean(0));
    CHECK(row.integer(1) == 7);
    CHECK(row.integer(2) == -7);
    CHECK(row.integer(3) == 0);
  }));
}

TEST_CASE("changed rows are counted, and a new row's number is known") {
  auto session = with_table();
  REQUIRE(session->run("INSERT INTO item (name, size) VALUES (?, ?)", "a", 1));
  const auto first = session->last_number();
  REQUIRE(session->run("INSERT INTO item (name, size) VALUES (?, ?)", "b", 1));
  REQUIRE(first);
  CHECK(*session->last_number() == *first + 1);
  CHECK(*session->change("UPDATE item SET size = size + ?", 1) == 2);
  CHECK(*session->change("DELETE FROM item WHERE name = ?", "nobody") == 0);
}

TEST_CASE("a transaction is all or nothing, and others see it when it is committed") {
  auto session = with_table();
  auto other = connect(server().url());
  {
    auto transaction = Transaction::begin(*session, Access::write);
    REQUIRE(transaction);
    REQUIRE(session->run("INSERT INTO item (name) VALUES (?)", "dropped"));
  }
  CHECK(names(*session).empty());
  auto transaction = Transaction::begin(*session, Access::write);
  REQUIRE(transaction);
  REQUIRE(session->run("INSERT INTO item (name) VALUES (?)", "kept"));
  CHECK(names(*other).empty());
  REQUIRE(transaction->commit());
  CHECK(names(*other) == std::vector<std::string>{"kept"});
}

TEST_CASE("a commit after a failed statement is a fault, not a silent rollback") {
  auto session = with_table();
  auto transaction = Transaction::begin(*session, Access::write);
  REQUIRE(transaction);
  REQUIRE(session->run("INSERT INTO item (name) VALUES (?)", "lost"));
  auto refused = session->run("INSERT INTO nowhere VALUES (?)", 1);
  REQUIRE(!refused);
  CHECK(refused.error().code == "42P01");
  CHECK(!transaction->commit());
  CHECK(names(*session).empty());
}

TEST_CASE("a reader sees one moment, however often it looks") {
  auto session = with_table();
  auto writer = connect(server().url());
  auto transaction = Transaction::begin(*session, Access::read);
  REQUIRE(transaction);
  CHECK(names(*session).empty());
  REQUIRE(writer->run("INSERT INTO item (name) VALUES (?)", "new"));
  CHECK(names(*session).empty());
  REQUIRE(transaction->commit());
  CHECK(names(*session).size() == 1);
}

TEST_CASE("a fault leaves the connection usable") {
  auto session = with_table();
  CHECK(!session->run("SELEC 1"));
  CHECK(!session->run("INSERT INTO item (n) VALUES (?)", "a text for a number"));
  CHECK(!session->lost());
  CHECK(session->run("INSERT INTO item (name) VALUES (?)", "x"));
}

TEST_CASE("a password is checked, and never told") {
  const auto good = server().tcp_url(testing::PrivatePostgres::password());
  CHECK(try_connect(good).ok());
  const std::string wrong = GENERATE("s3cret-wrong", "p%40ss s3cret", "s3cret?x=1");
  auto refused = try_connect(server().tcp_url(wrong));
  REQUIRE(!refused);
  INFO(refused.error().text());
  CHECK_THAT(refused.error().text(), !Catch::Contains("s3cret"));
  CHECK(!refused.error().message.empty());
}

TEST_CASE("a URL is taken apart: ours, libpq's, and what may be shown") {
  auto target = postgres::Target::parse("postgres://ada:s3cret@db.example.org:5433/infra?schema=a%2Fb&sslmode=require",
                                        {"schema"}, plain);
  REQUIRE(target);
  CHECK(target->text() == "postgres://ada@db.example.org:5433/infra");
  CHECK(target->own().at("schema") == "a/b");
  auto socket = postgres::Target::parse("postgresql:///infra?host=/run/pg&port=5433", {}, plain);
  REQUIRE(socket);
  CHECK(socket->text() == "postgres:///infra on /run/pg:5433");
  for (const char* broken : {"postgres://ada:s3cret@[::1/x", "postgres://h/db?nosuch=s3cret", "mysql://s3cret"}) {
    auto refused = postgres::Target::parse(broken, {}, plain);
    REQUIRE(!refused);
    CHECK_THAT(refused.error().text(), !Catch::Contains("s3cret"));
  }
}

TEST_CASE("given a server on a network, no password goes to it in clear") {
  // It says that it has no TLS; 0.0.0.0 isn't known to be this machine.
  const testing::ListeningServer plaintext([](const std::string&) { return std::string("N"); });
  const auto url = [&](const std::string& parameters) {
    return "postgres://ada:s3cret@" + plaintext.somewhere() + "/infra" + parameters;
  };
  const auto refused = try_connect(url(""));
  REQUIRE(!refused);
  CHECK_THAT(refused.error().message, Catch::Contains("SSL"));
  for (const char* mode : {"disable", "allow", "prefer"}) {
    const auto clear = try_connect(url("?sslmode=" + std::string(mode)));
    REQUIRE(!clear);
    CHECK(clear.error().code == "28000");
    CHECK_THAT(clear.error().message, Catch::Contains("in clear"));
  }
  CHECK(!postgres::Target::parse("postgres://ada:s3cret@localhost/infra?hostaddr=10.0.0.1&sslmode=disable", {}, plain));
  CHECK(!postgres::Target::parse("postgres://ada:s3cret@localhost,db/infra?sslmode=prefer", {}, plain));
  CHECK(postgres::Target::parse("postgres://ada:s3cret@127.0.0.1/infra?sslmode=disable", {}, plain));
  CHECK(postgres::Target::parse("postgres://ada@db/infra?sslmode=disable", {}, plain));
  for (const auto& head : plaintext.requests()) CHECK_THAT(head, !Catch::Contains("s3cret"));
}

TEST_CASE("a URL that is kept has no password") {
  const std::pair<const char*, const char*> cases[] = {
      {"postgres://ada:s3cret@db/infra?schema=a", "postgres://ada@db/infra?schema=a"},
      {"postgres://ada:s3@cret@db:5433/infra", "postgres://ada@db:5433/infra"},
      {"postgres://ada@db/infra?password=s3cret&schema=a", "postgres://ada@db/infra?schema=a"},
      {"postgres://db:5433/infra", "postgres://db:5433/infra"},
      {"postgres:///infra?host=/run&port=5433", "postgres:///infra?host=/run&port=5433"},
  };
  for (const auto& [given, kept] : cases) CHECK(postgres::without_password(given) == kept);
}

TEST_CASE("nobody listens: refused at once, with a reason") {
  auto refused = try_connect("postgres://ada@127.0.0.1:1/infra");
  REQUIRE(!refused);
  CHECK(refused.error().code == "lost");
  CHECK_THAT(refused.error().message, Catch::Contains("refused"));
}

TEST_CASE("a server that is killed loses the connection, which says so, and serves again when it is back") {
  auto session = with_table();
  REQUIRE(session->run("INSERT INTO item (name) VALUES (?)", "kept"));
  server().kill();
  Result<Ok> lost = Ok{};
  CHECK(ends([&] {
    lost = session->run("INSERT INTO item (name) VALUES (?)", "?");
    return !lost;
  }));
  REQUIRE(!lost);
  CHECK(lost.error().code == "lost");
  CHECK(session->lost());
  CHECK(!session->execute("SELECT 1"));
  CHECK(!Transaction::begin(*session, Access::write));
  server().start();
  CHECK(names(*connect(server().url())).front() == "kept");
}

TEST_CASE("a session that the server's keeper ends is lost, too") {
  auto session = with_table();
  static_cast<void>(
      server().sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                   "AND datname = 'infra'"));
  CHECK(ends([&] { return !session->run("SELECT 1"); }));
  CHECK(session->lost());
}

TEST_CASE("the server's clock") {
  auto session = connect(server().url());
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  CHECK(std::abs(session->wall_ms() - now.count()) < 5000);
}

}  // namespace infra::test
