#include "tests/state/stores.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

namespace infra::test {

testing::PrivatePostgres* postgres_server() {
  if (const auto obstacle = testing::postgres_obstacle()) {
    WARN("skipped on PostgreSQL: " << *obstacle);
    return nullptr;
  }
  static testing::PrivatePostgres server;
  return &server;
}

std::string new_schema(const testing::PrivatePostgres& server, const std::string& parameters) {
  static int number = 0;
  return server.url(fmt::format("schema=test_{}{}{}", ++number, parameters.empty() ? "" : "&", parameters));
}

std::vector<StoreKind> store_kinds() {
  std::vector<StoreKind> out = {{"SQLite", [](const testing::TempFolder& folder) { return folder / "home/state.db"; }}};
  if (postgres_server() != nullptr) {
    out.push_back({"PostgreSQL", [](const testing::TempFolder&) { return new_schema(*postgres_server()); }});
  }
  return out;
}

}  // namespace infra::test
