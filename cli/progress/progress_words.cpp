#include "cli/progress/progress_words.h"

#include <fmt/format.h>

#include <array>

namespace infra::cli {
namespace {

struct Words {
  std::string_view symbol, action, doing, done;
};

const Words& words(Step::Kind kind) {
  static constexpr std::array<Words, 5> kWords{{{"+", "create", "creating", "created"},
                                                {"~", "update", "updating", "updated"},
                                                {"-", "destroy", "destroying", "destroyed"},
                                                {"·", "forget", "forgetting", "forgotten"},
                                                {"=", "adopt", "recording", "recorded"}}};
  return kWords[static_cast<std::size_t>(kind)];
}

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// The scripts that terminals draw two columns wide; three bytes of UTF-8 and more.
bool is_wide(std::string_view character) {
  if (character.size() == 4) return static_cast<unsigned char>(character[1]) >= 0x9F;
  if (character.size() != 3) return false;
  const auto first = static_cast<unsigned char>(character[0]);
  const auto second = static_cast<unsigned char>(character[1]);
  return (first == 0xE3 && second >= 0x81) || (first >= 0xE4 && first <= 0xED) || (first == 0xEF && second >= 0xBC);
}

std::string_view next_character(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && continues(text[end])) ++end;
  return text.substr(at, end - at);
}

std::string first_columns(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t used = 0; at < text.size();) {
    const auto character = next_character(text, at);
    used += is_wide(character) ? 2 : 1;
    if (used > columns) break;
    at += character.size();
  }
  return std::string(text.substr(0, at));
}

std::string last_columns(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (auto left = columns_of(text); left > columns;) {
    const auto character = next_character(text, at);
    left -= is_wide(character) ? 2 : 1;
    at += character.size();
  }
  return std::string(text.substr(at));
}

std::string_view plural(std::size_t n) { return n == 1 ? "" : "s"; }

}  // namespace

std::string_view symbol(Step::Kind kind) { return words(kind).symbol; }
std::string_view action(Step::Kind kind) { return words(kind).action; }
std::string_view doing(Step::Kind kind) { return words(kind).doing; }
std::string_view done(Step::Kind kind) { return words(kind).done; }

std::string format_elapsed(std::chrono::milliseconds time) {
  const auto ms = time.count();
  if (ms < 60'000) return fmt::format("{}.{}s", ms / 1000, ms % 1000 / 100);
  const auto seconds = ms / 1000;
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  return fmt::format("{}h{:02}m", seconds / 3600, seconds % 3600 / 60);
}

std::size_t columns_of(std::string_view text) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = next_character(text, at);
    out += is_wide(character) ? 2 : 1;
    at += character.size();
  }
  return out;
}

std::string fit_to_columns(std::string_view text, std::size_t columns, bool middle) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  if (!middle) return first_columns(text, columns - 1) + "…";
  const auto tail = (columns - 1) / 2;
  return first_columns(text, columns - 1 - tail) + "…" + last_columns(text, tail);
}

std::string closing_line(const ApplyDone& event, bool interrupted) {
  const char* head = interrupted ? "Interrupted" : event.failed + event.skipped > 0 ? "Failed" : "Done";
  auto out = fmt::format("{}: {} succeeded", head, event.succeeded);
  if (event.failed > 0) out += fmt::format(", {} failed", event.failed);
  if (event.skipped > 0) out += fmt::format(", {} {}", event.skipped, interrupted ? "not begun" : "skipped");
  return out + fmt::format(" in {}.", format_elapsed(event.took));
}

std::string stopping_line(const Draining& event) {
  if (event.running == 0) return "stopping: nothing new begins";
  const auto changes = fmt::format("{} change{}", event.running, plural(event.running));
  if (event.aborting) return fmt::format("aborting {}; the next run finds out what became of them", changes);
  return fmt::format("stopping when {} finished; press Ctrl-C again to abort",
                     event.running == 1 ? "1 change has" : changes + " have");
}

}  // namespace infra::cli
