#include "git/copy_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

namespace infra {

namespace fs = std::filesystem;

Error copy_error(std::string message) {
  return {.code = "E0806",
          .message = std::move(message),
          .help = "check the folder's permissions and the disk's free space, or choose another with --state"};
}

Result<CopyLock> CopyLock::open(const std::string& copy) {
  std::error_code failed;
  fs::create_directories(fs::path(copy).parent_path(), failed);
  if (failed) return copy_error(fmt::format("the folder of {} can't be made: {}", copy, failed.message()));
  const int file = ::open((copy + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return copy_error(fmt::format("{}.lock can't be opened: {}", copy, std::strerror(errno)));
  return CopyLock(file);
}

bool CopyLock::try_lock() const { return ::flock(file_, LOCK_EX | LOCK_NB) == 0; }

Result<CopyLock> CopyLock::take(const std::string& copy) {
  auto lock = open(copy);
  if (!lock || lock->try_lock()) return lock;
  return Error{.code = "E0807",
               .message = fmt::format("another `infra watch` of this stack is running (it holds {}.lock)", copy),
               .help = "end that one first, or give this one another state with --state"};
}

Result<CopyLock> CopyLock::wait(const std::string& copy, std::chrono::milliseconds patience, const Cancel& cancel) {
  constexpr auto kBetween = std::chrono::milliseconds(20);
  const auto until = std::chrono::steady_clock::now() + patience;
  auto lock = open(copy);
  if (!lock) return lock;
  while (!lock->try_lock()) {
    if (cancel.draining()) return Error{.code = "E0811", .message = "fetching was stopped"};
    if (std::chrono::steady_clock::now() >= until) {
      return Error{.code = "E0811",
                   .message = fmt::format("another process is fetching into {} and doesn't come to an end", copy),
                   .help = "run again when it has; if none is running, remove the .lock file beside it"};
    }
    std::this_thread::sleep_for(kBetween);
  }
  return lock;
}

CopyLock::~CopyLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace infra
