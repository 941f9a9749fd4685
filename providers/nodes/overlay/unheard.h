// What a probe found, in words.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace infra::nodes::overlay {

struct ProbedNode {
  std::string node;
  std::string address;                            // in the network of the nodes
  std::map<std::string, std::string> heard = {};  // by node: "full", "small" or "none"
  std::set<std::string> peers = {};               // addresses of the nodes that its engine shares this network with
};

// nullopt: each hears the others in full.
std::optional<Error> unheard(const std::vector<ProbedNode>& nodes, int packet);

}  // namespace infra::nodes::overlay
