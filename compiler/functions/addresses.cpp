#include <fmt/format.h>

#include "base/text/units.h"
#include "compiler/functions/families.h"

namespace infra {
namespace {

const Cidr& cidr_at(const List& a, std::size_t i) {
  const auto* c = a[i].get<Cidr>();
  if (c == nullptr) throw FunctionError{"a network is missing"};
  return *c;
}

Value slice_network(const List& a) {
  const auto& network = cidr_at(a, 0);
  const auto prefix = int_at(a, 1);
  const auto index = int_at(a, 2);
  const auto part = prefix >= 0 && prefix <= 128 ? slice(network, static_cast<int>(prefix), index) : std::nullopt;
  if (!part) throw FunctionError{fmt::format("{} has no /{} number {}", format_cidr(network), prefix, index)};
  return *part;
}

Value host_address(const List& a) {
  const auto ip = host(cidr_at(a, 0), int_at(a, 1));
  if (!ip) throw FunctionError{fmt::format("{} has no address number {}", format_cidr(cidr_at(a, 0)), int_at(a, 1))};
  return *ip;
}

Value networks_overlap(const List& a) { return overlaps(cidr_at(a, 0), cidr_at(a, 1)); }
Value prefix_length(const List& a) { return static_cast<std::int64_t>(cidr_at(a, 0).prefix); }

}  // namespace

std::vector<Function> network_functions() {
  return {
      {"slice", "(Cidr, Int, Int) -> Cidr", "cidr.slice(24, i): the i-th /24 of the network.", slice_network},
      {"host", "(Cidr, Int) -> Ip", "cidr.host(5): the address number 5; -1 is the last.", host_address},
      {"overlaps", "(Cidr, Cidr) -> Bool", "Do the networks share an address?", networks_overlap},
      {"prefix", "(Cidr) -> Int", "The length of the network's prefix.", prefix_length},
  };
}

}  // namespace infra
