#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/find_program.h"
#include "base/text/units.h"
#include "cli/doctor/doctor.h"

namespace infra::cli {
namespace {

namespace fs = std::filesystem;

// The folder itself, or the nearest one above it that exists: where it would be made.
fs::path existing_part(fs::path folder) {
  std::error_code ignored;  // what can't be looked at doesn't exist for us
  if (folder.empty()) folder = ".";
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) {
    folder = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
  }
  return folder;
}

}  // namespace

Finding look_at_state_folder(const std::string& folder) {
  const auto where = existing_part(folder);
  Finding finding{.what = fmt::format("state folder {}", folder)};
  if (access(where.c_str(), W_OK | X_OK) == 0) {
    finding.detail = fs::path(folder) == where ? "writable" : "can be made";
    return finding;
  }
  finding.good = false;
  finding.detail = fmt::format("can't write to {}: {}", where.string(), std::strerror(errno));
  finding.help = "change the folder's owner, or keep the state elsewhere with --state PATH";
  return finding;
}

Finding look_at_disk(const std::string& folder) {
  constexpr std::int64_t kEnough = 100LL << 20;
  const auto where = existing_part(folder);
  Finding finding{.what = "disk space for the state"};
  struct statvfs disk {};
  if (statvfs(where.c_str(), &disk) != 0) {
    finding.good = false;
    finding.detail = fmt::format("can't look at {}: {}", where.string(), std::strerror(errno));
    return finding;
  }
  const auto free = static_cast<std::int64_t>(disk.f_bavail * disk.f_frsize);
  finding.good = free >= kEnough;
  finding.detail = fmt::format("{} MiB free", free >> 20);
  if (!finding.good) finding.help = "free some: below 100MiB an apply may not be able to record what it did";
  return finding;
}

Finding look_for_git() {
  const auto git = find_program("git");
  if (!git.empty()) return {.what = "git", .needed = false, .detail = git, .help = {}};
  return {.what = "git",
          .good = false,
          .needed = false,
          .detail = "not on PATH; only people need it, `infra watch` reads repositories by itself",
          .help = "apt-get install git"};
}

}  // namespace infra::cli
