#include "base/text/rfc3339.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace infra {
namespace {

// Takes exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, out);
  if (error != std::errc() || end != text.data() + digits || out < 0) return std::nullopt;
  text.remove_prefix(digits);
  return out;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::int64_t take_nanoseconds(std::string_view& text) {
  std::int64_t out = 0, scale = 100'000'000;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    out += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace

std::string rfc3339(UtcMoment moment) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(moment);
  return fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

std::string rfc3339_now() {
  return rfc3339(std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

std::optional<std::chrono::sys_time<std::chrono::nanoseconds>> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const auto year_ = take_number(text, 4);
  if (!year_ || !take(text, '-')) return std::nullopt;
  const auto month_ = take_number(text, 2);
  if (!month_ || !take(text, '-')) return std::nullopt;
  const auto day_ = take_number(text, 2);
  if (!day_ || !take(text, 'T')) return std::nullopt;
  const auto hour_ = take_number(text, 2);
  if (!hour_ || !take(text, ':')) return std::nullopt;
  const auto minute_ = take_number(text, 2);
  if (!minute_ || !take(text, ':')) return std::nullopt;
  const auto second_ = take_number(text, 2);
  if (!second_) return std::nullopt;
  const bool has_fraction = take(text, '.');
  if (has_fraction && (text.empty() || text.front() == 'Z')) return std::nullopt;
  const auto fraction = has_fraction ? take_nanoseconds(text) : 0;
  if (text != "Z") return std::nullopt;
  const year_month_day date{year(*year_), month(static_cast<unsigned>(*month_)), day(static_cast<unsigned>(*day_))};
  if (!date.ok() || *hour_ > 23 || *minute_ > 59 || *second_ > 60) return std::nullopt;
  return sys_days(date) + hours(*hour_) + minutes(*minute_) + seconds(*second_) + nanoseconds(fraction);
}

}  // namespace infra
