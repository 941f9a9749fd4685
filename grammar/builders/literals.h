// Numbers, quantities and addresses as values; what is wrong with one is reported at it.
#pragma once
#include <optional>
#include <string_view>

#include "base/diagnostics/diagnostic.h"
#include "base/values/value.h"

namespace infra {

class Literals {
 public:
  explicit Literals(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  std::optional<Value> integer(std::string_view text, Span span, bool negative = false);
  std::optional<Value> floating(std::string_view text, Span span);
  std::optional<Value> quantity(std::string_view text, Span span);
  std::optional<Value> percent(std::string_view text, Span span);
  std::optional<Value> address(std::string_view text, Span span);

 private:
  void report_quantity(std::string_view text, Span span);
  void report_network(std::string_view text, Span span);

  Diagnostics& diagnostics_;
};

}  // namespace infra
