// The logs of many containers as one, by time. Each is read by a thread of its own and waits when nobody takes its
// lines, so that the longest log costs no memory.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "providers/live.h"

namespace infra::live {

struct MergedLine {
  std::size_t source = 0;  // the number that add() gave
  LogLine line;
};

class MergedLog {
 public:
  // `patience`: how long a line is held back for an earlier one of a container that has said nothing yet. nullopt: as
  // long as that one's log goes on, which is right where all of them have an end.
  explicit MergedLog(std::optional<std::chrono::milliseconds> patience);
  ~MergedLog();  // ends all reading
  MergedLog(const MergedLog&) = delete;
  MergedLog& operator=(const MergedLog&) = delete;

  // Begins to read. `live` outlives this.
  std::size_t add(Live& live, LiveContainer container, LogQuery query);
  // The next line; nullopt: none within `wait`, or all logs are at their end.
  std::optional<MergedLine> next(std::chrono::milliseconds wait);
  [[nodiscard]] bool ended() const;  // nothing more will come of what was added
  // Logs that couldn't be read to their end, with the numbers of their sources; each is told once.
  std::vector<std::pair<std::size_t, Error>> take_failures();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace infra::live
