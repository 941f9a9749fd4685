#include "providers/simulator/tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/values/codec.h"

namespace infra::simulator {
namespace {

using sql::Row;

Value decoded(std::string_view json) {
  auto value = from_json(json);
  return value ? *std::move(value) : Value();
}

WorldObject object_of(const Row& row) {
  return {.id = row.text(0),
          .type = row.text(1),
          .node = row.text(2),
          .name = row.text(3),
          .owner = {.stack = row.text(4), .lineage = row.text(5)},
          .address = Address::parse(row.view(6)).value_or(Address{}),
          .token = row.text(7),
          .spec_hash = row.text(8),
          .inputs = decoded(row.view(9)),
          .outputs = decoded(row.view(10)),
          .health = {.now = static_cast<Health::Now>(row.integer(11)), .detail = row.text(12)},
          .revision = row.text(18)};
}

// The first number from `low` on that isn't taken.
std::int64_t first_gap(std::vector<std::int64_t> taken, std::int64_t low) {
  std::sort(taken.begin(), taken.end());
  for (const auto number : taken) {
    if (number > low) return low;
    low = std::max(low, number + 1);
  }
  return low;
}

}  // namespace

template <class... Args>
Result<std::optional<WorldObject>> Tables::first(std::string_view sql, const Args&... args) {
  std::optional<WorldObject> out;
  auto done = sql_.each(
      sql,
      [&](const Row& row) {
        if (!out) out = object_of(row);
      },
      args...);
  if (!done) return std::move(done).error();
  return out;
}

template <class... Args>
Result<std::int64_t> Tables::number(std::string_view sql, const Args&... args) {
  std::int64_t out = 0;
  auto done = sql_.each(
      sql, [&](const Row& row) { out = row.integer(0); }, args...);
  if (!done) return std::move(done).error();
  return out;
}

// Not with RETURNING, for which SQLite makes a temporary table each time.
Result<Turn> Tables::begin_turn(Call call) {
  static constexpr std::string_view kCount[] = {"UPDATE world SET turns = turns + 1, creates = creates + 1",
                                                "UPDATE world SET turns = turns + 1, updates = updates + 1",
                                                "UPDATE world SET turns = turns + 1, destroys = destroys + 1"};
  auto counted = sql_.run(kCount[static_cast<std::size_t>(call)]);
  if (!counted) return std::move(counted).error();
  Turn out;
  auto done = sql_.each("SELECT turns, lost_answers FROM world",
                        [&](const Row& row) { out = {.number = row.integer(0), .lost_answers = row.integer(1)}; });
  if (!done) return std::move(done).error();
  return out;
}

Result<Ok> Tables::set_lost_answers(std::int64_t count) { return sql_.run("UPDATE world SET lost_answers = ?", count); }

Result<std::map<std::string, std::int64_t>> Tables::calls() {
  std::map<std::string, std::int64_t> out;
  auto done = sql_.each("SELECT creates, updates, destroys FROM world", [&](const Row& row) {
    out = {{"create", row.integer(0)}, {"update", row.integer(1)}, {"destroy", row.integer(2)}};
  });
  if (!done) return std::move(done).error();
  return out;
}

namespace {

// Each object is moved once: it is large, and there may be very many.
std::vector<ObservedObject> sorted(std::vector<ObservedObject> objects) {
  std::vector<ObservedObject*> order;
  order.reserve(objects.size());
  for (auto& object : objects) order.push_back(&object);
  std::sort(order.begin(), order.end(), [](const ObservedObject* a, const ObservedObject* b) {
    return std::tie(a->address, a->id) < std::tie(b->address, b->id);
  });
  std::vector<ObservedObject> out;
  out.reserve(objects.size());
  for (auto* object : order) out.push_back(std::move(*object));
  return out;
}

}  // namespace

Result<std::vector<ObservedObject>> Tables::owned(const Ownership& owner) {
  std::vector<ObservedObject> out;
  auto done = sql_.each(
      "SELECT address, type, id, token, spec_hash, health, detail, outputs, revision FROM object WHERE stack = ? AND "
      "lineage "
      "= ?",
      [&](const Row& row) {
        out.push_back({.address = Address::parse(row.view(0)).value_or(Address{}),
                       .type = row.text(1),
                       .id = row.text(2),
                       .token = row.text(3),
                       .spec_hash = row.text(4),
                       .health = {.now = static_cast<Health::Now>(row.integer(5)), .detail = row.text(6)},
                       .outputs = decoded(row.view(7)),
                       .revision = row.text(8)});
      },
      owner.stack, owner.lineage);
  if (!done) return std::move(done).error();
  return sorted(std::move(out));
}

Result<std::vector<WorldObject>> Tables::all() {
  std::vector<WorldObject> out;
  auto done = sql_.each("SELECT * FROM object ORDER BY id", [&](const Row& row) { out.push_back(object_of(row)); });
  if (!done) return std::move(done).error();
  return out;
}

Result<std::optional<WorldObject>> Tables::find(const std::string& id) {
  return first("SELECT * FROM object WHERE id = ?", id);
}

Result<std::optional<WorldObject>> Tables::called(const std::string& name) {
  return first("SELECT * FROM object WHERE name = ? ORDER BY id LIMIT 1", name);
}

Result<std::optional<WorldObject>> Tables::find_by_token(const Ownership& owner, const std::string& token) {
  return first("SELECT * FROM object WHERE stack = ? AND lineage = ? AND token = ?", owner.stack, owner.lineage, token);
}

Result<std::optional<WorldObject>> Tables::named(std::string_view type, const std::string& node,
                                                 const std::string& name) {
  return first("SELECT * FROM object WHERE type = ? AND node = ? AND name = ?", type, node, name);
}

// Networks on a node don't overlap each other, so only the last one that begins before our end can overlap ours.
Result<std::optional<WorldObject>> Tables::overlapping_network(const std::string& node, const std::string& low,
                                                               const std::string& high) {
  return first(
      "SELECT * FROM (SELECT * FROM object WHERE node = ? AND low != '' AND low <= ? ORDER BY low DESC LIMIT 1) "
      "WHERE high >= ?",
      node, high, low);
}

Result<std::vector<std::string>> Tables::running_on_network(const std::string& id) {
  std::vector<std::string> out;
  auto done = sql_.each(
      "SELECT name FROM lease JOIN object USING (id) WHERE pool = ? AND health != ? ORDER BY name",
      [&](const Row& row) { out.push_back(row.text(0)); }, id, static_cast<int>(Health::stopped));
  if (!done) return std::move(done).error();
  return out;
}

Result<bool> Tables::has_key(std::string_view type, const std::string& key) {
  auto count = number("SELECT EXISTS (SELECT 1 FROM object WHERE type = ? AND key = ? AND key != '')", type, key);
  if (!count) return std::move(count).error();
  return *count != 0;
}

Result<bool> Tables::has_image(const std::string& image_id) {
  auto count = number("SELECT EXISTS (SELECT 1 FROM object WHERE type = 'image' AND image_id = ?)", image_id);
  if (!count) return std::move(count).error();
  return *count != 0;
}

Result<std::optional<std::string>> Tables::holder(const Lease& lease) {
  std::optional<std::string> out;
  auto done = sql_.each(
      "SELECT name FROM lease JOIN object USING (id) WHERE pool = ? AND number = ?",
      [&](const Row& row) { out = row.text(0); }, lease.pool, lease.number);
  if (!done) return std::move(done).error();
  return out;
}

Result<std::optional<std::int64_t>> Tables::free_number(const std::string& pool, std::int64_t low, std::int64_t high,
                                                        const std::vector<Lease>& chosen) {
  auto highest =
      number("SELECT coalesce(max(number), 0) FROM lease WHERE pool = ? AND number BETWEEN ? AND ?", pool, low, high);
  if (!highest) return std::move(highest).error();
  std::int64_t next = std::max(*highest + 1, low);
  std::vector<std::int64_t> taken;
  for (const auto& own : chosen) {
    if (own.pool != pool || own.number < low || own.number > high) continue;
    taken.push_back(own.number);
    next = std::max(next, own.number + 1);
  }
  if (next <= high) return std::optional(next);
  auto done = sql_.each(
      "SELECT number FROM lease WHERE pool = ? AND number >= ?",
      [&](const Row& row) { taken.push_back(row.integer(0)); }, pool, low);
  if (!done) return std::move(done).error();
  next = first_gap(std::move(taken), low);
  return next <= high ? std::optional(next) : std::nullopt;
}

Result<Ok> Tables::insert(const WorldObject& o, const Blueprint& blueprint) {
  auto done = sql_.run("INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", o.id, o.type,
                       o.node, o.name, o.owner.stack, o.owner.lineage, o.address.text(), o.token, o.spec_hash,
                       to_json(o.inputs, o.owner.lineage), to_json(o.outputs, o.owner.lineage),
                       static_cast<int>(o.health.now), o.health.detail, blueprint.key, blueprint.low, blueprint.high,
                       text_of(o.outputs["image_id"]), o.revision);
  for (const auto& lease : blueprint.leases) {
    if (done) done = sql_.run("INSERT INTO lease VALUES (?, ?, ?)", lease.pool, lease.number, o.id);
  }
  return done;
}

Result<Ok> Tables::change(const WorldObject& o, const Blueprint& blueprint) {
  return sql_.run("UPDATE object SET spec_hash = ?, inputs = ?, outputs = ?, key = ?, image_id = ? WHERE id = ?",
                  o.spec_hash, to_json(o.inputs, o.owner.lineage), to_json(o.outputs, o.owner.lineage), blueprint.key,
                  text_of(o.outputs["image_id"]), o.id);
}

Result<Ok> Tables::set_health(const std::string& id, const Health& health) {
  return sql_.run("UPDATE object SET health = ?, detail = ? WHERE id = ?", static_cast<int>(health.now), health.detail,
                  id);
}

Result<Ok> Tables::disown(const std::string& id) {
  return sql_.run("UPDATE object SET stack = '', lineage = '', address = '', token = '', spec_hash = '' WHERE id = ?",
                  id);
}

Result<Ok> Tables::release(const std::string& id) { return sql_.run("DELETE FROM lease WHERE id = ?", id); }

Result<Ok> Tables::erase(const std::string& id) {
  auto done = release(id);
  return done ? sql_.run("DELETE FROM object WHERE id = ?", id) : std::move(done);
}

}  // namespace infra::simulator
