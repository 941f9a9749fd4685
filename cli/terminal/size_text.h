// Sizes for people, in whole units.
#pragma once
#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace infra::cli {

// "363 KiB", "17 MiB"
inline std::string size_text(std::uint64_t bytes) {
  return bytes < (1U << 20U) ? fmt::format("{} KiB", (bytes + 1023) >> 10U) : fmt::format("{} MiB", bytes >> 20U);
}

}  // namespace infra::cli
