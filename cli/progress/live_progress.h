// The display on a terminal: what is finished scrolls up; below it a line for each change that runs and a bar for the
// whole are drawn anew, at most ten times a second. Each drawing is one write, so that nothing flickers.
#pragma once
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "cli/progress/sink.h"

namespace infra::cli {

class LiveSink : public EventSink {
 public:
  LiveSink(std::FILE* out, bool colour, SinkWorld world);
  ~LiveSink() override;  // gives the terminal back, however the apply ended
  void on(const Event& event) override;
  void tick() override;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Running {
    std::size_t step;
    std::string address;
    Step::Kind kind;
    Moment since;
    std::string text;  // what the provider says that it is doing
  };
  struct Visitor;

  void finish(std::size_t step, const std::string& line);
  void draw(bool last);
  [[nodiscard]] std::vector<std::string> moving_lines() const;
  [[nodiscard]] std::string running_line(const Running& running, std::size_t columns, Moment now) const;
  [[nodiscard]] std::string bar_line(std::size_t columns, Moment now) const;
  [[nodiscard]] std::string paint(std::string_view text, std::string_view code) const;

  std::FILE* out_;
  bool colour_;
  SinkWorld world_;
  std::vector<Running> running_;  // in the order in which they began
  std::string above_;             // finished lines that aren't drawn yet
  std::string notice_;            // while stopping
  std::size_t steps_ = 0, finished_ = 0, failed_ = 0;
  std::size_t drawn_ = 0;  // moving lines on the screen
  bool on_screen_ = false, interrupted_ = false;
  Moment begin_, last_draw_;
};

}  // namespace infra::cli
