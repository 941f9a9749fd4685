#include "base/result.h"

#include <fmt/format.h>

namespace infra {

std::string Error::text() const {
  std::string out = fmt::format("error[{}]: {}", code, message);
  for (const auto& step : context) out += fmt::format("\n  while {}", step);
  if (!help.empty()) out += fmt::format("\nhelp: {}", help);
  return out;
}

std::string Error::line() const {
  std::string out = fmt::format("{}: {}", code, message);
  for (const auto& step : context) out += fmt::format(" (while {})", step);
  return out;
}

}  // namespace infra
