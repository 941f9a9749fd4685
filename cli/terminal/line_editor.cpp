#include "cli/terminal/line_editor.h"

#include <editline/readline.h>
#include <sys/stat.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

namespace infra::cli {
namespace {

// The library calls back without a context, and reads one terminal: there is one editor at a time.
LineEditor::Complete& current_complete() {
  static LineEditor::Complete complete;
  return complete;
}

char* next_candidate(const char* word, int state) {
  static std::vector<std::string> found;
  static std::size_t at;
  if (state == 0) {
    found = current_complete()(word);
    at = 0;
  }
  return at < found.size() ? ::strdup(found[at++].c_str()) : nullptr;
}

char** candidates(const char* word, int, int) {
  rl_attempted_completion_over = 1;  // not the names of files
  return rl_completion_matches(word, next_candidate);
}

}  // namespace

LineEditor::LineEditor(std::string history_file, Complete complete) : history_file_(std::move(history_file)) {
  current_complete() = std::move(complete);
  rl_initialize();
  rl_readline_name = const_cast<char*>("infra");
  rl_attempted_completion_function = candidates;
  rl_completion_append_character = '\0';
  ::using_history();
  constexpr int kMostEntries = 1000;
  ::stifle_history(kMostEntries);
  if (!history_file_.empty()) (void)::read_history(history_file_.c_str());  // there is none the first time
}

LineEditor::~LineEditor() {
  current_complete() = {};
  if (history_file_.empty()) return;
  // The convenience of the next session: a disk that is full is no reason to fail this one.
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(history_file_).parent_path(), ignored);
  const auto before = ::umask(0077);
  (void)::write_history(history_file_.c_str());
  ::umask(before);
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
  const std::unique_ptr<char, void (*)(void*)> line(::readline(prompt.c_str()), &std::free);
  if (line == nullptr) return std::nullopt;
  if (*line != '\0') (void)::add_history(line.get());
  return std::string(line.get());
}

}  // namespace infra::cli
