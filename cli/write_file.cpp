#include "cli/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/read_file.h"

namespace infra::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPlain = 0644;

Error failed(const std::string& path, int reason) {
  return {.code = "E0907",
          .message = fmt::format("can't write {}: {}", path, std::strerror(reason)),
          .help = "check the path, its permissions and the disk; the file is unchanged",
          .context = {}};
}

int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

// Writes a new file in the folder of `path` and renames it to `path`. It belongs to whom `before` belonged, where that
// can be given away: a file formatted with sudo stays its owner's.
Result<Ok> put(const std::string& path, const std::string& text, mode_t mode, const struct stat* before = nullptr) {
  const auto place = fs::path(path);
  auto beside = (place.parent_path() / fmt::format(".{}.XXXXXX", place.filename().string())).string();
  const int descriptor = ::mkstemp(beside.data());
  if (descriptor < 0) return failed(path, errno);
  const bool owned = before == nullptr || ::fchown(descriptor, before->st_uid, before->st_gid) == 0 || errno == EPERM;
  int reason = owned && ::fchmod(descriptor, mode) == 0 ? 0 : errno;
  if (reason == 0) reason = write_all(descriptor, text);
  if (::close(descriptor) != 0 && reason == 0) reason = errno;
  if (reason == 0 && ::rename(beside.c_str(), path.c_str()) != 0) reason = errno;
  if (reason == 0) return Ok{};
  ::unlink(beside.c_str());
  return failed(path, reason);
}

}  // namespace

Result<Ok> replace_file(const std::string& path, const std::string& before, const std::string& after) {
  std::error_code problem;
  const auto target = fs::canonical(path, problem).string();  // a rename would replace a link itself
  if (problem) return failed(path, problem.value());
  struct stat now {};
  if (::stat(target.c_str(), &now) != 0) return failed(path, errno);
  // A folder that may be written lets a file that may not be replaced; its owner meant otherwise.
  if (::access(target.c_str(), W_OK) != 0) return failed(path, errno);
  const auto text = read_file(target, "E0003");
  if (!text) return text.error();
  if (*text != before) {
    return Error{.code = "E0907",
                 .message = fmt::format("{} was changed by something else meanwhile", path),
                 .help = "nothing was written to it; run the command again",
                 .context = {}};
  }
  return put(target, after, now.st_mode & 07777U, &now);
}

Result<Ok> create_file(const std::string& path, const std::string& text, bool overwrite) {
  std::error_code ignored;  // what can't be looked at can't be written either, and that is reported
  if (!overwrite && fs::exists(fs::symlink_status(path, ignored))) {
    return Error{.code = "E0907",
                 .message = fmt::format("{} is there already", path),
                 .help = "name another place, or overwrite it with --force",
                 .context = {}};
  }
  return put(path, text, kPlain);
}

}  // namespace infra::cli
