// Mutations → rows, with statements that are prepared once. The cost of a batch doesn't depend on the state's size.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/databases/sql.h"
#include "state/rows/rows.h"
#include "state/store.h"

namespace infra {

class Writer {
 public:
  // Needs the tables to exist.
  Writer(sql::Session& sql, std::string path) : sql_(sql), path_(std::move(path)) {}

  // Inside a transaction. Changes `head` as the mutations say and writes it with the next serial.
  Result<Ok> apply(const std::vector<Mutation>& batch, StateHead& head);
  // The head of a new state, serial 0.
  Result<Ok> start(const std::string& lineage, const std::string& stack);

 private:
  Result<Ok> apply_one(const PutIntent& mutation);
  Result<Ok> apply_one(const DropIntent& mutation);
  Result<Ok> apply_one(const PutResource& mutation);
  Result<Ok> apply_one(const DeposeResource& mutation);
  Result<Ok> apply_one(const DropResource& mutation);
  Result<Ok> apply_one(const PutOutputs& mutation);
  Result<Ok> apply_one(const PutPlatform& mutation);
  Result<Ok> apply_one(const DropPlatform& mutation);
  Result<Ok> apply_one(const SetStack& mutation);
  Result<Ok> apply_one(const SetLineage& mutation);
  Result<Ok> apply_one(const SetHashKey& mutation);
  Result<Ok> apply_one(const PutSecret& mutation);
  Result<Ok> apply_one(const DropSecret& mutation);
  Result<Ok> apply_one(const PutDeployment& mutation);
  Result<Ok> apply_one(const DropDeployment& mutation);
  Result<Ok> apply_one(const PutNote& mutation);
  Result<Ok> apply_one(const DropNote& mutation);
  Result<Ok> apply_one(const PutRevision& mutation);

  Result<Ok> write_head(const StateHead& head);
  // Deletes the rows of "FROM … WHERE …" and takes their checksums off the total.
  template <class... Args>
  Result<Ok> remove(std::string_view rows, const Args&... args);
  // Adds the row's checksum to the total.
  template <class Row>
  Result<Ok> insert(const Row& row);
  template <class Row, class... Key>
  Result<Ok> put(const Row& row, const Key&... key);

  sql::Session& sql_;
  std::string path_;  // for messages
  StateHead head_;    // while a batch is applied
};

}  // namespace infra
