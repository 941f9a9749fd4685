// The kinds of stores that the contract is held against, and the private server that one of them needs.
#pragma once
#include <string>
#include <vector>

#include "tests/support/private_postgres.h"
#include "tests/support/temp_folder.h"

namespace infra::test {

struct StoreKind {
  const char* name;
  std::string (*new_place)(const testing::TempFolder& folder);  // for open_store(); empty when it is made
};
// Without PostgreSQL where its server isn't installed, which is said.
std::vector<StoreKind> store_kinds();

// One for the program, started when it is first wanted; null, with a warning, where it isn't installed.
testing::PrivatePostgres* postgres_server();
// A URL of a schema that nothing is in yet.
std::string new_schema(const testing::PrivatePostgres& server, const std::string& parameters = {});

}  // namespace infra::test
