#include "base/result.h"

#include <fmt/format.h>

#include "base/text/cut.h"

namespace infra {

std::string Error::text() const {
  std::string out = fmt::format("error[{}]: {}", code, cut(message));
  for (const auto& step : context) out += fmt::format("\n  while {}", cut(step));
  if (!help.empty()) out += fmt::format("\nhelp: {}", cut(help));
  return out;
}

std::string Error::line() const {
  std::string out = fmt::format("{}: {}", code, cut(message));
  for (const auto& step : context) out += fmt::format(" (while {})", cut(step));
  return out;
}

}  // namespace infra
