#include "base/text/cron.h"

#include <catch2/catch.hpp>

#include "base/text/rfc3339.h"

namespace infra {
namespace {

CronSchedule::Moment at(const char* text) {
  const auto moment = parse_rfc3339(text);
  REQUIRE(moment);
  return std::chrono::floor<std::chrono::seconds>(*moment);
}

CronSchedule schedule(const char* cron, const char* zone = "UTC") {
  auto parsed = CronSchedule::parse(cron, zone);
  INFO((parsed ? std::string() : parsed.error().message));
  REQUIRE(parsed);
  return *std::move(parsed);
}

std::string text(const std::optional<CronSchedule::Moment>& moment) { return moment ? rfc3339(*moment) : "never"; }

std::string next(const char* cron, const char* now, const char* zone = "UTC") {
  return text(schedule(cron, zone).next_after(at(now)));
}
std::string latest(const char* cron, const char* now, const char* zone = "UTC") {
  return text(schedule(cron, zone).latest_until(at(now)));
}

}  // namespace

TEST_CASE("a schedule's next and last times") {
  CHECK(next("0 3 * * *", "2026-11-29T02:59:59Z") == "2026-11-29T03:00:00Z");
  CHECK(next("0 3 * * *", "2026-11-29T03:00:00Z") == "2026-11-30T03:00:00Z");
  CHECK(latest("0 3 * * *", "2026-11-29T03:00:00Z") == "2026-11-29T03:00:00Z");
  CHECK(latest("0 3 * * *", "2026-11-29T02:59:59Z") == "2026-11-28T03:00:00Z");
  CHECK(next("*/15 * * * *", "2026-11-29T03:16:00Z") == "2026-11-29T03:30:00Z");
  CHECK(next("5/20 9-17 * * mon-fri", "2026-11-28T12:00:00Z") == "2026-11-30T09:05:00Z");
  CHECK(next("0 0 29 2 *", "2026-03-01T00:00:00Z") == "2028-02-29T00:00:00Z");
  CHECK(next("@weekly", "2026-11-28T00:00:00Z") == "2026-11-29T00:00:00Z");
  CHECK(next("0 0 * JAN 7", "2026-11-28T00:00:00Z") == "2027-01-03T00:00:00Z");
}

TEST_CASE("of two restricted days either is enough, as in cron") {
  CHECK(next("0 0 13 * fri", "2026-11-28T00:00:00Z") == "2026-12-04T00:00:00Z");
  CHECK(next("0 0 13 * fri", "2026-12-12T00:00:00Z") == "2026-12-13T00:00:00Z");
  CHECK(next("0 0 */2 * fri", "2026-11-28T00:00:00Z") == "2026-12-11T00:00:00Z");
}

TEST_CASE("zones: an hour that is left out counts when the clock has moved on, one that comes twice counts once") {
  CHECK(next("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin") == "2026-03-29T01:00:00Z");
  CHECK(next("30 2 * * *", "2026-03-29T01:00:00Z", "Europe/Berlin") == "2026-03-30T00:30:00Z");
  CHECK(next("30 2 * * *", "2026-10-24T12:00:00Z", "Europe/Berlin") == "2026-10-25T00:30:00Z");
  CHECK(next("30 2 * * *", "2026-10-25T00:30:00Z", "Europe/Berlin") == "2026-10-26T01:30:00Z");
  CHECK(latest("30 2 * * *", "2026-10-25T01:45:00Z", "Europe/Berlin") == "2026-10-25T00:30:00Z");
  CHECK(schedule("0 3 * * *", "Europe/Berlin").local_text(at("2026-11-29T02:00:00Z")) == "2026-11-29 03:00 CET");
}

TEST_CASE("what is no schedule is said field by field") {
  const auto why = [](const char* cron, const char* zone = "UTC") {
    const auto parsed = CronSchedule::parse(cron, zone);
    return parsed ? std::string() : parsed.error().message;
  };
  CHECK(why("0 3 * *").find("has 4 fields") != std::string::npos);
  CHECK(why("").find("has 0 fields") != std::string::npos);
  CHECK(why("60 3 * * *").starts_with("`60` is no minute"));
  CHECK(why("0 24 * * *").starts_with("`24` is no hour"));
  CHECK(why("0 3 0 * *").starts_with("`0` is no day of the month"));
  CHECK(why("0 3 * 13 *").starts_with("`13` is no month"));
  CHECK(why("0 3 * * 8").starts_with("`8` is no day of the week"));
  CHECK(why("0 3 * * moon").starts_with("`moon` is no day of the week"));
  for (const char* bad : {"5-1 * * * *", "*/0 * * * *", "1,,2 * * * *", "-1 * * * *", "1- * * * *", "*/ * * * *"}) {
    INFO(bad);
    CHECK(!why(bad).empty());
  }
  CHECK(why("0 0 30 2 *").find("never comes") != std::string::npos);
  CHECK(why("0 3 * * *", "Mars/Olympus").find("no time zone") != std::string::npos);
}

}  // namespace infra
