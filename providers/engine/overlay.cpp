#include "providers/engine/overlay.h"

#include <algorithm>

#include "base/text/units.h"
#include "providers/engine/service_outputs.h"

namespace infra::engine {

namespace {

bool is_loopback(const Ip& ip) {
  if (!ip.v6) return ip.bytes[0] == 127;
  return std::all_of(ip.bytes.begin(), ip.bytes.end() - 1, [](auto byte) { return byte == 0; }) && ip.bytes[15] == 1;
}

// A tunnel's end on this machine, or an engine of this machine, says nothing of where others reach the node.
bool is_remote(const Value& node) {
  const auto host = host_of_endpoint(node);
  if (!host || *host == "localhost") return false;
  const auto ip = parse_ip(*host);
  return !ip || !is_loopback(*ip);
}

}  // namespace

bool spans_nodes(const PlatformDecl& platform) {
  if (platform.kind != "nodes") return false;
  const auto nodes = nodes_of(platform);
  return nodes.size() > 1 && std::any_of(nodes.begin(), nodes.end(), [](const NodeInfo& node) {
           return !node.config["address"].is_null() || is_remote(node.config);
         });
}

std::optional<std::string> address_among_nodes(const Value& node) {
  if (const auto* stated = node["address"].get<Ip>())
    return is_loopback(*stated) ? std::nullopt : std::optional(format_ip(*stated));
  auto host = host_of_endpoint(node);
  if (!host) return std::nullopt;
  if (host->starts_with('[') && host->ends_with(']')) host = host->substr(1, host->size() - 2);
  const auto ip = parse_ip(*host);
  return ip && !is_loopback(*ip) ? std::optional(format_ip(*ip)) : std::nullopt;
}

}  // namespace infra::engine
