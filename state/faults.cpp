#include "state/faults.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace infra {
namespace {

// A state on a server is mended with the server's own backups.
std::string mend(const std::string& path) {
  if (postgres::is_url(path)) {
    return "infra leaves it as it is; restore the database from its backup (pg_dump, point-in-time recovery)";
  }
  return "infra leaves the file as it is; go back to its last good revision with: infra state recover";
}

Error full(const std::string& path) {
  return {.code = "E0504",
          .message = fmt::format("no space is left to write the state \"{}\"", path),
          .help = "free space on that disk, then run again: what was recorded before is safe"};
}

Error no_permission(const std::string& path, const std::string& detail) {
  return {.code = "E0505",
          .message = fmt::format("the state \"{}\" can't be used: {}", path, detail),
          .help = "run as a user who may write the file and its folder, or choose another place with --state"};
}

Error input_output(const std::string& path, const std::string& detail) {
  return {.code = "E0504",
          .message = fmt::format("the state \"{}\" can't be read or written: {}", path, detail),
          .help = "check the disk; what was recorded before the fault is kept"};
}

bool lacks_permission(int error_number) {
  return error_number == EACCES || error_number == EPERM || error_number == EROFS;
}

std::string detail_of(const sqlite::Fault& fault) {
  if (fault.system == 0) return fault.message;
  return fmt::format("{} ({})", fault.message, std::strerror(fault.system));
}

}  // namespace

sqlite::Explain explain_state_faults(std::string path) {
  return [path = std::move(path)](const sqlite::Fault& fault) -> Error {
    if (fault.system == ENOSPC || fault.system == EDQUOT) return full(path);
    switch (fault.code) {
      case SQLITE_NOTADB:
        return not_a_state(path, "it is not a database");
      case SQLITE_CORRUPT:
        return damaged_state(path, fault.message);
      case SQLITE_FULL:
        return full(path);
      case SQLITE_READONLY:
        return no_permission(path, "it may only be read");
      case SQLITE_PERM:
        return no_permission(path, fault.message);
      case SQLITE_CANTOPEN:
        if (fault.system == 0 || lacks_permission(fault.system)) return no_permission(path, detail_of(fault));
        return input_output(path, detail_of(fault));
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return {.code = "E0507",
                .message = fmt::format("another program has kept the state \"{}\" busy for several seconds", path),
                .help = "end the program that has the file open (a database browser?), then run again"};
      case SQLITE_ERROR:
      case SQLITE_SCHEMA:
      case SQLITE_CONSTRAINT:
      case SQLITE_MISMATCH:
        return damaged_state(path, fault.message);
      default:
        return input_output(path, detail_of(fault));
    }
  };
}

namespace {

// What libpq says of a connection that was refused for good. It hands on the words alone, without the server's code.
bool refused_for_good(const std::string& words) {
  for (const char* part : {"password authentication failed", "no password supplied", "no pg_hba.conf entry",
                           "does not exist", "permission denied", "certificate", "SSL"}) {
    if (words.find(part) != std::string::npos) return true;
  }
  return false;
}

Error server_refuses(const std::string& name, const std::string& words) {
  return {.code = "E0505",
          .message = fmt::format("the state \"{}\" can't be used: {}", name, words),
          .help = "check user, password (PGPASSWORD, ~/.pgpass), database and rights, e.g. with psql"};
}

Error unreachable(const std::string& name, const std::string& words) {
  return {.code = "E0511",
          .message = fmt::format("the database that keeps the state \"{}\" doesn't answer: {}", name, words),
          .help = "check that it runs and can be reached from here, e.g. with pg_isready"};
}

}  // namespace

postgres::Explain explain_server_faults(std::string name) {
  return [name = std::move(name)](const postgres::Fault& fault) -> Error {
    const std::string_view state = fault.state;
    if (fault.lost && refused_for_good(fault.message)) return server_refuses(name, fault.message);
    if (fault.lost) return unreachable(name, fault.message);
    if (state == "53100") return full(name);
    if (state == "42501" || state == "25006" || state.starts_with("28")) return server_refuses(name, fault.message);
    if (state.starts_with("40") || state == "55P03" || state == "57014" || state == "25P02" || state == "0A000") {
      return {.code = "E0507",
              .message = fmt::format("another run has kept the state \"{}\" busy: {}", name, fault.message),
              .help = "run again"};
    }
    if (state.starts_with("53") || state.starts_with("58") || state.empty()) return input_output(name, fault.message);
    return damaged_state(name, fault.message);
  };
}

Error system_fault(const std::string& what, int error_number) {
  const std::string message = fmt::format("can't {}: {}", what, std::strerror(error_number));
  if (lacks_permission(error_number)) {
    return {.code = "E0505",
            .message = message,
            .help = "run as a user who may write there, or choose another place with --state"};
  }
  return {.code = "E0504", .message = message, .help = "check the disk and the path"};
}

Error damaged_state(const std::string& path, const std::string& detail) {
  return {.code = "E0502", .message = fmt::format("the state \"{}\" is damaged: {}", path, detail), .help = mend(path)};
}

Error lost_commits(const std::string& path, Serial found, Serial noted) {
  auto out = damaged_state(path, fmt::format("its last commit was {}, but {} is the last that can be read: its log "
                                             "(-wal) is damaged, or an older copy was put in its place",
                                             noted.value, found.value));
  out.help = "to go on from what can be read, or from a newer copy if there is one: infra state recover";
  return out;
}

Error lost_state(const std::string& path, const std::string& detail, bool copies) {
  const auto go_on =
      copies ? std::string("go back to the newest copy with: infra state recover") : "bring the file back";
  return {
      .code = "E0502",
      .message = fmt::format("the state \"{}\" is lost: {}", path, detail),
      .help = fmt::format("{}; or choose another place with --state. To start from nothing, though what is recorded "
                          "there may still run, remove what remains: rm -r {}.serial {}.backups",
                          go_on, path, path)};
}

Error nothing_to_recover(const std::string& path, Error damage) {
  damage.help = fmt::format(
      "there is no copy in \"{}.backups\" to go back to; restore the file from a backup of your "
      "own, or save what can be read with: sqlite3 {} .recover",
      path, path);
  return damage;
}

Error not_a_state(const std::string& path, const std::string& detail) {
  return {.code = "E0502",
          .message = fmt::format("\"{}\" is not a state of infra: {}", path, detail),
          .help = "infra leaves the file as it is; move it away, or choose another place with --state"};
}

Error newer_state(const std::string& path, std::int64_t version, std::int64_t ours) {
  return {.code = "E0503",
          .message = fmt::format("the state \"{}\" was written by a newer infra: its format is {}, this program knows "
                                 "formats up to {}",
                                 path, version, ours),
          .help = "use the newer infra; the file was not changed"};
}

Error other_stack(const std::string& path, const std::string& recorded, const std::string& ours) {
  return {
      .code = "E0506",
      .message = fmt::format("the state \"{}\" belongs to the stack \"{}\", not to \"{}\"", path, recorded, ours),
      .help = fmt::format("choose another file with --state, or keep the stack's name with: stack \"{}\"", recorded)};
}

Error held_by_another(const std::string& path, const Lease& lease, const std::string& part) {
  const auto& by = lease.holder;
  const auto what = part == "*" ? fmt::format("the state \"{}\"", path) : fmt::format("{} (state \"{}\")", part, path);
  return {
      .code = "E0501",
      .message = fmt::format("{} is locked by {} on {} (process {}, `{}`) since {}", what, by.user, by.host, by.process,
                             by.command, by.since),
      .help = fmt::format("wait for it with --lock-timeout 5m, or end it on {} with: kill -INT {}\nif its machine is "
                          "gone: infra state unlock {}",
                          by.host, by.process, lease.fence)};
}

Error lease_ended(const std::string& path) {
  return {.code = "E0508",
          .message = fmt::format("this run's lease on the state \"{}\" has ended: it didn't write for {} seconds, and "
                                 "another run has taken its place, or somebody ended it with infra state unlock",
                                 path, kLeaseLife.count()),
          .help = "what it recorded until then is kept; run again to do the rest"};
}

Error no_revision(const std::string& path, std::uint64_t number, std::uint64_t last) {
  return {
      .code = "E0509",
      .message = fmt::format("the state \"{}\" has no revision {}", path, number),
      .help = last == 0 ? "nothing was applied yet" : fmt::format("its revisions are 1 to {}: infra history", last)};
}

Error changed_meanwhile(const std::string& path, const std::string& detail) {
  return {.code = "E0507",
          .message = fmt::format("the state \"{}\" can't be changed now: {}", path, detail),
          .help = "run again: the next run starts from what is recorded"};
}

}  // namespace infra
