// The objects of a stream of JSON lines, as they come in.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/value.h"

namespace infra::nodes {

class JsonStream {
 public:
  explicit JsonStream(std::function<void(const Value&)> on_object) : on_object_(std::move(on_object)) {}
  void add(std::string_view piece);
  void finish();  // what stands after the last newline

 private:
  void line(std::string_view text);
  std::function<void(const Value&)> on_object_;
  std::string rest_;
};

}  // namespace infra::nodes
