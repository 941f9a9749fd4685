#include <catch2/catch.hpp>

#include "base/text/rfc3339.h"
#include "providers/nodes/live/log_frames.h"

namespace {

using namespace infra;
using namespace infra::nodes;

std::string frame(char stream, const std::string& bytes) {
  std::string out = {stream, 0, 0, 0, 0, 0, static_cast<char>(bytes.size() >> 8U), static_cast<char>(bytes.size())};
  return out + bytes;
}

std::vector<std::string> lines_of(const std::string& stream, std::size_t piece) {
  std::vector<std::string> out;
  LogReader reader([&](const LogLine& line) {
    out.push_back(
        fmt::format("{} {}{}", line.at.time_since_epoch().count() / 1'000'000'000, line.error ? "! " : "", line.text));
    return true;
  });
  for (std::size_t at = 0; at < stream.size(); at += piece)
    CHECK(reader.add(std::string_view(stream).substr(at, piece)));
  reader.finish();
  return out;
}

}  // namespace

TEST_CASE("a log is read the same in any pieces") {
  const auto stream = frame(1, "1970-01-01T00:00:01Z one\n") + frame(2, "1970-01-01T00:00:02.5Z bad\r\n") +
                      frame(1, "1970-01-01T00:00:03Z a long ") + frame(2, "1970-01-01T00:00:04Z in between\n") +
                      frame(1, "1970-01-01T00:00:05Z line\n") + frame(1, "1970-01-01T00:00:06Z \n") +
                      frame(1, "1970-01-01T00:00:07Z no end");
  const std::vector<std::string> wanted = {"1 one", "2 ! bad", "4 ! in between", "3 a long line", "6 ", "7 no end"};
  for (const std::size_t piece : {1U, 3U, 8U, 9U, 1000U}) CHECK(lines_of(stream, piece) == wanted);
}

TEST_CASE("who wants no more lines gets none") {
  int taken = 0;
  LogReader reader([&](const LogLine&) { return ++taken < 2; });
  CHECK_FALSE(reader.add(frame(1, "1970-01-01T00:00:01Z a\n1970-01-01T00:00:02Z b\nc\n")));
  reader.finish();
  CHECK(taken == 2);
}

TEST_CASE("times of logs are read to the nanosecond, and nothing else is") {
  const auto time = parse_rfc3339("2026-11-29T06:04:53.123456789Z");
  REQUIRE(time);
  CHECK(unix_time(*time) == "1795932293.123456789");
  CHECK(unix_time(*parse_rfc3339("2026-11-29T06:04:53.5Z")) == "1795932293.500000000");
  CHECK(unix_time(*parse_rfc3339("1970-01-01T00:00:00Z")) == "0.000000000");
  for (const auto* text : {"", "now", "2026-11-29 06:04:53Z", "2026-13-29T06:04:53Z", "2026-02-30T06:04:53Z",
                           "2026-11-29T06:04:53", "2026-11-29T06:04:53.Z", "2026-11-29T06:04:5xZ"}) {
    INFO(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}
