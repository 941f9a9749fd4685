// Where text goes and how it looks there: results on stdout, everything else on stderr. Secrets are covered on the way.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secrets/redactor.h"
#include "workspace/options.h"

namespace infra::cli {

class Console {
 public:
  explicit Console(const LookOptions& look);

  [[nodiscard]] bool json() const { return json_; }
  [[nodiscard]] bool colour() const { return colour_out_; }         // of stdout
  [[nodiscard]] bool colour_errors() const { return colour_err_; }  // of stderr
  [[nodiscard]] bool live() const { return live_; }                 // stdout is a terminal that can move its cursor
  [[nodiscard]] int width() const { return width_; }
  // The terminal's width, or 0 where stdout is none: what is read by a program or kept in a file isn't broken.
  [[nodiscard]] int help_width() const { return terminal_ ? width_ : 0; }

  void print(std::string_view text) const;     // stdout; with --json it must be JSON
  void data(std::string_view bytes) const;     // stdout, as it is: for a program; see base/terminal.h
  void note(std::string_view line) const;      // stderr, as a line; silent with --json
  void complain(std::string_view text) const;  // stderr, also with --json
  // The error in red on stderr, or as {"type": "error", "error": …} on stdout with --json. Returns the exit code 1.
  [[nodiscard]] int fail(const Error& found) const;

 private:
  std::shared_ptr<const Redactor> redactor_;
  bool json_;
  bool colour_out_;
  bool colour_err_;
  bool live_;
  int width_;
  bool terminal_;
};

// {"code", "message", "help", "context"} as one line of JSON.
std::string error_json(const Error& error);

// Is somebody there who can answer a question?
bool can_ask();
// Asks on stderr, reads a line of stdin. End of input is an empty answer.
std::string ask(std::string_view question);

// Everything printed has arrived? Else a full disk would look like success.
Result<Ok> flush_stdout();

}  // namespace infra::cli
