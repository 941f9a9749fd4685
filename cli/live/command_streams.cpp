#include "cli/live/command_streams.h"

#include <unistd.h>

#include "base/terminal.h"
#include "cli/exit_code.h"
#include "cli/live/raw_terminal.h"
#include "cli/terminal/signals.h"

namespace infra::cli {

Result<Ok> check_tty(bool tty) {
  if (!tty || isatty(STDIN_FILENO) == 1) return Ok{};
  return Error{.code = "E0902",
               .message = "-t needs a terminal, and stdin is none",
               .help = "leave out -t; -i alone gives the command what is piped in",
               .context = {}};
}

int run_here(const Console& console, bool tty,
             const std::function<Result<int>(const ExecStreams&, const Cancel&)>& command) {
  const ExecStreams streams{
      .input = STDIN_FILENO,
      // Byte by byte: of a terminal the command's own control characters are the point, as with ssh.
      .take =
          [tty](bool error, std::string_view bytes) {
            auto* to = error ? stderr : stdout;
            tty ? terminal::write_frame(to, bytes, {}) : terminal::write_data(to, bytes);
            terminal::flush(to);
          },
      .size = [] { return terminal_size(STDIN_FILENO); }};
  Cancel cancel;
  Result<int> code = kDone;
  {
    const RawTerminal raw(tty ? STDIN_FILENO : -1);
    const SignalGuard guard(cancel, false);
    code = command(streams, cancel);
  }
  if (cancel.draining()) return kInterrupted;
  if (!code) return console.fail(code.error());
  return *code;
}

}  // namespace infra::cli
