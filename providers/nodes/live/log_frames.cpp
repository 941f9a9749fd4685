#include "providers/nodes/live/log_frames.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/rfc3339.h"

namespace infra::nodes {

namespace {

constexpr std::size_t kFrameHead = 8;

std::size_t length_of(std::string_view head) {
  std::size_t out = 0;
  for (std::size_t i = 4; i < kFrameHead; ++i) out = out << 8U | static_cast<unsigned char>(head[i]);
  return out;
}

}  // namespace

void FrameReader::add(std::string_view piece) {
  rest_ += piece;
  std::string_view left = rest_;
  while (left.size() >= kFrameHead && left.size() - kFrameHead >= length_of(left)) {
    const auto length = length_of(left);
    on_frame_(left[0] == 2, left.substr(kFrameHead, length));
    left.remove_prefix(kFrameHead + length);
  }
  rest_.erase(0, rest_.size() - left.size());
}

std::string unix_time(LogTime time) {
  const auto all = time.time_since_epoch().count();
  return fmt::format("{}.{:09}", all / 1'000'000'000, all % 1'000'000'000);
}

LogReader::LogReader(TakeLine take)
    : take_(std::move(take)), frames_([this](bool error, std::string_view bytes) { frame(error, bytes); }) {}

bool LogReader::add(std::string_view piece) {
  frames_.add(piece);
  return !enough_;
}

void LogReader::finish() {
  for (auto& line : open_) {
    auto whole = std::exchange(line, std::nullopt);
    if (whole && !enough_) enough_ = !take_(*std::move(whole));
  }
}

void LogReader::frame(bool error, std::string_view bytes) {
  const auto space = bytes.find(' ');
  const auto time = space == std::string_view::npos ? std::nullopt : parse_rfc3339(bytes.substr(0, space));
  auto& line = open_[error ? 1 : 0];
  if (time) bytes.remove_prefix(space + 1);
  if (!line) line = LogLine{.at = time.value_or(LogTime{}), .error = error, .text = {}};
  text(error, bytes);
}

void LogReader::text(bool error, std::string_view bytes) {
  auto& line = open_[error ? 1 : 0];
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    const auto at = line->at;
    line->text += bytes.substr(0, end);
    if (line->text.ends_with('\r')) line->text.pop_back();
    auto whole = std::exchange(line, std::nullopt);
    if (!enough_) enough_ = !take_(*std::move(whole));
    bytes.remove_prefix(end + 1);
    if (!bytes.empty()) line = LogLine{.at = at, .error = error, .text = {}};
  }
  if (line) line->text += bytes;
}

}  // namespace infra::nodes
