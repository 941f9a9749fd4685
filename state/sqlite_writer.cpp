#include "state/sqlite_writer.h"

#include <fmt/format.h>

#include <bit>

#include "state/checksum.h"
#include "state/faults.h"

namespace infra {
namespace {

using sqlite::Row;
using sqlite::Statement;

std::int64_t stored(std::uint64_t number) { return std::bit_cast<std::int64_t>(number); }

// Prepares one statement after the other; keeps the first fault.
class Preparer {
 public:
  explicit Preparer(sqlite::Database& database) : database_(database) {}
  std::optional<Statement> operator()(const char* sql) {
    auto statement = database_.prepare(sql);
    if (statement) return *std::move(statement);
    if (!error) error = std::move(statement).error();
    return std::nullopt;
  }
  std::optional<Error> error;

 private:
  sqlite::Database& database_;
};

}  // namespace

Result<std::unique_ptr<SqliteWriter>> SqliteWriter::open(sqlite::Database& database, std::string path) {
  Preparer prepare(database);
  auto take_resource =
      prepare("DELETE FROM resource WHERE kind = ? AND path = ? AND part = ? AND deposed = 1 AND id = ? RETURNING sum");
  auto take_current =
      prepare("DELETE FROM resource WHERE kind = ? AND path = ? AND part = ? AND deposed = 0 RETURNING *");
  auto drop_resource =
      prepare("DELETE FROM resource WHERE kind = ? AND path = ? AND part = ? AND id = ? RETURNING sum");
  auto put_resource = prepare("INSERT INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  auto drop_intent = prepare("DELETE FROM intent WHERE token = ? RETURNING sum");
  auto put_intent = prepare("INSERT INTO intent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  auto drop_outputs = prepare("DELETE FROM output RETURNING sum");
  auto put_output = prepare("INSERT INTO output VALUES (?, ?, ?, ?)");
  auto drop_platform = prepare("DELETE FROM platform WHERE name = ? RETURNING sum");
  auto put_platform = prepare("INSERT INTO platform VALUES (?, ?, ?, ?)");
  auto put_head = prepare("INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?)");
  if (prepare.error) return *std::move(prepare.error);
  return std::unique_ptr<SqliteWriter>(new SqliteWriter(std::move(path), {.take_resource = *std::move(take_resource),
                                                                          .take_current = *std::move(take_current),
                                                                          .drop_resource = *std::move(drop_resource),
                                                                          .put_resource = *std::move(put_resource),
                                                                          .drop_intent = *std::move(drop_intent),
                                                                          .put_intent = *std::move(put_intent),
                                                                          .drop_outputs = *std::move(drop_outputs),
                                                                          .put_output = *std::move(put_output),
                                                                          .drop_platform = *std::move(drop_platform),
                                                                          .put_platform = *std::move(put_platform),
                                                                          .put_head = *std::move(put_head)}));
}

Result<Ok> SqliteWriter::apply(const std::vector<Mutation>& batch, StateHead& head) {
  head_ = head;
  head_.sum -= checksum_of_head(head_.lineage, head_.stack, head_.serial);
  for (const auto& mutation : batch) {
    auto done = std::visit([this](const auto& m) { return apply_one(m); }, mutation);
    if (!done) return done;
  }
  ++head_.serial.value;
  head_.sum += checksum_of_head(head_.lineage, head_.stack, head_.serial);
  head = head_;
  return write_head(head);
}

Result<Ok> SqliteWriter::start(const std::string& lineage, const std::string& stack) {
  return write_head({.lineage = lineage, .stack = stack, .sum = checksum_of_head(lineage, stack, {})});
}

Result<Ok> SqliteWriter::write_head(const StateHead& head) {
  return sql_.put_head.run(head.lineage, head.stack, stored(head.serial.value), stored(head.sum));
}

template <class... Args>
Result<Ok> SqliteWriter::remove(Statement& statement, const Args&... args) {
  return statement.each([this](const Row& row) { head_.sum -= std::bit_cast<std::uint64_t>(row.integer(0)); }, args...);
}

template <class... Args>
Result<Ok> SqliteWriter::add(Statement& statement, std::uint64_t sum, const Args&... args) {
  head_.sum += sum;
  return statement.run(args..., stored(sum));
}

Result<Ok> SqliteWriter::apply_one(const PutIntent& mutation) {
  const auto& intent = mutation.intent;
  auto dropped = remove(sql_.drop_intent, intent.token);
  if (!dropped) return dropped;
  const auto& at = intent.address;
  return add(sql_.put_intent, checksum(intent), intent.token, to_text(intent.operation), at.kind, at.path, at.part,
             intent.type, intent.platform, intent.id, intent.spec_hash, intent.inputs, intent.protect, intent.deposes,
             encode_addresses(intent.depends_on));
}

Result<Ok> SqliteWriter::apply_one(const DropIntent& mutation) { return remove(sql_.drop_intent, mutation.token); }

Result<Ok> SqliteWriter::insert(const RecordedResource& resource) {
  const auto& at = resource.address;
  return add(sql_.put_resource, checksum(resource), at.kind, at.path, at.part, resource.deposed, resource.id,
             resource.type, resource.platform, resource.protect, resource.spec_hash, resource.inputs, resource.outputs,
             encode_addresses(resource.depends_on));
}

Result<Ok> SqliteWriter::apply_one(const PutResource& mutation) {
  const auto& resource = mutation.resource;
  const auto& at = resource.address;
  if (resource.deposed) {
    auto dropped = remove(sql_.take_resource, at.kind, at.path, at.part, resource.id);
    if (!dropped) return dropped;
    return insert(resource);
  }
  auto taken =
      sql_.take_current.each([this](const Row& row) { head_.sum -= std::bit_cast<std::uint64_t>(row.integer(12)); },
                             at.kind, at.path, at.part);
  if (!taken) return taken;
  return insert(resource);
}

Result<Ok> SqliteWriter::apply_one(const DeposeResource& mutation) {
  const auto& at = mutation.address;
  std::optional<RecordedResource> current;
  bool broken = false;
  auto taken = sql_.take_current.each(
      [&](const Row& row) {
        const auto sum = std::bit_cast<std::uint64_t>(row.integer(12));
        head_.sum -= sum;
        current = resource_of(row);
        broken = !current || checksum(*current) != sum;
      },
      at.kind, at.path, at.part);
  if (!taken) return taken;
  if (broken) return damaged_state(path_, fmt::format("the row of {} changed since infra wrote it", at.text()));
  if (!current) return Ok{};  // nothing is current: so it stays
  current->deposed = true;
  return apply_one(PutResource{*std::move(current)});
}

Result<Ok> SqliteWriter::apply_one(const DropResource& mutation) {
  const auto& at = mutation.address;
  return remove(sql_.drop_resource, at.kind, at.path, at.part, mutation.id);
}

Result<Ok> SqliteWriter::apply_one(const PutOutputs& mutation) {
  auto dropped = remove(sql_.drop_outputs);
  if (!dropped) return dropped;
  for (const auto& output : mutation.outputs) {
    auto added = add(sql_.put_output, checksum(output), output.name, output.value, output.secret);
    if (!added) return added;
  }
  return Ok{};
}

Result<Ok> SqliteWriter::apply_one(const PutPlatform& mutation) {
  const auto& platform = mutation.platform;
  auto dropped = remove(sql_.drop_platform, platform.name);
  if (!dropped) return dropped;
  return add(sql_.put_platform, checksum(platform), platform.name, platform.kind, platform.config);
}

Result<Ok> SqliteWriter::apply_one(const DropPlatform& mutation) { return remove(sql_.drop_platform, mutation.name); }

Result<Ok> SqliteWriter::apply_one(const SetStack& mutation) {
  head_.stack = mutation.name;
  return Ok{};
}

}  // namespace infra
