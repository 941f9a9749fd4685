// Bytes from one call to another: the one reads while the other writes, and neither is far ahead.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace infra::nodes {

class BytePipe {
 public:
  // Waits while there is much; false: nobody reads any more.
  bool put(std::string_view bytes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return bytes_.size() < kMost || abandoned_; });
    if (abandoned_) return false;
    bytes_ += bytes;
    changed_.notify_all();
    return true;
  }
  // `whole`: that was all; else the reader is told that it isn't.
  void end(bool whole) {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    whole_ = whole;
    changed_.notify_all();
  }
  // As Engine::Source.
  std::optional<std::size_t> get(char* buffer, std::size_t size) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !bytes_.empty() || ended_; });
    if (bytes_.empty()) return whole_ ? std::optional<std::size_t>(0) : std::nullopt;
    const auto given = std::min(size, bytes_.size());
    std::memcpy(buffer, bytes_.data(), given);
    bytes_.erase(0, given);
    changed_.notify_all();
    return given;
  }
  void abandon() {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr std::size_t kMost = std::size_t{1} << 20U;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;
  bool ended_ = false, whole_ = false, abandoned_ = false;
};

}  // namespace infra::nodes
