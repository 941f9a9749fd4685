#include "cli/live/log_print.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text/units.h"
#include "base/values/codec.h"

namespace infra::cli {

namespace {

// Told apart on dark and light terminals; red is left to errors.
constexpr std::array<int, 6> kColours = {36, 33, 32, 35, 34, 96};

}  // namespace

LogTime log_now() { return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()); }

std::string time_text(LogTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time - day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), ms / 3'600'000,
                     ms / 60'000 % 60, ms / 1'000 % 60, ms % 1'000);
}

// With the container only where its task may have several: it is named after none of them.
std::string LogPrinter::name_of(const LiveContainer& container) const {
  return fmt::format("{} {}", container.address.text(), container.container);
}

void LogPrinter::expect(const LiveContainer& container) {
  const auto name = name_of(container);
  width_ = std::max(width_, name.size());
  colours_.emplace(name, colours_.size());
}

std::string LogPrinter::line(const LiveContainer& from, const LogLine& line) {
  if (json_) {
    return fmt::format(R"({{"time":{},"address":{},"container":{},"node":{},"stream":"{}","text":{}}})",
                       json_quote(time_text(line.at)), json_quote(from.address.text()), json_quote(from.container),
                       json_quote(from.node), line.error ? "stderr" : "stdout", json_quote(line.text)) +
           "\n";
  }
  expect(from);
  const auto name = name_of(from);
  auto head = fmt::format("{:<{}} | ", name, width_);
  if (timestamps_) head += time_text(line.at) + " ";
  if (!colour_) return head + line.text + "\n";
  return fmt::format("\x1b[{}m{}\x1b[0m{}\n", kColours[colours_.at(name) % kColours.size()], head, line.text);
}

Result<LogTime> time_ago(const std::string& text) {
  const auto age = parse_duration(text);
  if (age) return log_now() - std::chrono::milliseconds(age->ms);
  return Error{.code = "E0902",
               .message = fmt::format("--since takes a duration, got `{}`", text),
               .help = "such as 30s, 10m, 2h or 7d",
               .context = {}};
}

}  // namespace infra::cli
