// A list's items as its text comes in. Only where an item begins and ends is found here; what it is says the codec.
#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/answer.h"

namespace infra::answer {

namespace {

constexpr std::size_t kMostItem = std::size_t{1} << 20U;  // one item's text: a container's is about 2 kB
constexpr std::size_t kHead = 200;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

bool ListReader::wrong(std::string why) {
  fault_ = std::move(why);
  return false;
}

bool ListReader::end_item() {
  auto value = from_plain_json(text_);
  text_.clear();
  if (!value) return wrong(fmt::format("item {} is no JSON", count_));
  if (const auto how = mismatch(item_, *value)) return wrong(fmt::format("in item {} {}", count_, *how));
  ++count_;
  on_item_(*value);
  return true;
}

bool ListReader::take_item(char c) {
  if (!quoted_ && depth_ == 0 && (c == ',' || c == ']')) {
    at_ = c == ',' ? At::next : At::after;
    return end_item();
  }
  if (text_.size() == kMostItem) return wrong(fmt::format("item {} is longer than {} MiB", count_, kMostItem >> 20U));
  text_ += c;
  if (quoted_) {
    if (!escaped_ && c == '"') quoted_ = false;
    escaped_ = !escaped_ && c == '\\';
  } else if (c == '"') {
    quoted_ = true;
  } else if (c == '[' || c == '{') {
    ++depth_;
  } else if (c == ']' || c == '}') {
    --depth_;  // one too many makes an item that is no JSON
  }
  return true;
}

bool ListReader::take(char c) {
  if (at_ == At::item) return take_item(c);
  if (is_blank(c)) return true;
  switch (at_) {
    case At::before:
      at_ = At::first;
      return c == '[' || wrong("it is no list");
    case At::first:
      if (c == ']') {
        at_ = At::after;
        return true;
      }
      [[fallthrough]];
    case At::next:
      at_ = At::item;
      return take_item(c);
    default:
      return wrong("something stands behind the end of the list");
  }
}

bool ListReader::add(std::string_view piece) {
  if (!fault_.empty()) return false;
  if (head_.size() < kHead) head_ += piece.substr(0, kHead - head_.size());
  for (const char c : piece) {
    if (!take(c)) return false;
  }
  return true;
}

bool ListReader::finish() {
  if (!fault_.empty()) return false;
  if (at_ == At::before) return wrong("it is empty");
  return at_ == At::after || wrong("it ends in the middle of the list");
}

}  // namespace infra::answer
