#include "providers/aws/arn.h"

#include <fmt/format.h>

#include <array>

namespace infra::aws {

Arn parse_arn(std::string_view text) {
  if (!text.starts_with("arn:")) return {};
  std::array<std::string_view, 6> parts;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return {};
    parts[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  return {.partition = parts[1], .service = parts[2], .region = parts[3], .account = parts[4], .resource = text};
}

std::string Identity::arn_of(std::string_view service, std::string_view resource) const {
  return fmt::format("arn:{}:{}:{}:{}:{}", partition, service, region, account, resource);
}

std::string last_part(std::string_view arn) { return std::string(arn.substr(arn.find_last_of("/:") + 1)); }

}  // namespace infra::aws
