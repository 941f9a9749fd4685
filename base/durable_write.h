// Bytes that are on the disk when the call returns.
#pragma once
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace infra {

// All of `text`, and fsync. False, with errno, if that can't be.
inline bool write_durably(int file, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(file, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fsync(file) == 0;
}

}  // namespace infra
