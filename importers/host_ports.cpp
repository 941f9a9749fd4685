#include "importers/host_ports.h"

#include <fmt/format.h>

namespace infra::importing {

std::string copies_text(std::int64_t copies) { return fmt::format("{} {}", copies, copies == 1 ? "copy" : "copies"); }

std::string NodePorts::refuse(const NodePort& port, const std::string& who, std::int64_t copies) {
  if (copies > 1) return fmt::format("only one of {} copies could have the node's port", copies);
  auto why = taken(port);
  if (why.empty()) take(port, who);
  return why;
}

Seats NodePorts::seat(const std::vector<NodePort>& ports, const std::string& who, std::int64_t copies) {
  if (copies == 0 || ports.empty()) return {.copies = copies, .why = ""};
  for (const auto& port : ports) {
    if (auto why = taken(port); !why.empty()) return {.copies = 0, .why = std::move(why)};
  }
  for (const auto& port : ports) take(port, who);
  if (copies == 1) return {.copies = 1, .why = ""};
  return {.copies = 1, .why = "in network mode host each needs a node of its own"};
}

std::string NodePorts::taken(const NodePort& port) const {
  const auto at = holders_.find({port.protocol, port.number});
  return at == holders_.end() ? "" : fmt::format("{} has port {} of the node", at->second, port.number);
}

void NodePorts::take(const NodePort& port, const std::string& who) {
  holders_.emplace(std::pair(port.protocol, port.number), who);
}

}  // namespace infra::importing
