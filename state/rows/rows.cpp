#include "state/rows/rows.h"

#include <fmt/format.h>

#include <bit>
#include <optional>

#include "state/faults.h"
#include "state/rows/checksum.h"
#include "state/rows/leases.h"
#include "state/rows/table_sql.h"

namespace infra {
namespace {

// Reads tables one after the other and adds their checksums up.
class Reader {
 public:
  Reader(sql::Session& sql, const std::string& path, std::int64_t version)
      : sql_(sql), path_(path), version_(version) {}

  template <class T>
  void read(std::vector<T>& out) {
    const auto& table = Table<T>::facts;
    if (error_ || version_ < table.since) return;
    std::size_t broken = 0;
    auto done = sql_.each(select_sql<T>(version_), [&](const sql::Row& from) {
      ReadRow<T> row(from);
      const auto sum = row.sum();
      total_ += sum;
      auto record = std::move(row).take();
      if (record && checksum(*record) == sum) {
        out.push_back(std::move(*record));
      } else {
        ++broken;
      }
    });
    if (!done) {
      error_ = std::move(done).error();
    } else if (broken != 0) {
      error_ = damaged_state(
          path_, fmt::format("{} of its rows of table \"{}\" changed since infra wrote them", broken, table.name));
    }
  }
  [[nodiscard]] std::optional<Error> error() const { return error_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  sql::Session& sql_;
  const std::string& path_;
  std::int64_t version_;
  std::uint64_t total_ = 0;
  std::optional<Error> error_;
};

Result<Snapshot> read_tables(sql::Session& sql, const std::string& path, std::int64_t version) {
  auto head = read_head(sql, path, version);
  if (!head) return std::move(head).error();
  Snapshot out{.lineage = head->lineage, .stack = head->stack, .serial = head->serial, .hash_key = head->hash_key};
  Reader reader(sql, path, version);
  each_table(out, [&](auto& rows) { reader.read(rows); });
  if (auto error = reader.error()) return *std::move(error);
  if (version >= 2) {
    auto leases = living_leases(sql);
    if (!leases) return std::move(leases).error();
    out.leases = *std::move(leases);
  }
  if (reader.total() + checksum_of_head(out.lineage, out.stack, out.serial) != head->sum) {
    return damaged_state(path, "its rows don't add up to what infra wrote: some are missing, doubled or changed");
  }
  return out;
}

}  // namespace

Result<StateHead> read_head(sql::Session& sql, const std::string& path, std::int64_t version) {
  std::vector<StateHead> heads;
  const auto all = fmt::format("SELECT lineage, stack, serial, sum, {} FROM state", version < 2 ? "''" : "hash_key");
  auto done = sql.each(all, [&](const sql::Row& row) {
    heads.push_back({.lineage = row.text(0),
                     .stack = row.text(1),
                     .serial = {std::bit_cast<std::uint64_t>(row.integer(2))},
                     .sum = std::bit_cast<std::uint64_t>(row.integer(3)),
                     .hash_key = row.text(4)});
  });
  if (!done) return std::move(done).error();
  if (heads.size() != 1) return damaged_state(path, fmt::format("it has {} heads instead of one", heads.size()));
  return heads.front();
}

Result<Snapshot> read_snapshot(sql::Session& sql, const std::string& path, std::int64_t version) {
  auto transaction = sql::Transaction::begin(sql, sql::Access::read);
  if (!transaction) return std::move(transaction).error();
  auto snapshot = read_tables(sql, path, version);
  if (!snapshot) return snapshot;
  auto ended = transaction->commit();
  if (!ended) return std::move(ended).error();
  return snapshot;
}

}  // namespace infra
