#include "providers/simulator/tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/codec.h"

namespace infra::simulator {
namespace {

using sqlite::Row;

constexpr std::int64_t kFirstDynamicPort = 32768;
constexpr std::int64_t kLastDynamicPort = 60999;
constexpr std::int64_t kFirstAddress = 2;  // the first one of a network is the gateway's

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
          .condition = static_cast<Condition>(row.integer(11)),
          .detail = row.text(12)};
}

// From a number that is surely taken or the last one: the first that isn't, looked for from `low`.
std::int64_t first_gap(const std::vector<std::int64_t>& taken, std::int64_t low) {
  for (const auto number : taken) {
    if (number > low) return low;
    low = number + 1;
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

Result<Turn> Tables::begin_turn(Call call) {
  static constexpr std::string_view kSql[] = {
      "UPDATE world SET turns = turns + 1, creates = creates + 1 RETURNING turns, lost_answers",
      "UPDATE world SET turns = turns + 1, updates = updates + 1 RETURNING turns, lost_answers",
      "UPDATE world SET turns = turns + 1, destroys = destroys + 1 RETURNING turns, lost_answers"};
  Turn out;
  auto done = sql_.each(kSql[static_cast<std::size_t>(call)],
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

Result<std::vector<ObservedObject>> Tables::owned(const Ownership& owner) {
  std::vector<ObservedObject> out;
  auto done = sql_.each(
      "SELECT address, type, id, token, spec_hash, condition, detail, outputs FROM object WHERE stack = ? AND lineage "
      "= ?",
      [&](const Row& row) {
        out.push_back({.address = Address::parse(row.view(0)).value_or(Address{}),
                       .type = row.text(1),
                       .id = row.text(2),
                       .token = row.text(3),
                       .spec_hash = row.text(4),
                       .condition = static_cast<Condition>(row.integer(5)),
                       .detail = row.text(6),
                       .outputs = decoded(row.view(7))});
      },
      owner.stack, owner.lineage);
  if (!done) return std::move(done).error();
  std::sort(out.begin(), out.end(), [](const ObservedObject& a, const ObservedObject& b) {
    return std::tie(a.address, a.id) < std::tie(b.address, b.id);
  });
  return out;
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

Result<std::optional<WorldObject>> Tables::find_by_token(const Ownership& owner, const std::string& token) {
  return first("SELECT * FROM object WHERE token = ? AND stack = ? AND lineage = ?", token, owner.stack, owner.lineage);
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
      "SELECT name FROM object WHERE network = ? AND network != '' AND condition != ? ORDER BY name",
      [&](const Row& row) { out.push_back(row.text(0)); }, id, static_cast<int>(Condition::failed));
  if (!done) return std::move(done).error();
  return out;
}

Result<bool> Tables::has_key(std::string_view type, const std::string& key) {
  auto count = number("SELECT EXISTS (SELECT 1 FROM object WHERE type = ? AND key = ?)", type, key);
  if (!count) return std::move(count).error();
  return *count != 0;
}

Result<bool> Tables::has_image(const std::string& node, const std::string& image_id) {
  auto count =
      number("SELECT EXISTS (SELECT 1 FROM object WHERE type = 'image' AND node = ? AND image_id = ?)", node, image_id);
  if (!count) return std::move(count).error();
  return *count != 0;
}

Result<std::optional<std::string>> Tables::port_holder(const std::string& node, const PortUse& use,
                                                       const std::vector<PortUse>& chosen, const std::string& self) {
  std::optional<std::string> out;
  for (const auto& own : chosen) {
    if (own.protocol == use.protocol && own.port == use.port) out = self;
  }
  auto done = sql_.each(
      "SELECT name FROM port JOIN object USING (id) WHERE port.node = ? AND protocol = ? AND port = ?",
      [&](const Row& row) { out = row.text(0); }, node, use.protocol, use.port);
  if (!done) return std::move(done).error();
  return out;
}

// The next one after the highest, as engines do; from the bottom again when the range is used up.
Result<std::int64_t> Tables::free_port(const std::string& node, const std::string& protocol,
                                       const std::vector<PortUse>& chosen) {
  auto last = number("SELECT coalesce(max(port), 0) FROM port WHERE node = ? AND protocol = ? AND port BETWEEN ? AND ?",
                     node, protocol, kFirstDynamicPort, kLastDynamicPort);
  if (!last) return last;
  std::int64_t next = std::max(*last + 1, kFirstDynamicPort);
  for (const auto& own : chosen) {
    if (own.protocol == protocol && own.port <= kLastDynamicPort) next = std::max(next, own.port + 1);
  }
  if (next <= kLastDynamicPort) return next;
  std::vector<std::int64_t> taken;
  for (const auto& own : chosen) taken.push_back(own.port);
  auto done = sql_.each(
      "SELECT port FROM port WHERE node = ? AND protocol = ? AND port >= ?",
      [&](const Row& row) { taken.push_back(row.integer(0)); }, node, protocol, kFirstDynamicPort);
  if (!done) return std::move(done).error();
  std::sort(taken.begin(), taken.end());
  next = first_gap(taken, kFirstDynamicPort);
  if (next <= kLastDynamicPort) return next;
  return Error{.code = "E0606",
               .message = fmt::format("node \"{}\" has no free port left", node),
               .help = "remove containers, or use more nodes"};
}

Result<std::int64_t> Tables::free_address(const std::string& pool) {
  auto count = number("SELECT count(*) FROM lease WHERE pool = ?", pool);
  if (!count) return count;
  auto last = number("SELECT coalesce(max(number), 0) FROM lease WHERE pool = ?", pool);
  if (!last || *last == 0) return last ? Result<std::int64_t>(kFirstAddress) : last;
  if (*last == kFirstAddress + *count - 1) return *last + 1;
  std::vector<std::int64_t> taken;
  auto done = sql_.each(
      "SELECT number FROM lease WHERE pool = ? ORDER BY number",
      [&](const Row& row) { taken.push_back(row.integer(0)); }, pool);
  if (!done) return std::move(done).error();
  return first_gap(taken, kFirstAddress);
}

Result<Ok> Tables::insert(const WorldObject& o, const Blueprint& blueprint) {
  auto done = sql_.run("INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", o.id, o.type,
                       o.node, o.name, o.owner.stack, o.owner.lineage, o.address.text(), o.token, o.spec_hash,
                       to_json(o.inputs, o.owner.lineage), to_json(o.outputs, o.owner.lineage),
                       static_cast<int>(o.condition), o.detail, blueprint.key, blueprint.network, blueprint.low,
                       blueprint.high, text_of(o.outputs["image_id"]));
  for (const auto& use : blueprint.ports) {
    if (done) done = sql_.run("INSERT INTO port VALUES (?, ?, ?, ?)", o.node, use.protocol, use.port, o.id);
  }
  if (done && blueprint.address) {
    done = sql_.run("INSERT INTO lease VALUES (?, ?, ?)", blueprint.address->network, blueprint.address->number, o.id);
  }
  return done;
}

Result<Ok> Tables::change(const WorldObject& o, const Blueprint& blueprint) {
  return sql_.run("UPDATE object SET spec_hash = ?, inputs = ?, outputs = ?, key = ?, image_id = ? WHERE id = ?",
                  o.spec_hash, to_json(o.inputs, o.owner.lineage), to_json(o.outputs, o.owner.lineage), blueprint.key,
                  text_of(o.outputs["image_id"]), o.id);
}

Result<Ok> Tables::set_condition(const std::string& id, Condition condition, const std::string& detail) {
  return sql_.run("UPDATE object SET condition = ?, detail = ? WHERE id = ?", static_cast<int>(condition), detail, id);
}

Result<Ok> Tables::release(const std::string& id) {
  auto done = sql_.run("DELETE FROM port WHERE id = ?", id);
  return done ? sql_.run("DELETE FROM lease WHERE id = ?", id) : std::move(done);
}

Result<Ok> Tables::erase(const std::string& id) {
  auto done = release(id);
  return done ? sql_.run("DELETE FROM object WHERE id = ?", id) : std::move(done);
}

}  // namespace infra::simulator
