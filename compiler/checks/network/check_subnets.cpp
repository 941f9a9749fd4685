#include <fmt/format.h>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"

namespace infra::checks {
namespace {

const Resource* target_of(const Graph& graph, const Value& value) {
  const auto* ref = value.ref();
  return ref != nullptr ? graph.find(ref->address) : nullptr;
}

// What has an address in several subnets is in one network.
void check_one_vpc(const Graph& graph, const Resource& resource, const List& subnets, Diagnostics& diagnostics) {
  const Resource* first = nullptr;
  for (const auto& one : subnets) {
    const auto* subnet = target_of(graph, one);
    if (subnet == nullptr || subnet->config["vpc"].ref() == nullptr) continue;
    if (first == nullptr) first = subnet;
    if (subnet->config["vpc"].ref()->address == first->config["vpc"].ref()->address) continue;
    auto& diagnostic = diagnostics.error(
        "E0415", resource.place("subnets"), fmt::format("{} is in subnets of two vpcs", named(resource)),
        fmt::format("of {}", subnet->config["vpc"].ref()->address.text()), "choose subnets of one vpc");
    diagnostic.secondary.push_back(
        {first->span, fmt::format("another one is of {}", first->config["vpc"].ref()->address.text())});
    return;
  }
}

}  // namespace

void subnets(const CheckInput& input, Diagnostics& diagnostics) {
  const auto& graph = input.graph;
  for (const auto& resource : graph.resources) {
    const auto* list = resource.config["subnets"].list();
    if (list != nullptr) check_one_vpc(graph, resource, *list, diagnostics);
  }
}

}  // namespace infra::checks
