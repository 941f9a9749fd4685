// Held while a bare copy is changed or followed: two processes would replace it under each other. Freed by the
// process's death.
#pragma once
#include <chrono>
#include <string>
#include <utility>

#include "base/cancel.h"
#include "base/result.h"

namespace infra {

class CopyLock {
 public:
  // For as long as a watcher runs. E0807 if another one has it; E0806 if the lock's file can't be made.
  static Result<CopyLock> take(const std::string& copy);
  // For one change. E0811 if another process has held it for all of `patience`, or `cancel` was raised.
  static Result<CopyLock> wait(const std::string& copy, std::chrono::milliseconds patience, const Cancel& cancel);
  ~CopyLock();
  CopyLock(CopyLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  CopyLock& operator=(CopyLock&&) = delete;

 private:
  explicit CopyLock(int file) : file_(file) {}
  static Result<CopyLock> open(const std::string& copy);
  [[nodiscard]] bool try_lock() const;
  int file_;
};

// E0806, with what to do about a copy's folder.
Error copy_error(std::string message);

}  // namespace infra
