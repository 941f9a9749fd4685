// The objects of a stream of JSON lines, as they come in. What isn't one ends it: it is no engine that answers so.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/values/value.h"

namespace infra::nodes {

class JsonStream {
 public:
  explicit JsonStream(std::function<void(const Value&)> on_object) : on_object_(std::move(on_object)) {}
  bool add(std::string_view piece);  // false: see fault()
  bool finish();                     // what stands after the last newline
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] const std::string& head() const { return head_; }  // the beginning of what came, to be quoted

 private:
  bool line(std::string_view text);
  std::function<void(const Value&)> on_object_;
  std::string rest_, head_, fault_;
};

}  // namespace infra::nodes
