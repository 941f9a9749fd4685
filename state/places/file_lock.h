// An flock on a file beside the state: while the state's file is made, so that two runs don't make two.
#pragma once
#include <string>

#include "base/result.h"

namespace infra {

class FileLock {
 public:
  // Waits. The kernel frees it when the process dies, however it dies.
  static Result<FileLock> take(const std::string& path);
  FileLock(FileLock&& other) noexcept : file_(other.file_) { other.file_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int file) : file_(file) {}
  int file_;
};

}  // namespace infra
