#include "state/places/process_mark.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <ctime>
#include <fstream>
#include <optional>

namespace infra {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string this_machine() {
  std::array<char, 64> space{};
  const auto size = ::readlink("/proc/self/ns/pid", space.data(), space.size() - 1);
  return first_line("/proc/sys/kernel/random/boot_id") + " " + (size > 0 ? space.data() : "");
}

// Field 22 of /proc/PID/stat. Field 2 is the program's name in parentheses, and may hold anything. A zombie (Z) is
// dead.
std::optional<std::int64_t> start_of(std::int64_t process) {
  const auto line = first_line(fmt::format("/proc/{}/stat", process));
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= line.size() || line[name_end + 2] == 'Z') return std::nullopt;
  auto at = name_end + 2;
  for (int field = 3; field < 22; ++field) {
    at = line.find(' ', at);
    if (at == std::string::npos) return std::nullopt;
    ++at;
  }
  std::int64_t started = 0;
  const auto fault = std::from_chars(line.data() + at, line.data() + line.size(), started).ec;
  if (fault != std::errc{}) return std::nullopt;
  return started;
}

}  // namespace

ProcessMark this_process() {
  const std::int64_t process = ::getpid();
  return {.machine = this_machine(), .process = process, .started = start_of(process).value_or(0)};
}

Life look_at(const ProcessMark& mark) {
  if (mark.machine != this_machine()) return Life::unknown;
  return start_of(mark.process) == mark.started ? Life::lives : Life::dead;
}

std::int64_t since_boot_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace infra
