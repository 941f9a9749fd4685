#include "keys/secret_source.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/read_file.h"
#include "base/terminal.h"

namespace infra {
namespace {

Error no_secret(std::string message, std::string help) {
  return {.code = "E0905", .message = std::move(message), .help = std::move(help), .context = {}};
}

void drop_last_newline(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

// Switches a terminal's echo off for as long as it lives.
class Unechoed {
 public:
  Unechoed() : terminal_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!terminal_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  Unechoed(const Unechoed&) = delete;
  Unechoed& operator=(const Unechoed&) = delete;
  ~Unechoed() {
    if (terminal_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool terminal() const { return terminal_; }

 private:
  termios before_{};
  bool terminal_;
};

Result<std::string> from_input(const std::string& name) {
  std::string text;
  const Unechoed silence;
  if (silence.terminal()) terminal::write(stderr, fmt::format("value of the secret {}: ", name));
  for (int c = std::getchar(); c != EOF; c = std::getchar()) {
    text += static_cast<char>(c);
    if (silence.terminal() && c == '\n') break;
  }
  if (silence.terminal()) terminal::write(stderr, "\n");
  drop_last_newline(text);
  if (!text.empty()) return text;
  return no_secret(fmt::format("no value for the secret `{}` on the standard input", name),
                   "type it, or send it through a pipe");
}

Result<std::string> from_variable(const std::string& name, const std::string& variable) {
  if (const char* value = std::getenv(variable.c_str())) return std::string(value);
  return no_secret(fmt::format("the variable {} for the secret `{}` is not set", variable, name),
                   fmt::format("export {}=…", variable));
}

Result<std::string> from_file(const std::string& path) {
  auto text = read_file(path, "E0905");
  if (!text) return std::move(text).error();
  drop_last_newline(*text);
  return *std::move(text);
}

}  // namespace

Result<std::string> read_secret(const std::string& name, const std::string& from) {
  if (from == "-") return from_input(name);
  if (from.starts_with("env:")) return from_variable(name, from.substr(4));
  if (from.starts_with("file:")) return from_file(from.substr(5));
  // What stands there may be the secret itself: it isn't repeated.
  return no_secret(fmt::format("--secret {}=… names no source", name),
                   fmt::format("use --secret {0}=env:VARIABLE, --secret {0}=file:PATH or --secret {0}=-", name));
}

}  // namespace infra
