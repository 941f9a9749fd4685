#include "cli/terminal/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/terminal.h"
#include "base/text/cut.h"

namespace infra::cli {
namespace {

constexpr std::string_view kErrorStyle = "\x1b[1;31m";
constexpr std::string_view kPlainStyle = "\x1b[0m";

bool set_and_not_empty(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool dumb_terminal() {
  const char* term = std::getenv("TERM");
  return term == nullptr || std::string_view(term) == "dumb";
}

// As most programs read it: any value but 0 asks for colours where there is no terminal.
bool forces_colour() {
  const char* value = std::getenv("CLICOLOR_FORCE");
  return value != nullptr && *value != '\0' && std::string_view(value) != "0";
}

bool wants_colour(int descriptor, bool no_color) {
  if (forces_colour()) return !no_color && !set_and_not_empty("NO_COLOR");
  return !no_color && !set_and_not_empty("NO_COLOR") && isatty(descriptor) == 1 && !dumb_terminal();
}

int terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  constexpr int kUsual = 80;
  const char* columns = std::getenv("COLUMNS");
  const int asked = columns == nullptr ? 0 : std::atoi(columns);
  return asked > 0 ? asked : kUsual;
}

}  // namespace

Console::Console(const LookOptions& look)
    : redactor_(look.redactor),
      json_(look.json),
      colour_out_(!look.json && wants_colour(STDOUT_FILENO, look.no_color)),
      colour_err_(wants_colour(STDERR_FILENO, look.no_color)),
      live_(!look.json && isatty(STDOUT_FILENO) == 1 && !dumb_terminal()),
      width_(terminal_width()),
      terminal_(isatty(STDOUT_FILENO) == 1) {}

void Console::print(std::string_view text) const {
  const auto clean = redactor_->clean(text);
  if (json_) return terminal::write_json(stdout, clean);
  terminal::write(stdout, clean, colour_out_);
}

void Console::data(std::string_view bytes) const { terminal::write_data(stdout, redactor_->clean(bytes)); }

void Console::complain(std::string_view text) const {
  terminal::flush(stdout);  // a terminal shows both; keep them in order
  terminal::write(stderr, redactor_->clean(text), colour_err_);
}

void Console::note(std::string_view line) const {
  if (!json_) complain(fmt::format("{}\n", line));
}

int Console::fail(const Error& found) const {
  const auto error = redactor_->clean(found);
  if (json_) {
    print(fmt::format("{{\"type\":\"error\",\"error\":{}}}\n", error_json(error)));
    return 1;
  }
  std::string text = error.text();
  if (colour_err_) {
    const auto end = text.find(':');
    text.insert(end, kPlainStyle).insert(0, kErrorStyle);
  }
  complain(text + "\n");
  return 1;
}

std::string error_json(const Error& error) {
  const nlohmann::ordered_json object = {
      {"code", error.code}, {"message", cut(error.message)}, {"help", cut(error.help)}, {"context", error.context}};
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool can_ask() { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

std::string ask(std::string_view question) {
  terminal::flush(stdout);
  terminal::write(stderr, question);
  terminal::flush(stderr);
  std::string answer;
  for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar()) answer += static_cast<char>(c);
  const auto first = answer.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return answer.substr(first, answer.find_last_not_of(" \t\r") - first + 1);
}

Result<Ok> flush_stdout() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return Ok{};
  return Error{.code = "E0907",
               .message = fmt::format("can't write to the standard output: {}", std::strerror(errno)),
               .help = "free disk space, or send the output somewhere else",
               .context = {}};
}

}  // namespace infra::cli
