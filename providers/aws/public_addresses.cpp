#include "providers/aws/public_addresses.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "providers/aws/api/xml.h"

namespace infra::aws {

namespace {

// One of each task.
std::size_t of_service(const Value& inputs) {
  if (text_of(inputs["network"]["awsvpcConfiguration"]["assignPublicIp"]) != "ENABLED") return 0;
  return static_cast<std::size_t>(first_copies(inputs["desired"], inputs["initial"]));
}

// One in each of its subnets.
std::size_t of_balancer(const Value& inputs) {
  return flag_of(inputs["internal"]) ? 0 : items_of(inputs["subnets"]).size();
}

struct Row {
  std::string_view type;
  std::size_t (*count)(const Value& inputs);
};
constexpr std::array<Row, 2> kRows = {{{"ecs_service", of_service}, {"load_balancer", of_balancer}}};

}  // namespace

std::int64_t first_copies(const Value& desired, const Value& initial) {
  return std::max<std::int64_t>(0, number_of(desired.is_null() ? initial : desired));
}

std::size_t public_addresses(std::string_view type, const Value& inputs) {
  const auto* at = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.type == type; });
  return at != kRows.end() && inputs.map() != nullptr ? at->count(inputs) : 0;
}

}  // namespace infra::aws
