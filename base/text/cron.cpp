#include "base/text/cron.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <vector>

namespace infra {
namespace {

constexpr int kYears = 8;  // 29 February comes again within them, also around 2100

struct Field {
  const char* name;
  int least, most;
  const char* words;  // three letters each, from `least` on; may be empty
};
constexpr Field kMinute{"minute", 0, 59, ""};
constexpr Field kHour{"hour", 0, 23, ""};
constexpr Field kDay{"day of the month", 1, 31, ""};
constexpr Field kMonth{"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"};
constexpr Field kWeekday{"day of the week", 0, 7, "sunmontuewedthufrisat"};  // 7 is Sunday, too

Error wrong(const Field& field, std::string_view text) {
  const auto words = *field.words != '\0'
                         ? fmt::format(", or {} to {}", std::string(field.words, 3),
                                       std::string(field.words).substr(std::string(field.words).size() - 3))
                         : std::string();
  return {.code = {},
          .message = fmt::format("`{}` is no {}: those are {} to {}{}, `*`, lists (1,2), ranges (1-5) and steps (*/5)",
                                 text, field.name, field.least, field.most, words)};
}

std::optional<int> number_in(const Field& field, std::string_view text) {
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error == std::errc() && end == text.data() + text.size()) {
    return out >= field.least && out <= field.most ? std::optional(out) : std::nullopt;
  }
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto at = lower.size() == 3 ? std::string_view(field.words).find(lower) : std::string_view::npos;
  return at != std::string_view::npos && at % 3 == 0 ? std::optional(field.least + static_cast<int>(at / 3))
                                                     : std::nullopt;
}

// "*/5", "1-5", "1-5/2", "7"
template <std::size_t Size>
bool add_part(const Field& field, std::string_view part, std::bitset<Size>& out) {
  int step = 1;
  if (const auto slash = part.find('/'); slash != std::string_view::npos) {
    const auto text = part.substr(slash + 1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (error != std::errc() || end != text.data() + text.size() || step < 1) return false;
    part = part.substr(0, slash);
  }
  int first = field.least, last = field.most;
  if (part != "*") {
    const auto dash = part.find('-');
    const auto begin = number_in(field, part.substr(0, dash));
    const auto end = dash == std::string_view::npos ? begin : number_in(field, part.substr(dash + 1));
    if (!begin || !end || *begin > *end) return false;
    first = *begin;
    last = dash == std::string_view::npos && step > 1 ? field.most : *end;
  }
  for (int value = first; value <= last; value += step) out.set(static_cast<std::size_t>(value) % Size);
  return true;
}

template <std::size_t Size>
bool add_parts(const Field& field, std::string_view text, std::bitset<Size>& out) {
  for (;;) {
    const auto comma = text.find(',');
    if (!add_part(field, text.substr(0, comma), out)) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

std::string_view spelled_out(std::string_view cron) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kShort = {{{"@hourly", "0 * * * *"},
                                                                                    {"@daily", "0 0 * * *"},
                                                                                    {"@midnight", "0 0 * * *"},
                                                                                    {"@weekly", "0 0 * * 0"},
                                                                                    {"@monthly", "0 0 1 * *"},
                                                                                    {"@yearly", "0 0 1 1 *"},
                                                                                    {"@annually", "0 0 1 1 *"}}};
  for (const auto& [name, fields] : kShort) {
    if (cron == name) return fields;
  }
  return cron;
}

std::vector<std::string_view> fields_of(std::string_view cron) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < cron.size();) {
    const auto begin = cron.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    const auto end = std::min(cron.find_first_of(" \t", begin), cron.size());
    out.push_back(cron.substr(begin, end - begin));
    at = end;
  }
  return out;
}

// nullptr: the database has none of this name, or there is no database.
const date::time_zone* zone_named(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

}  // namespace

Result<CronSchedule> CronSchedule::parse(std::string_view cron, const std::string& zone) {
  const auto fields = fields_of(spelled_out(cron));
  if (fields.size() != 5) {
    return Error{
        .code = {},
        .message = fmt::format("`{}` has {} field{}, and a schedule five: minute, hour, day of the month, month, "
                               "day of the week",
                               cron, fields.size(), fields.size() == 1 ? "" : "s")};
  }
  CronSchedule out;
  if (!add_parts(kMinute, fields[0], out.fields_.minutes)) return wrong(kMinute, fields[0]);
  if (!add_parts(kHour, fields[1], out.fields_.hours)) return wrong(kHour, fields[1]);
  if (!add_parts(kDay, fields[2], out.fields_.days)) return wrong(kDay, fields[2]);
  if (!add_parts(kMonth, fields[3], out.fields_.months)) return wrong(kMonth, fields[3]);
  if (!add_parts(kWeekday, fields[4], out.fields_.weekdays)) return wrong(kWeekday, fields[4]);
  out.fields_.any_day = fields[2].starts_with('*');
  out.fields_.any_weekday = fields[4].starts_with('*');
  if (zone_named(zone) == nullptr) {
    return Error{
        .code = {},
        .message = fmt::format("`{}` is no time zone that this machine knows, such as \"Europe/Berlin\"", zone)};
  }
  out.zone_ = zone;
  if (!out.next_after(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()))) {
    return Error{.code = {}, .message = fmt::format("`{}` never comes: no month has such a day", cron)};
  }
  return out;
}

bool CronSchedule::is_day(std::chrono::local_days day) const {
  const std::chrono::year_month_day date(day);
  if (!fields_.months.test(static_cast<unsigned>(date.month()))) return false;
  const bool in_month = fields_.days.test(static_cast<unsigned>(date.day()));
  const bool in_week = fields_.weekdays.test(std::chrono::weekday(day).c_encoding());
  if (fields_.any_day || fields_.any_weekday) return in_month && in_week;
  return in_month || in_week;
}

CronSchedule::Moment CronSchedule::to_moment(LocalMinute minute) const {
  const date::local_time<std::chrono::seconds> local(minute.time_since_epoch());
  return Moment(zone_named(zone_)->to_sys(local, date::choose::earliest).time_since_epoch());
}

CronSchedule::LocalMinute CronSchedule::to_local(Moment moment) const {
  const date::sys_seconds sys(moment.time_since_epoch());
  const auto local = zone_named(zone_)->to_local(sys);
  return std::chrono::floor<std::chrono::minutes>(
      std::chrono::local_time<std::chrono::seconds>(local.time_since_epoch()));
}

std::optional<CronSchedule::Moment> CronSchedule::latest_until(Moment now) const {
  using namespace std::chrono;
  const auto local = to_local(now);
  const auto today = floor<days>(local);
  for (auto day = today; day > today - days(366 * kYears); day -= days(1)) {
    if (!is_day(day)) continue;
    for (int minute = 24 * 60 - 1; minute >= 0; --minute) {
      if (!fields_.hours.test(static_cast<std::size_t>(minute / 60)) ||
          !fields_.minutes.test(static_cast<std::size_t>(minute % 60)))
        continue;
      const LocalMinute at = day + minutes(minute);
      if (at > local) continue;
      if (const auto moment = to_moment(at); moment <= now) return moment;
    }
  }
  return std::nullopt;
}

std::optional<CronSchedule::Moment> CronSchedule::next_after(Moment now) const {
  using namespace std::chrono;
  const auto local = to_local(now);
  const auto today = floor<days>(local);
  for (auto day = today; day < today + days(366 * kYears); day += days(1)) {
    if (!is_day(day)) continue;
    for (int minute = 0; minute < 24 * 60; ++minute) {
      if (!fields_.hours.test(static_cast<std::size_t>(minute / 60)) ||
          !fields_.minutes.test(static_cast<std::size_t>(minute % 60)))
        continue;
      const LocalMinute at = day + minutes(minute);
      if (const auto moment = to_moment(at); moment > now) return moment;
    }
  }
  return std::nullopt;
}

std::string CronSchedule::local_text(Moment moment) const {
  const date::sys_seconds sys(moment.time_since_epoch());
  return date::format("%F %H:%M %Z", date::make_zoned(zone_named(zone_), sys));
}

}  // namespace infra
