#include <fmt/format.h>

#include "providers/aws/lower/routes.h"

namespace infra::aws {

namespace {

std::string api_protocol(const std::string& ours) {
  std::string out;
  for (const char c : ours) out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

Lowered lower_listener(const Lowering& lowering) {
  const auto& listener = lowering.resource;
  const auto* balancer = lowering.referred(listener.config["load_balancer"]);
  if (balancer == nullptr) return engine::nothing(lowering, {""});
  const auto* certificate = listener.config["certificate"].string();
  if (certificate != nullptr && !certificate->starts_with("arn:")) {
    lowering.diagnostics.error(
        "E0310", listener.place("certificate"),
        fmt::format("a certificate from a file ({}) isn't built on the platform aws yet", *certificate), "",
        "import it into ACM and give its ARN");
    return engine::nothing(lowering, {""});
  }
  auto inputs = entries({{"load_balancer", part_of(*balancer, "balancer", "arn")},
                         {"port", listener.config["port"]},
                         {"protocol", api_protocol(to_text(listener.config["protocol"]).value_or(""))}});
  if (certificate != nullptr) inputs.set("certificate", *certificate);
  Lowered out;
  if (!speaks_http(lowering, listener)) {
    const auto routes = routes_through(lowering, listener);
    const auto* route = engine::only_route(lowering, listener, routes);
    const auto* task = route != nullptr ? lowering.referred(route->service->config["task"]) : nullptr;
    const auto place = place_of_balancer(lowering, *balancer);
    if (task == nullptr || place.spots.empty()) return engine::nothing(lowering, {""});
    out.resources.push_back(make_part(lowering, "target", "target_group",
                                      target_group(lowering, *route, *task, place.vpc_id), Order::create_first));
    inputs.set("target_group", part_of(listener, "target", "arn"));
  }
  out.resources.push_back(make_part(lowering, "listener", "listener", std::move(inputs), Order::destroy_first));
  out.outputs = entries({{"", part_of(listener, "listener", "arn")}});
  return out;
}

}  // namespace infra::aws
