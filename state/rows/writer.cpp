#include "state/rows/writer.h"

#include <fmt/format.h>

#include <bit>

#include "state/faults.h"
#include "state/rows/checksum.h"
#include "state/rows/history.h"
#include "state/rows/table_sql.h"
#include "state/rows/table_versions.h"

namespace infra {
namespace {

constexpr const char* kCurrent = "FROM resource WHERE kind = ? AND path = ? AND part = ? AND deposed = 0";
constexpr const char* kDeposed = "FROM resource WHERE kind = ? AND path = ? AND part = ? AND deposed = 1 AND id = ?";
constexpr const char* kObject = "FROM resource WHERE kind = ? AND path = ? AND part = ? AND id = ?";

}  // namespace

Result<Ok> Writer::apply(const std::vector<Mutation>& batch, StateHead& head) {
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

Result<Ok> Writer::start(const std::string& lineage, const std::string& stack) {
  return sql_.run("INSERT INTO state (one, lineage, stack, serial, sum, hash_key) VALUES (1, ?, ?, 0, ?, '')", lineage,
                  stack, sql::stored(checksum_of_head(lineage, stack, {})));
}

Result<Ok> Writer::write_head(const StateHead& head) {
  return sql_.run("UPDATE state SET lineage = ?, stack = ?, serial = ?, sum = ?, hash_key = ?", head.lineage,
                  head.stack, sql::stored(head.serial.value), sql::stored(head.sum), head.hash_key);
}

// Not with RETURNING, for which SQLite makes a temporary table each time.
template <class... Args>
Result<Ok> Writer::remove(std::string_view rows, const Args&... args) {
  bool any = false;
  auto counted = sql_.each(
      fmt::format("SELECT sum {}", rows),
      [&](const sql::Row& row) {
        head_.sum -= std::bit_cast<std::uint64_t>(row.integer(0));
        any = true;
      },
      args...);
  if (!counted || !any) return counted;
  return sql_.run(fmt::format("DELETE {}", rows), args...);
}

template <class Row>
Result<Ok> Writer::insert(const Row& row) {
  const auto sum = checksum(row);
  head_.sum += sum;
  return sql_.run_bound(insert_sql<Row>(), BoundRow<Row>(row, sum).arguments());
}

// Replaces the row with this key.
template <class Row, class... Key>
Result<Ok> Writer::put(const Row& row, const Key&... key) {
  if (auto dropped = remove(where_key<Row>(), key...); !dropped) return dropped;
  return insert(row);
}

Result<Ok> Writer::apply_one(const PutIntent& mutation) { return put(mutation.intent, mutation.intent.token); }

Result<Ok> Writer::apply_one(const DropIntent& mutation) { return remove(where_key<Intent>(), mutation.token); }

Result<Ok> Writer::apply_one(const PutResource& mutation) {
  const auto& resource = mutation.resource;
  const auto& at = resource.address;
  auto dropped = resource.deposed ? remove(kDeposed, at.kind, at.path, at.part, resource.id)
                                  : remove(kCurrent, at.kind, at.path, at.part);
  if (!dropped) return dropped;
  return insert(resource);
}

Result<Ok> Writer::apply_one(const DeposeResource& mutation) {
  const auto& at = mutation.address;
  std::optional<RecordedResource> current;
  bool broken = false;
  auto found = sql_.each(
      select_sql<RecordedResource>(kStateVersion, kCurrent),
      [&](const sql::Row& from) {
        ReadRow<RecordedResource> row(from);
        const auto sum = row.sum();
        current = std::move(row).take();
        broken = !current || checksum(*current) != sum;
      },
      at.kind, at.path, at.part);
  if (!found) return found;
  if (broken) return damaged_state(path_, fmt::format("the row of {} changed since infra wrote it", at.text()));
  if (!current) return Ok{};  // nothing is current: so it stays
  auto dropped = remove(kCurrent, at.kind, at.path, at.part);
  if (!dropped) return dropped;
  current->deposed = true;
  return apply_one(PutResource{*std::move(current)});
}

Result<Ok> Writer::apply_one(const DropResource& mutation) {
  const auto& at = mutation.address;
  return remove(kObject, at.kind, at.path, at.part, mutation.id);
}

Result<Ok> Writer::apply_one(const PutOutputs& mutation) {
  if (auto dropped = remove("FROM output WHERE true"); !dropped) return dropped;
  for (const auto& output : mutation.outputs) {
    if (auto added = insert(output); !added) return added;
  }
  return Ok{};
}

Result<Ok> Writer::apply_one(const PutPlatform& mutation) { return put(mutation.platform, mutation.platform.name); }

Result<Ok> Writer::apply_one(const DropPlatform& mutation) {
  return remove(where_key<RecordedPlatform>(), mutation.name);
}

Result<Ok> Writer::apply_one(const SetStack& mutation) {
  head_.stack = mutation.name;
  return Ok{};
}

Result<Ok> Writer::apply_one(const SetLineage& mutation) {
  head_.lineage = mutation.lineage;
  return Ok{};
}

Result<Ok> Writer::apply_one(const SetHashKey& mutation) {
  head_.hash_key = mutation.box;
  return Ok{};
}

Result<Ok> Writer::apply_one(const PutSecret& mutation) { return put(mutation.secret, mutation.secret.name); }

Result<Ok> Writer::apply_one(const DropSecret& mutation) { return remove(where_key<RecordedSecret>(), mutation.name); }

Result<Ok> Writer::apply_one(const PutDeployment& mutation) {
  return put(mutation.deployment, mutation.deployment.name);
}

Result<Ok> Writer::apply_one(const DropDeployment& mutation) {
  return remove(where_key<RecordedDeployment>(), mutation.name);
}

Result<Ok> Writer::apply_one(const PutNote& mutation) {
  return put(mutation.note, mutation.note.topic, mutation.note.name);
}

Result<Ok> Writer::apply_one(const DropNote& mutation) {
  return remove(where_key<RecordedNote>(), mutation.topic, mutation.name);
}

Result<Ok> Writer::apply_one(const PutRevision& mutation) { return put_revision(sql_, mutation.revision); }

}  // namespace infra
