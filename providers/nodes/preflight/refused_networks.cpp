#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <thread>

#include "base/text/units.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/networks.h"
#include "providers/nodes/preflight/node_preflight.h"
#include "providers/nodes/this_machine.h"

namespace infra::nodes {
namespace {

struct Other {
  std::string what;  // "the network other"
  Cidr cidr;
};

// Of the engine; ours are left to the plan, which knows what becomes of them.
struct Networks {
  std::vector<Other> others, ours;
};

Result<Networks> networks_on(const Context& context) {
  Networks out;
  auto reply = context.engine.list("/networks", shapes::listed_network(), [&](const Value& network) {
    const auto* configs = network["IPAM"]["Config"].list();
    if (configs == nullptr) return;
    const bool ours = text_of(network["Labels"]["infra.lineage"]) == context.owner.lineage;
    for (const auto& config : *configs) {
      const auto cidr = parse_cidr(text_of(config["Subnet"]), true);
      if (cidr) (ours ? out.ours : out.others).push_back({"the network " + text_of(network["Name"]), *cidr});
    }
  });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "list its networks");
  return out;
}

int prefix_of(const unsigned char* mask, std::size_t size) {
  int out = 0;
  for (std::size_t i = 0; i < size; ++i) {
    for (unsigned bit = 0x80; bit != 0 && (mask[i] & bit) != 0; bit >>= 1U) ++out;
  }
  return out;
}

std::optional<Cidr> cidr_of(const ifaddrs& device) {
  if (device.ifa_addr == nullptr || device.ifa_netmask == nullptr) return std::nullopt;
  Cidr out;
  const unsigned char* bytes = nullptr;
  const unsigned char* mask = nullptr;
  std::size_t size = 4;
  if (device.ifa_addr->sa_family == AF_INET) {
    bytes = reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in*>(device.ifa_addr)->sin_addr);
    mask = reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in*>(device.ifa_netmask)->sin_addr);
  } else if (device.ifa_addr->sa_family == AF_INET6) {
    bytes = reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in6*>(device.ifa_addr)->sin6_addr);
    mask =
        reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in6*>(device.ifa_netmask)->sin6_addr);
    size = 16;
    out.base.v6 = true;
  } else {
    return std::nullopt;
  }
  std::memcpy(out.base.bytes.data(), bytes, size);
  out.prefix = static_cast<std::uint8_t>(prefix_of(mask, size));
  return out;
}

// Of this machine's devices, but for loopback, link-local addresses and the bridges of the engine's networks.
std::vector<Other> devices(const Networks& networks) {
  std::vector<Other> out;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return out;
  for (const auto* device = all; device != nullptr; device = device->ifa_next) {
    const auto cidr = cidr_of(*device);
    if (!cidr || std::string_view(device->ifa_name) == "lo") continue;
    if (cidr->base.v6 && cidr->base.bytes[0] == 0xfe) continue;
    const auto is_bridge = [&](const Other& network) { return overlaps(network.cidr, *cidr); };
    if (std::any_of(networks.ours.begin(), networks.ours.end(), is_bridge)) continue;
    if (std::any_of(networks.others.begin(), networks.others.end(), is_bridge)) continue;
    out.push_back({fmt::format("the address {} of the device {}", format_cidr(*cidr), device->ifa_name), *cidr});
  }
  freeifaddrs(all);
  return out;
}

bool is_network(const CreateRequest* request) {
  return request->type == "network" && request->inputs["cidr"].get<Cidr>() != nullptr;
}

Provider::Refusal refusal(const Context& context, const CreateRequest& request, const Other& other) {
  const auto range = other.what.starts_with("the network") ? fmt::format(" ({})", format_cidr(other.cidr)) : "";
  return {request.address,
          {.code = "E0609",
           .message = fmt::format("the addresses {} of network {} overlap with {}{} on node `{}`",
                                  format_cidr(*request.inputs["cidr"].get<Cidr>()), text_of(request.inputs["name"]),
                                  other.what, range, context.engine.node()),
           .help = "choose another `cidr`"}};
}

// Of the networks that are wanted, those that overlap with one of these.
std::vector<Provider::Refusal> overlapping(const Context& context, const Wanted& wanted,
                                           const std::vector<Other>& others) {
  std::vector<Provider::Refusal> out;
  for (const auto* request : wanted) {
    if (!is_network(request)) continue;
    const auto& cidr = *request->inputs["cidr"].get<Cidr>();
    const auto other =
        std::find_if(others.begin(), others.end(), [&](const Other& o) { return overlaps(o.cidr, cidr); });
    if (other != others.end()) out.push_back(refusal(context, *request, *other));
  }
  return out;
}

}  // namespace

std::vector<Provider::Refusal> refused_networks(const Context& context, const Wanted& wanted) {
  if (std::none_of(wanted.begin(), wanted.end(), is_network)) return {};
  const bool here = shares_network(context.engine);
  for (int look = 1;; ++look) {
    const auto networks = networks_on(context);
    if (!networks) return {};  // who doesn't answer refuses nothing
    auto out = overlapping(context, wanted, networks->others);
    if (!here || !out.empty()) return out;
    out = overlapping(context, wanted, devices(*networks));
    if (out.empty() || look == kLooksAtBridges) return out;
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace infra::nodes
