#include "state/writer.h"

#include <fmt/format.h>

#include <bit>

#include "state/checksum.h"
#include "state/deployment_codec.h"
#include "state/faults.h"
#include "state/history.h"

namespace infra {
namespace {

using sql::Row;

constexpr const char* kCurrent = "FROM resource WHERE kind = ? AND path = ? AND part = ? AND deposed = 0";
constexpr const char* kDeposed = "FROM resource WHERE kind = ? AND path = ? AND part = ? AND deposed = 1 AND id = ?";
constexpr const char* kObject = "FROM resource WHERE kind = ? AND path = ? AND part = ? AND id = ?";
constexpr const char* kIntent = "FROM intent WHERE token = ?";
constexpr const char* kPlatform = "FROM platform WHERE name = ?";
constexpr const char* kSecret = "FROM secret WHERE name = ?";
constexpr const char* kDeployment = "FROM deployment WHERE name = ?";
constexpr const char* kNote = "FROM note WHERE topic = ? AND name = ?";
constexpr const char* kOutputs = "FROM output WHERE true";

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
      [&](const Row& row) {
        head_.sum -= std::bit_cast<std::uint64_t>(row.integer(0));
        any = true;
      },
      args...);
  if (!counted || !any) return counted;
  return sql_.run(fmt::format("DELETE {}", rows), args...);
}

template <class... Args>
Result<Ok> Writer::add(std::string_view sql, std::uint64_t sum, const Args&... args) {
  head_.sum += sum;
  return sql_.run(sql, sql::stored(sum), args...);
}

Result<Ok> Writer::apply_one(const PutIntent& mutation) {
  const auto& intent = mutation.intent;
  auto dropped = remove(kIntent, intent.token);
  if (!dropped) return dropped;
  const auto& at = intent.address;
  return add(
      "INSERT INTO intent (sum, token, operation, kind, path, part, type, platform, id, spec_hash, inputs, protect, "
      "deposes, depends_on, keep, fence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      checksum(intent), intent.token, to_text(intent.operation), at.kind, at.path, at.part, intent.type,
      intent.platform, intent.id, intent.spec_hash, intent.inputs, intent.protect, intent.deposes,
      encode_addresses(intent.depends_on), intent.keep, sql::stored(intent.fence));
}

Result<Ok> Writer::apply_one(const DropIntent& mutation) { return remove(kIntent, mutation.token); }

Result<Ok> Writer::insert(const RecordedResource& resource) {
  const auto& at = resource.address;
  return add(
      "INSERT INTO resource (sum, kind, path, part, deposed, id, type, platform, protect, spec_hash, inputs, outputs, "
      "depends_on, keep) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      checksum(resource), at.kind, at.path, at.part, resource.deposed, resource.id, resource.type, resource.platform,
      resource.protect, resource.spec_hash, resource.inputs, resource.outputs, encode_addresses(resource.depends_on),
      resource.keep);
}

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
      fmt::format("SELECT * {}", kCurrent),
      [&](const Row& row) {
        current = resource_of(row);
        broken = !current || checksum(*current) != std::bit_cast<std::uint64_t>(row.integer(12));
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
  auto dropped = remove(kOutputs);
  if (!dropped) return dropped;
  for (const auto& output : mutation.outputs) {
    auto added = add("INSERT INTO output (sum, name, value, secret) VALUES (?, ?, ?, ?)", checksum(output), output.name,
                     output.value, output.secret);
    if (!added) return added;
  }
  return Ok{};
}

Result<Ok> Writer::apply_one(const PutPlatform& mutation) {
  const auto& platform = mutation.platform;
  auto dropped = remove(kPlatform, platform.name);
  if (!dropped) return dropped;
  return add("INSERT INTO platform (sum, name, kind, config) VALUES (?, ?, ?, ?)", checksum(platform), platform.name,
             platform.kind, platform.config);
}

Result<Ok> Writer::apply_one(const DropPlatform& mutation) { return remove(kPlatform, mutation.name); }

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

Result<Ok> Writer::apply_one(const PutSecret& mutation) {
  const auto& secret = mutation.secret;
  auto dropped = remove(kSecret, secret.name);
  if (!dropped) return dropped;
  return add("INSERT INTO secret (sum, name, key, box, updated) VALUES (?, ?, ?, ?, ?)", checksum(secret), secret.name,
             secret.key, secret.box, secret.updated);
}

Result<Ok> Writer::apply_one(const DropSecret& mutation) { return remove(kSecret, mutation.name); }

Result<Ok> Writer::apply_one(const PutDeployment& mutation) {
  const auto& d = mutation.deployment;
  auto dropped = remove(kDeployment, d.name);
  if (!dropped) return dropped;
  return add(
      "INSERT INTO deployment (sum, name, platform, from_revision, to_revision, status, failures, started, ended, "
      "reason, commit_id, back_off, revisions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      checksum(d), d.name, d.platform, d.from, d.to, d.status, static_cast<std::int64_t>(d.failures), d.started,
      d.ended, d.reason, d.commit, d.back_off, encode_revisions(d.revisions));
}

Result<Ok> Writer::apply_one(const DropDeployment& mutation) { return remove(kDeployment, mutation.name); }

Result<Ok> Writer::apply_one(const PutNote& mutation) {
  const auto& note = mutation.note;
  if (auto dropped = remove(kNote, note.topic, note.name); !dropped) return dropped;
  return add("INSERT INTO note (sum, topic, name, at, number, text) VALUES (?, ?, ?, ?, ?, ?)", checksum(note),
             note.topic, note.name, note.at, note.number, note.text);
}

Result<Ok> Writer::apply_one(const DropNote& mutation) { return remove(kNote, mutation.topic, mutation.name); }

Result<Ok> Writer::apply_one(const PutRevision& mutation) { return put_revision(sql_, mutation.revision); }

}  // namespace infra
