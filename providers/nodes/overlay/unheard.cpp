#include "providers/nodes/overlay/unheard.h"

#include <fmt/format.h>

#include "providers/nodes/overlay/swarm.h"

namespace infra::nodes::overlay {

namespace {

// Whom one node doesn't hear, "`a` and `c`", and by how much.
struct Deaf {
  std::vector<std::string> to;
  bool to_all = true;
  bool only_small = true;  // small packets come from each of them
  bool strangers = true;   // none of them is known to its engine
};

// "node `a`", "nodes `a` and `c`".
std::string names(const std::vector<std::string>& nodes) {
  std::string out = nodes.size() == 1 ? "node " : "nodes ";
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto* between = i == 0 ? "" : i + 1 == nodes.size() ? " and " : ", ";
    out += fmt::format("{}`{}`", between, nodes[i]);
  }
  return out;
}

Deaf deaf_of(const ProbedNode& node, const std::vector<ProbedNode>& all) {
  Deaf out;
  for (const auto& other : all) {
    if (other.node == node.node) continue;
    const auto heard = node.heard.find(other.node);
    if (heard != node.heard.end() && heard->second == "full") {
      out.to_all = false;
      continue;
    }
    out.to.push_back(other.node);
    if (heard == node.heard.end() || heard->second != "small") out.only_small = false;
    if (node.peers.contains(other.address)) out.strangers = false;
  }
  return out;
}

Error too_small(const ProbedNode& node, const Deaf& deaf, int packet) {
  return {.code = "E0619",
          .message = fmt::format("packets of {} bytes from containers of {} don't reach those of node `{}`, though "
                                 "small ones do: the network between them carries less than 1500 bytes at a time",
                                 packet, names(deaf.to), node.node),
          .help = "raise the MTU of the network between the nodes to 1500, and let UDP fragments and ICMP through"};
}

Error gossip(const ProbedNode& node, const Deaf& deaf) {
  return {.code = "E0619",
          .message = fmt::format("node `{}` hears nothing of {} at port {}, TCP and UDP, by which engines tell each "
                                 "other where containers and their names are",
                                 node.node, names(deaf.to), kGossipPort),
          .help = fmt::format("open port {} of {} (node `{}`) to the other nodes, TCP and UDP, and theirs to it",
                              kGossipPort, node.address, node.node)};
}

Error data(const ProbedNode& node, const Deaf& deaf) {
  return {.code = "E0619",
          .message = fmt::format("containers of {} don't reach those of node `{}`: what is sent to UDP port {} of {} "
                                 "doesn't arrive",
                                 names(deaf.to), node.node, kDataPort, node.address),
          .help = fmt::format(
              "open UDP port {} of node `{}` to the other nodes: its firewall, and the cloud's rules for its "
              "network; nothing else may use the port there (ss -lunp 'sport = :{}')",
              kDataPort, node.node, kDataPort)};
}

}  // namespace

std::optional<Error> unheard(const std::vector<ProbedNode>& nodes, int packet) {
  // First who hears nobody: it is its port that is closed, and what others don't hear of it follows from that.
  for (const bool to_all : {true, false}) {
    for (const auto& node : nodes) {
      const auto deaf = deaf_of(node, nodes);
      if (deaf.to.empty() || deaf.to_all != to_all) continue;
      if (deaf.only_small) return too_small(node, deaf, packet);
      return deaf.strangers ? gossip(node, deaf) : data(node, deaf);
    }
  }
  return std::nullopt;
}

}  // namespace infra::nodes::overlay
