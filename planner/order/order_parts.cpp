#include "planner/order/order_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "compiler/dag.h"

namespace infra {
namespace {

// Nodes are the parts, then one for each owner that is ready when all its parts are.
class PartOrder {
 public:
  PartOrder(LoweredGraph& graph, Diagnostics& diagnostics)
      : graph_(graph), diagnostics_(diagnostics), parts_(graph.resources.size()), dag_(parts_ + graph.owners.size()) {}

  void find() {
    for (std::size_t i = 0; i < parts_; ++i) add_part(i);
    for (const auto node : dag_.order()) {
      if (node < parts_) graph_.order.push_back(node);
    }
    if (graph_.order.empty() && parts_ > 0) report_cycle(dag_.cycle());
  }

 private:
  void add_part(std::size_t i) {
    const auto& part = graph_.resources[i];
    if (i > 0 && part.address == graph_.resources[i - 1].address) {
      report(part, fmt::format("internal error: {} was lowered twice", part.address.text()));
    }
    if (const auto owner = owner_index(part.address)) dag_.add(parts_ + *owner, i);
    for (const auto& needed : part.depends_on) add_edge(i, needed);
  }

  void add_edge(std::size_t part, const Address& needed) {
    const auto found = needed.is_owner() ? owner_index(needed) : part_index(needed);
    if (found) {
      dag_.add(part, needed.is_owner() ? parts_ + *found : *found);
      return;
    }
    const auto& from = graph_.resources[part];
    report(from, fmt::format("internal error: {} needs {}, which nothing was lowered to", from.address.text(),
                             needed.text()));
  }

  void report_cycle(const std::vector<std::size_t>& cycle) {
    std::string path;
    for (const auto node : cycle) {
      const auto& address = node < parts_ ? graph_.resources[node].address : graph_.owners[node - parts_].address;
      path += address.text() + " → ";
    }
    const auto first = cycle.front();
    const auto message = fmt::format("internal error: what this was lowered to waits for itself: {}…", path);
    if (first < parts_) return report(graph_.resources[first], message);
    diagnostics_.error("E0999", Span{}, message);
  }

  void report(const LoweredResource& part, std::string message) {
    const auto owner = owner_index(part.address);
    diagnostics_.error("E0999", owner ? graph_.owners[*owner].span : Span{}, std::move(message));
  }

  // Of a part, or of the owner itself.
  [[nodiscard]] std::optional<std::size_t> owner_index(const Address& address) const {
    const auto earlier = [](const Address& a, const Address& b) {
      return std::tie(a.kind, a.path) < std::tie(b.kind, b.path);
    };
    const auto& all = graph_.owners;
    const auto at = std::lower_bound(all.begin(), all.end(), address,
                                     [&](const LoweredOwner& o, const Address& a) { return earlier(o.address, a); });
    if (at == all.end() || earlier(address, at->address)) return std::nullopt;
    return static_cast<std::size_t>(at - all.begin());
  }

  [[nodiscard]] std::optional<std::size_t> part_index(const Address& address) const {
    const auto& all = graph_.resources;
    const auto at = std::lower_bound(all.begin(), all.end(), address,
                                     [](const LoweredResource& r, const Address& a) { return r.address < a; });
    if (at == all.end() || at->address != address) return std::nullopt;
    return static_cast<std::size_t>(at - all.begin());
  }

  LoweredGraph& graph_;
  Diagnostics& diagnostics_;
  const std::size_t parts_;
  Dag dag_;
};

}  // namespace

void order_parts(LoweredGraph& graph, Diagnostics& diagnostics) { PartOrder(graph, diagnostics).find(); }

}  // namespace infra
