#include "providers/nodes/json_stream.h"

#include "base/values/codec.h"

namespace infra::nodes {

namespace {

constexpr std::size_t kMostLine = std::size_t{1} << 20U;
constexpr std::size_t kHead = 200;

}  // namespace

bool JsonStream::line(std::string_view text) {
  if (text.find_first_not_of(" \t\r") == std::string_view::npos) return true;
  const auto object = from_plain_json(text);
  if (!object || object->map() == nullptr) {
    fault_ = "a line of it is no JSON object";
    return false;
  }
  on_object_(*object);
  return true;
}

bool JsonStream::add(std::string_view piece) {
  if (!fault_.empty()) return false;
  if (head_.size() < kHead) head_ += piece.substr(0, kHead - head_.size());
  rest_ += piece;
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    if (!line(std::string_view(rest_).substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  rest_.erase(0, begin);
  if (rest_.size() > kMostLine) fault_ = "a line of it is longer than 1 MiB";
  return fault_.empty();
}

bool JsonStream::finish() {
  if (!fault_.empty()) return false;
  const bool good = line(rest_);
  rest_.clear();
  return good;
}

}  // namespace infra::nodes
