// The lines of a container's log as an engine sends them with timestamps.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "providers/live.h"

namespace infra::nodes {

// The frames of an engine's stream (kind, three zeros, big-endian length, bytes) as they come in, in any pieces.
class FrameReader {
 public:
  using OnFrame = std::function<void(bool error, std::string_view bytes)>;
  explicit FrameReader(OnFrame on_frame) : on_frame_(std::move(on_frame)) {}
  void add(std::string_view piece);

 private:
  OnFrame on_frame_;
  std::string rest_;
};

// Seconds with nine digits behind the point, as the engine's `since` and `until` take it.
std::string unix_time(LogTime time);

// Whole lines, each with the time of its first frame. A long line comes in several frames, each with a time of its own.
class LogReader {
 public:
  explicit LogReader(TakeLine take);
  bool add(std::string_view piece);  // false: whoever takes them wants no more
  void finish();                     // what stands behind the last newline

 private:
  void frame(bool error, std::string_view bytes);
  void text(bool error, std::string_view bytes);
  TakeLine take_;
  FrameReader frames_;
  std::array<std::optional<LogLine>, 2> open_;  // stdout's and stderr's
  bool enough_ = false;
};

}  // namespace infra::nodes
