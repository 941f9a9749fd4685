#include "providers/nodes/json_stream.h"

#include "base/codec.h"

namespace infra::nodes {

void JsonStream::line(std::string_view text) {
  if (text.find_first_not_of(" \t\r") == std::string_view::npos) return;
  auto object = from_plain_json(text);
  // A line that is no JSON is still said: it may be all that a broken proxy or engine has to say.
  on_object_(object ? *std::move(object) : Value(Map(std::vector<Entry>{{"error", std::string(text)}})));
}

void JsonStream::add(std::string_view piece) {
  rest_ += piece;
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    line(std::string_view(rest_).substr(begin, end - begin));
    begin = end + 1;
  }
  rest_.erase(0, begin);
}

void JsonStream::finish() {
  line(rest_);
  rest_.clear();
}

}  // namespace infra::nodes
