#include "facts/aws_regions.h"

#include <algorithm>
#include <array>

namespace infra::facts {

const std::vector<std::string>& aws_regions() {
  static const std::vector<std::string> kRegions = {
      "af-south-1",     "ap-east-1",       "ap-east-2",      "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
      "ap-south-1",     "ap-south-2",      "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
      "ap-southeast-5", "ap-southeast-6",  "ap-southeast-7", "ca-central-1",   "ca-west-1",      "cn-north-1",
      "cn-northwest-1", "eu-central-1",    "eu-central-2",   "eu-isoe-west-1", "eu-north-1",     "eu-south-1",
      "eu-south-2",     "eu-west-1",       "eu-west-2",      "eu-west-3",      "eusc-de-east-1", "il-central-1",
      "me-central-1",   "me-south-1",      "mx-central-1",   "sa-east-1",      "us-east-1",      "us-east-2",
      "us-gov-east-1",  "us-gov-west-1",   "us-iso-east-1",  "us-iso-west-1",  "us-isob-east-1", "us-isob-west-1",
      "us-isof-east-1", "us-isof-south-1", "us-west-1",      "us-west-2",
  };
  return kRegions;
}

std::string_view aws_partition(std::string_view region) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kPartitions = {{
      {"cn-", "aws-cn"},
      {"us-gov-", "aws-us-gov"},
      {"us-isob-", "aws-iso-b"},
      {"us-isof-", "aws-iso-f"},
      {"us-iso-", "aws-iso"},
      {"eu-isoe-", "aws-iso-e"},
      {"eusc-", "aws-eusc"},
  }};
  for (const auto& [prefix, partition] : kPartitions) {
    if (region.starts_with(prefix)) return partition;
  }
  return "aws";
}

std::string zone_name(std::string_view region, std::string_view zone) {
  if (zone.size() == 1) return std::string(region).append(zone);
  return std::string(zone);
}

bool zone_of_region(std::string_view region, std::string_view zone) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (zone.size() == 1) return letter(zone.front());
  if (!zone.starts_with(region)) return false;
  zone.remove_prefix(region.size());
  if (zone.size() == 1) return letter(zone.front());
  return zone.size() > 2 && zone.front() == '-' && letter(zone.back());
}

bool zone_without_eks(std::string_view zone) { return zone == "us-east-1e"; }

std::optional<Arn> parse_arn(std::string_view text) {
  std::array<std::string, 6> parts;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  parts[5] = text;
  if (parts[0] != "arn" || parts[1].empty() || parts[2].empty() || parts[5].empty()) return std::nullopt;
  return Arn{parts[1], parts[2], parts[3], parts[4], parts[5]};
}

}  // namespace infra::facts
