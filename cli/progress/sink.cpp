#include "cli/progress/sink.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/progress/json_progress.h"
#include "cli/progress/live_progress.h"
#include "cli/progress/plain.h"

namespace infra::cli {

SinkWorld real_world(std::FILE* out) {
  return {.elapsed = [] { return std::chrono::steady_clock::now(); },
          .now = [] { return std::chrono::system_clock::now(); },
          .screen =
              [out] {
                winsize size{};
                if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return Screen{};
                return Screen{size.ws_col, size.ws_row};
              }};
}

std::unique_ptr<EventSink> make_sink(SinkKind kind, std::FILE* out, bool colour) {
  return make_sink(kind, out, colour, real_world(out));
}

std::unique_ptr<EventSink> make_sink(SinkKind kind, std::FILE* out, bool colour, SinkWorld world) {
  switch (kind) {
    case SinkKind::live:
      return std::make_unique<LiveSink>(out, colour, std::move(world));
    case SinkKind::json:
      return std::make_unique<JsonSink>(out, std::move(world));
    case SinkKind::plain:
      break;
  }
  return std::make_unique<PlainSink>(out, std::move(world));
}

}  // namespace infra::cli
