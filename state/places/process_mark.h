// Which process of which machine something is, so that another can see whether it still lives. Reads /proc.
#pragma once
#include <cstdint>
#include <string>

namespace infra {

struct ProcessMark {
  std::string machine;       // this boot of this machine, and its process numbers' namespace
  std::int64_t process = 0;  // as numbered there
  std::int64_t started = 0;  // in clock ticks since the boot: numbers are used again
  friend bool operator==(const ProcessMark&, const ProcessMark&) = default;
};
ProcessMark this_process();

enum class Life { lives, dead, unknown };  // unknown: on another machine, or in another container
Life look_at(const ProcessMark& mark);

// Milliseconds since this machine's boot: a clock that nobody sets, the same in all processes.
std::int64_t since_boot_ms();

}  // namespace infra
