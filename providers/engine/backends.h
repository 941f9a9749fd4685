// The backends of a load balancer, from the routes that lead to them: as inputs of the types that tell a HAProxy of
// them.
#pragma once
#include <string>
#include <vector>

#include "providers/engine/routes.h"
#include "providers/engine/service_view.h"

namespace infra::engine {

// Routes to one port that want the same share a backend.
class Backends {
 public:
  explicit Backends(const Lowering& lowering) : lowering_(lowering) {}

  // [{ host?, path?, backend }] of routes in the order in which they are tried. One whose service can't be read is left
  // out: others report it.
  List rules_of(const std::vector<RouteView>& routes, bool http);
  [[nodiscard]] Map take() { return std::move(all_); }

 private:
  std::string add(const RouteView& route, bool http);
  [[nodiscard]] Map backend_of(const RouteView& route, const ServiceView& view, bool http) const;

  const Lowering& lowering_;
  Map all_;
};

}  // namespace infra::engine
