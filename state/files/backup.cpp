#include "state/files/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "state/faults.h"
#include "state/places/file_lock.h"
#include "state/places/serial_note.h"
#include "state/places/sqlite_place.h"
#include "state/places/state_file.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKept = 3;

fs::path folder_of(const std::string& path) { return path + ".backups"; }

// The oldest first: names are serials of one length.
std::vector<fs::path> backups_of(const std::string& path) {
  std::vector<fs::path> out;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder_of(path), none)) {
    if (entry.path().extension() == ".db") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

// A copy of a large file costs more than a small apply: one a minute is enough.
bool may_wait(const std::string& path) {
  constexpr std::uintmax_t kLarge = 16U << 20U;
  std::error_code fault;
  if (fs::file_size(path, fault) < kLarge || fault) return false;
  const auto all = backups_of(path);
  if (all.empty()) return false;
  const auto made = fs::last_write_time(all.back(), fault);
  const auto age = fs::file_time_type::clock::now() - made;
  return !fault && age > std::chrono::seconds(0) && age < std::chrono::minutes(1);
}

void drop_oldest(const std::string& path) {
  const auto all = backups_of(path);
  for (std::size_t i = 0; i + kKept < all.size(); ++i) ::unlink(all[i].c_str());
}

// Is the file whole, and does nothing say that it lost its last commits?
Result<Snapshot> read_whole(const std::string& path) {
  const auto noted = read_serial_note(path);
  auto found = identify_file(path);
  if (!found) return std::move(found).error();
  if (!*found) return damaged_state(path, "the file is gone");
  auto snapshot = read_file_as_it_is(path);
  if (snapshot && noted && noted->lineage == snapshot->lineage && snapshot->serial < noted->serial) {
    return lost_commits(path, snapshot->serial, noted->serial);
  }
  return snapshot;
}

std::string free_name(const std::string& path) {
  for (int number = 1;; ++number) {
    auto name = fmt::format("{}.damaged-{}", path, number);
    if (::access(name.c_str(), F_OK) != 0) return name;
  }
}

Result<Ok> move_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return Ok{};
  return system_fault(fmt::format("move \"{}\" to \"{}\"", from, to), errno);
}

Result<Ok> put_in_place(const Recovery& plan, const std::string& path) {
  for (const char* part : {"", "-wal"}) {
    if (auto moved = move_file(path + part, plan.kept_as + part); !moved) return moved;
  }
  ::unlink((path + "-shm").c_str());
  remove_serial_note(path);
  const auto source = plan.from.empty() ? plan.kept_as : plan.from;
  auto database = open_for_reading(source);
  if (!database) return std::move(database).error();
  const auto draft = path + ".new";
  if (auto copied = copy_privately(*database, draft); !copied) return copied;
  return move_file(draft, path);
}

}  // namespace

bool has_backup(const std::string& path) { return !backups_of(path).empty(); }

void keep_backup(sqlite::Database& database, const std::string& path, Serial serial) {
  if (may_wait(path)) return;
  const auto folder = folder_of(path);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return;
  const auto place = folder / fmt::format("{:020}.db", serial.value);
  const auto draft = (folder / fmt::format("new-{}", ::getpid())).string();
  auto copied = copy_privately(database, draft);
  if (copied && ::rename(draft.c_str(), place.c_str()) == 0) return drop_oldest(path);
  ::unlink(draft.c_str());
}

Result<Recovery> plan_recovery(const std::string& path) {
  Recovery out{.kept_as = free_name(path)};
  auto now = read_whole(path);
  if (now) {
    out.needed = false;
    out.state = *std::move(now);
    return out;
  }
  const auto& code = now.error().code;
  if (code != "E0502") return std::move(now).error();  // a newer format, no permission: nothing to recover
  out.damage = std::move(now).error();
  // Its own content, if only the last commits are lost, is newer than any copy of the run before.
  std::optional<Snapshot> best;
  if (auto own = read_file_as_it_is(path)) best = *std::move(own);
  auto copies = backups_of(path);
  std::reverse(copies.begin(), copies.end());
  for (const auto& copy : copies) {
    auto snapshot = read_file_as_it_is(copy.string());
    if (!snapshot) {
      out.skipped.push_back(copy.string());
      continue;
    }
    if (best && best->serial >= snapshot->serial) break;
    best = *std::move(snapshot);
    out.from = copy.string();
    break;
  }
  if (!best) return nothing_to_recover(path, *std::move(out.damage));
  out.state = *std::move(best);
  return out;
}

Result<Recovery> recover_state(const std::string& path) {
  auto lock = FileLock::take(path + ".lock");
  if (!lock) return std::move(lock).error();
  auto plan = plan_recovery(path);
  if (!plan || !plan->needed) return plan;
  if (auto done = put_in_place(*plan, path); !done) return std::move(done).error();
  return plan;
}

}  // namespace infra
