// How the lines of several copies look side by side.
#pragma once
#include <map>
#include <string>

#include "base/result.h"
#include "providers/live.h"

namespace infra::cli {

class LogPrinter {
 public:
  // `timestamps`: each line begins with its time, in UTC.
  LogPrinter(bool colour, bool json, bool timestamps) : colour_(colour), json_(json), timestamps_(timestamps) {}

  // The width of the names; a longer one that comes later moves only its own lines and those after it.
  void expect(const LiveContainer& container);
  std::string line(const LiveContainer& from, const LogLine& line);

 private:
  std::string name_of(const LiveContainer& container) const;
  bool colour_, json_, timestamps_;
  std::size_t width_ = 0;
  std::map<std::string, std::size_t> colours_;  // by name: the first copy has the first colour
};

LogTime log_now();
// "10m" before now, as --since takes it. E0902.
Result<LogTime> time_ago(const std::string& text);
// "2026-11-29T06:04:53.123Z"
std::string time_text(LogTime time);

}  // namespace infra::cli
