#include "state/faults.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace infra {
namespace {

constexpr std::string_view kHowToMend =
    "infra leaves the file as it is. Keep a copy, then restore it from a backup, or save what can be read with: "
    "sqlite3 "
    "FILE .recover";

std::string mend(const std::string& path) {
  std::string out(kHowToMend);
  return out.replace(out.find("FILE"), 4, path);
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
