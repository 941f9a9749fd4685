// Lines that somebody types on a terminal, with editing, history and completion (libedit).
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace infra::cli {

class LineEditor {
 public:
  // What may stand where `word` is being typed.
  using Complete = std::function<std::vector<std::string>(const std::string& word)>;

  // The history is read from `history_file` and written back at the end; empty: it isn't kept.
  LineEditor(std::string history_file, Complete complete);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // nullopt at the end of the input (Ctrl-D).
  std::optional<std::string> read(const std::string& prompt);

 private:
  std::string history_file_;
};

}  // namespace infra::cli
