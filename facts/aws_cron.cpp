#include "facts/aws_cron.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <vector>

namespace infra::facts {

namespace {

using Numbers = std::vector<int>;

template <std::size_t Size>
Numbers numbers_of(const std::bitset<Size>& bits) {
  Numbers out;
  for (std::size_t i = 0; i < Size; ++i) {
    if (bits.test(i)) out.push_back(static_cast<int>(i));
  }
  return out;
}

struct FieldLimits {
  int least, most;
};

bool is_full(const Numbers& all, FieldLimits span) {
  return static_cast<int>(all.size()) == span.most - span.least + 1;
}

// The step of an evenly spaced field that goes on to its end; 0: it is none.
int step_of(const Numbers& all, FieldLimits span) {
  if (all.size() < 3) return 0;
  const int step = all[1] - all[0];
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i] - all[i - 1] != step) return 0;
  }
  return step > 1 && all.back() + step > span.most ? step : 0;
}

std::string plain(int number) { return std::to_string(number); }

std::string weekday(int number) {
  constexpr std::array<const char*, 7> kNames = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
  return kNames.at(static_cast<std::size_t>(number));
}

std::string list_of(const Numbers& all, const std::function<std::string(int)>& word) {
  std::string out;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end + 1 < all.size() && all[end + 1] == all[end] + 1) ++end;
    if (end < i + 2) end = i;  // two in a row are two
    out += (out.empty() ? "" : ",") + word(all[i]) + (end > i ? "-" + word(all[end]) : "");
    i = end + 1;
  }
  return out;
}

std::string field(const Numbers& all, FieldLimits span) {
  if (is_full(all, span)) return "*";
  if (const int step = step_of(all, span); step > 0) return fmt::format("{}/{}", all.front(), step);
  return list_of(all, plain);
}

// Day of the month, day of the week.
Result<std::pair<std::string, std::string>> days_of(const CronFields& fields) {
  constexpr FieldLimits kDays{1, 31}, kWeekdays{0, 6};
  const auto days = numbers_of(fields.days);
  const auto weekdays = numbers_of(fields.weekdays);
  const bool every_day = is_full(days, kDays), every_weekday = is_full(weekdays, kWeekdays);
  const bool both = fields.any_day || fields.any_weekday;
  if (!both && (every_day || every_weekday)) return std::pair<std::string, std::string>("*", "?");
  if (every_weekday) return std::pair<std::string, std::string>(field(days, kDays), "?");
  if (every_day) return std::pair<std::string, std::string>("?", list_of(weekdays, weekday));
  return Error{.code = {},
               .message = "EventBridge Scheduler takes days of the month or days of the week, and this has both",
               .help = both ? "restrict one of the two" : "make two jobs of it, one for each"};
}

}  // namespace

Result<std::string> aws_cron(const CronSchedule& schedule) {
  const auto& fields = schedule.fields();
  auto days = days_of(fields);
  if (!days) return std::move(days).error();
  auto out = fmt::format("cron({} {} {} {} {} *)", field(numbers_of(fields.minutes), {0, 59}),
                         field(numbers_of(fields.hours), {0, 23}), days->first,
                         field(numbers_of(fields.months), {1, 12}), days->second);
  if (out.size() <= kLongestAwsSchedule) return out;
  return Error{.code = {},
               .message = fmt::format("it is {} characters long for EventBridge Scheduler, which takes {}", out.size(),
                                      kLongestAwsSchedule),
               .help = "write steps or ranges, or make two jobs of it"};
}

}  // namespace infra::facts
