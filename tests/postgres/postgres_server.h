#pragma once
#include <memory>

#include "base/databases/postgres.h"
#include "tests/support/private_postgres.h"

namespace infra::test {

// One for the program; skips the program if the machine can't run one.
testing::PrivatePostgres& server();

// The fault's own words as the error: its code is "lost", the SQLSTATE or "local".
Error plain(const postgres::Fault& fault);

// Fails the test with the error's text.
std::unique_ptr<postgres::Connection> connect(const std::string& url);
Result<std::unique_ptr<postgres::Connection>> try_connect(const std::string& url);

}  // namespace infra::test
