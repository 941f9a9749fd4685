// A terminal whose keys go to somebody else as they are typed.
#pragma once
#include <termios.h>

#include <optional>

#include "providers/live.h"

namespace infra::cli {

// Raw until the end of its life. Nothing happens where the descriptor is no terminal.
class RawTerminal {
 public:
  explicit RawTerminal(int descriptor);
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  int descriptor_;
  std::optional<termios> before_;
};

std::optional<TerminalSize> terminal_size(int descriptor);

}  // namespace infra::cli
