// What a user sees of an apply while it runs, from the first step to the closing line ("Done: 12 succeeded in 3.2s").
#pragma once
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>

#include "apply/execute/events.h"

namespace infra::cli {

enum class SinkKind {
  live,   // a terminal: what runs now, moving; what is finished scrolls up above it
  plain,  // logs: one line an event, with the time
  json,   // programs: one JSON object a line
};

struct Screen {
  int columns = 80;
  int rows = 24;
};

// Where a sink gets its surroundings from; tests give it others.
struct SinkWorld {
  std::function<std::chrono::steady_clock::time_point()> elapsed;
  std::function<std::chrono::system_clock::time_point()> now;
  std::function<Screen()> screen;
};
// The real clocks, and the size of the terminal that `out` is (80 columns if it is none).
SinkWorld real_world(std::FILE* out);

std::unique_ptr<EventSink> make_sink(SinkKind kind, std::FILE* out, bool colour);
std::unique_ptr<EventSink> make_sink(SinkKind kind, std::FILE* out, bool colour, SinkWorld world);

}  // namespace infra::cli
