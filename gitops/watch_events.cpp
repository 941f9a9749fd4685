#include "gitops/watch_events.h"

#include <fmt/format.h>

namespace infra {

Problem problem_of(const Error& error) {
  std::string message = error.message;
  for (const auto& step : error.context) message += fmt::format(" (while {})", step);
  return {.code = error.code, .message = std::move(message), .place = {}, .help = error.help};
}

}  // namespace infra
