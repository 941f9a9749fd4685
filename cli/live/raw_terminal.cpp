#include "cli/live/raw_terminal.h"

#include <sys/ioctl.h>

namespace infra::cli {

RawTerminal::RawTerminal(int descriptor) : descriptor_(descriptor) {
  termios now{};
  if (tcgetattr(descriptor, &now) != 0) return;
  before_ = now;
  cfmakeraw(&now);
  tcsetattr(descriptor, TCSANOW, &now);
}

RawTerminal::~RawTerminal() {
  if (before_) tcsetattr(descriptor_, TCSADRAIN, &*before_);
}

std::optional<TerminalSize> terminal_size(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return std::nullopt;
  return TerminalSize{.rows = size.ws_row, .columns = size.ws_col};
}

}  // namespace infra::cli
