// Times of a schedule: the five fields of cron(5), in a time zone of the tz database.
#pragma once
#include <bitset>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace infra {

// The numbers that each field of a schedule has.
struct CronFields {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;  // from 1 on
  std::bitset<13> months;
  std::bitset<7> weekdays;                  // 0 is Sunday
  bool any_day = true, any_weekday = true;  // begins with `*`: then a day must fit both, else one of them
};

class CronSchedule {
 public:
  using Moment = std::chrono::sys_seconds;

  // `cron`: minute, hour, day of the month, month, day of the week, each `*`, a number, a list, a range or steps; names
  // of months and days as well, and @hourly, @daily, @weekly, @monthly, @yearly. If both days are restricted, either is
  // enough. `zone`: "Europe/Berlin". An Error says which field is wrong and what it may be; its code is the caller's.
  static Result<CronSchedule> parse(std::string_view cron, const std::string& zone);

  // The last time up to `now`, and the first one after it, within about eight years; nullopt for 30 February.
  // A time that a clock change leaves out counts when the clock has moved on; one that comes twice counts once.
  [[nodiscard]] std::optional<Moment> latest_until(Moment now) const;
  [[nodiscard]] std::optional<Moment> next_after(Moment now) const;
  // "2026-11-29 03:00 CET"
  [[nodiscard]] std::string local_text(Moment moment) const;
  [[nodiscard]] const CronFields& fields() const { return fields_; }

 private:
  using LocalMinute = std::chrono::local_time<std::chrono::minutes>;
  [[nodiscard]] bool is_day(std::chrono::local_days day) const;
  [[nodiscard]] Moment to_moment(LocalMinute minute) const;
  [[nodiscard]] LocalMinute to_local(Moment moment) const;

  CronFields fields_;
  std::string zone_;
};

}  // namespace infra
