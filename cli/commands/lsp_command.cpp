#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "lsp/framing.h"
#include "lsp/server.h"
#include "workspace/check_stack.h"
#include "workspace/light_tree.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

Result<std::unique_ptr<SourceTree>> open_stack(const std::string& folder) {
  auto tree = open_tree(folder);
  if (!tree) return std::move(tree).error();
  return std::unique_ptr<SourceTree>(*std::move(tree));
}

Compiled check(const SourceTree& tree, const std::string& folder, Index& index) {
  const LightTree light(tree);
  return check_tree(light, folder, {}, nullptr, &index).compiled;
}

bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool input_waits() {
  pollfd stdin_only{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  return ::poll(&stdin_only, 1, 0) > 0;
}

// False at the end of the input.
bool read_some(lsp::Frames& frames) {
  char buffer[1 << 16];
  for (;;) {
    const auto n = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    frames.feed({buffer, static_cast<std::size_t>(n)});
    return true;
  }
}

bool send_all(lsp::Server& server) {
  while (const auto message = server.next_outgoing()) {
    if (!write_all(lsp::frame(*message))) return false;
  }
  return true;
}

// Diagnostics wait until everything that was typed is read: no timer that would be too long for some and too short for
// others.
int serve() {
  lsp::Server server({.open_tree = open_stack, .check = check, .version = INFRA_VERSION});
  lsp::Frames frames;
  while (read_some(frames)) {
    while (const auto body = frames.next()) {
      server.receive(*body);
      if (!send_all(server)) return kFailed;
      if (server.exit_code()) return *server.exit_code();
    }
    while (!input_waits() && server.idle()) {
      if (!send_all(server)) return kFailed;
    }
  }
  return kFailed;  // the editor is gone without saying so
}

}  // namespace

void add_lsp(CLI::App& command, Chosen& chosen) {
  const std::string about = "The only way there is; for editors that always say it";
  command.add_flag("--stdio", about);
  command.callback([&chosen] { chosen = serve; });
}

}  // namespace infra::cli
