#include "state/places/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "state/faults.h"

namespace infra {

Result<FileLock> FileLock::take(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return system_fault(fmt::format("open the lock \"{}\"", path), errno);
  FileLock lock(file);
  while (::flock(file, LOCK_EX) != 0) {
    if (errno != EINTR) return system_fault(fmt::format("lock \"{}\"", path), errno);
  }
  return lock;
}

// The file itself stays: who removes a lock's file lets two processes lock two files of one name.
FileLock::~FileLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace infra
