#include "state/rows/leases.h"

#include <fmt/format.h>

#include <bit>

#include "state/faults.h"
#include "state/places/process_mark.h"

namespace infra {
namespace {

using sql::Row;

constexpr std::int64_t kLife = std::chrono::milliseconds(kLeaseLife).count();

struct LeaseRow {
  Lease lease;
  bool everything = true;
  ProcessMark mark;
  std::int64_t ends = 0, ends_by_wall = 0;
};

// `wall_ms`: of the database, for leases of other machines.
bool lives(const LeaseRow& row, std::int64_t wall_ms) {
  switch (look_at(row.mark)) {
    case Life::dead:
      return false;
    case Life::lives:
      return row.ends > since_boot_ms();
    case Life::unknown:
      return row.ends_by_wall > wall_ms;
  }
  return false;
}

LeaseRow lease_of(const Row& row) {
  return {.lease = {.fence = std::bit_cast<std::uint64_t>(row.integer(0)),
                    .holder = {.user = row.text(1),
                               .host = row.text(2),
                               .command = row.text(3),
                               .process = static_cast<int>(row.integer(4)),
                               .since = row.text(5)}},
          .everything = row.boolean(6),
          .mark = {.machine = row.text(7), .process = row.integer(10), .started = row.integer(11)},
          .ends = row.integer(8),
          .ends_by_wall = row.integer(9)};
}

constexpr const char* kColumns =
    "SELECT fence, \"user\", host, command, process, since, everything, machine, ends, ends_by_wall, process_there, "
    "started FROM lease ORDER BY fence";

// The address that both want, if they can't both have it; "*" is everything.
Result<std::string> common_part(sql::Session& sql, const LeaseRow& other, const LeaseScope& wanted) {
  if (other.everything || wanted.everything) return std::string("*");
  std::map<std::string, bool> theirs;
  auto read = sql.each(
      "SELECT address, exclusive FROM lease_item WHERE fence = ?",
      [&](const Row& row) { theirs.emplace(row.text(0), row.boolean(1)); }, sql::stored(other.lease.fence));
  if (!read) return std::move(read).error();
  for (const auto& item : wanted.items) {
    const auto at = theirs.find(item.address);
    if (at != theirs.end() && (at->second || item.exclusive)) return item.address;
  }
  return std::string();
}

Result<Ok> insert(sql::Session& sql, const LockHolder& me, const LeaseScope& scope) {
  const auto mark = this_process();
  return sql.run(
      "INSERT INTO lease (\"user\", host, command, process, since, everything, machine, process_there, started, ends, "
      "ends_by_wall) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      me.user, me.host, me.command, me.process, me.since, scope.everything, mark.machine, mark.process, mark.started,
      since_boot_ms() + kLife, sql.wall_ms() + kLife);
}

}  // namespace

Result<std::vector<Lease>> living_leases(sql::Session& sql) {
  std::vector<Lease> out;
  auto read = sql.each(kColumns, [&](const Row& row) {
    auto lease = lease_of(row);
    if (lives(lease, sql.wall_ms())) out.push_back(std::move(lease.lease));
  });
  if (!read) return std::move(read).error();
  return out;
}

Result<std::uint64_t> take_lease(sql::Session& sql, const std::string& path, const LockHolder& me,
                                 const LeaseScope& scope) {
  std::vector<LeaseRow> rows;
  auto read = sql.each(kColumns, [&](const Row& row) { rows.push_back(lease_of(row)); });
  if (!read) return std::move(read).error();
  for (const auto& row : rows) {
    if (!lives(row, sql.wall_ms())) {
      if (auto dropped = drop_lease(sql, row.lease.fence); !dropped) return std::move(dropped).error();
      continue;
    }
    auto part = common_part(sql, row, scope);
    if (!part) return std::move(part).error();
    if (!part->empty()) return held_by_another(path, row.lease, *part);
  }
  if (auto inserted = insert(sql, me, scope); !inserted) return std::move(inserted).error();
  auto fence = sql.last_number();
  if (!fence) return std::move(fence).error();
  for (const auto& item : scope.items) {
    auto added = sql.run("INSERT INTO lease_item (address, fence, exclusive) VALUES (?, ?, ?)", item.address, *fence,
                         item.exclusive);
    if (!added) return std::move(added).error();
  }
  return std::bit_cast<std::uint64_t>(*fence);
}

Result<bool> renew_lease(sql::Session& sql, std::uint64_t fence) {
  auto renewed = sql.change("UPDATE lease SET ends = ?, ends_by_wall = ? WHERE fence = ?", since_boot_ms() + kLife,
                            sql.wall_ms() + kLife, sql::stored(fence));
  if (!renewed) return std::move(renewed).error();
  return *renewed != 0;
}

Result<bool> drop_lease(sql::Session& sql, std::uint64_t fence) {
  const auto number = sql::stored(fence);
  if (auto items = sql.run("DELETE FROM lease_item WHERE fence = ?", number); !items) return std::move(items).error();
  auto dropped = sql.change("DELETE FROM lease WHERE fence = ?", number);
  if (!dropped) return std::move(dropped).error();
  return *dropped != 0;
}

}  // namespace infra
