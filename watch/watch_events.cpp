#include "watch/watch_events.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/secrets/url_secrets.h"

namespace infra {

Problem problem_of(const Error& error) {
  std::string message = error.message;
  for (const auto& step : error.context) message += fmt::format(" (while {})", step);
  return {.code = error.code,
          .message = without_url_secrets(message),
          .place = {},
          .help = without_url_secrets(error.help)};
}

bool same_causes(const std::vector<Problem>& a, const std::vector<Problem>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Problem& x, const Problem& y) { return x.code == y.code && x.place == y.place; });
}

}  // namespace infra
