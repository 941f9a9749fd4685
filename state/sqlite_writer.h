// Mutations → rows, with statements that are prepared once. The cost of a batch doesn't depend on the state's size.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/sqlite.h"
#include "state/sqlite_rows.h"
#include "state/store.h"

namespace infra {

class SqliteWriter {
 public:
  // Needs the tables to exist.
  static Result<std::unique_ptr<SqliteWriter>> open(sqlite::Database& database, std::string path);
  // Inside a transaction. Changes `head` as the mutations say and writes it with the next serial.
  Result<Ok> apply(const std::vector<Mutation>& batch, StateHead& head);
  // The head of a new state, serial 0.
  Result<Ok> start(const std::string& lineage, const std::string& stack);

 private:
  struct Statements {
    sqlite::Statement take_resource, take_current, drop_resource, put_resource;
    sqlite::Statement drop_intent, put_intent;
    sqlite::Statement drop_outputs, put_output;
    sqlite::Statement drop_platform, put_platform;
    sqlite::Statement put_head;
  };
  SqliteWriter(std::string path, Statements statements) : path_(std::move(path)), sql_(std::move(statements)) {}

  Result<Ok> apply_one(const PutIntent& mutation);
  Result<Ok> apply_one(const DropIntent& mutation);
  Result<Ok> apply_one(const PutResource& mutation);
  Result<Ok> apply_one(const DeposeResource& mutation);
  Result<Ok> apply_one(const DropResource& mutation);
  Result<Ok> apply_one(const PutOutputs& mutation);
  Result<Ok> apply_one(const PutPlatform& mutation);
  Result<Ok> apply_one(const DropPlatform& mutation);
  Result<Ok> apply_one(const SetStack& mutation);

  Result<Ok> write_head(const StateHead& head);
  Result<Ok> insert(const RecordedResource& resource);
  // Runs a DELETE … RETURNING sum, and takes what it deleted off the total.
  template <class... Args>
  Result<Ok> remove(sqlite::Statement& statement, const Args&... args);
  // An INSERT whose last column is the checksum.
  template <class... Args>
  Result<Ok> add(sqlite::Statement& statement, std::uint64_t sum, const Args&... args);

  std::string path_;  // for messages
  Statements sql_;
  StateHead head_;  // while a batch is applied
};

}  // namespace infra
