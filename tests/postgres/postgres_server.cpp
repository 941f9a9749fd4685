#include "tests/postgres/postgres_server.h"

#include <catch2/catch.hpp>

#include "tests/support/private_engine.h"

namespace infra::test {

testing::PrivatePostgres& server() {
  if (const auto reason = testing::postgres_obstacle()) testing::skip_program(*reason);
  static testing::PrivatePostgres one;
  return one;
}

Error plain(const postgres::Fault& fault) {
  return {.code = fault.lost ? "lost" : fault.state.empty() ? "local" : fault.state, .message = fault.message};
}

Result<std::unique_ptr<postgres::Connection>> try_connect(const std::string& url) {
  auto target = postgres::Target::parse(url, {"schema"}, plain);
  if (!target) return std::move(target).error();
  return postgres::Connection::open(*target, plain);
}

std::unique_ptr<postgres::Connection> connect(const std::string& url) {
  auto opened = try_connect(url);
  if (!opened) FAIL(opened.error().text());
  return *std::move(opened);
}

}  // namespace infra::test
