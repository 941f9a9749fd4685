#include <fmt/format.h>

#include "providers/aws/lower/lower.h"

namespace infra::aws {

Lowered lower_listener(const Lowering& lowering) {
  const auto& listener = lowering.resource;
  const auto* balancer = lowering.referred(listener.config["load_balancer"]);
  if (balancer == nullptr) return engine::nothing(lowering, {""});
  const auto protocol = to_text(listener.config["protocol"]).value_or("");
  const auto* certificate = listener.config["certificate"].string();
  const bool foreign = certificate != nullptr && !certificate->starts_with("arn:");
  if ((protocol != "http" && protocol != "https") || foreign) {
    const auto what = foreign ? fmt::format("a certificate from a file ({})", *certificate)
                              : fmt::format("a listener of protocol {}", protocol);
    lowering.diagnostics.error("E0310", listener.place(foreign ? "certificate" : "protocol"),
                               what + " isn't built on the platform aws yet", "",
                               foreign ? "import it into ACM and give its ARN" : "use http or https");
    return engine::nothing(lowering, {""});
  }
  Map inputs(std::vector<Entry>{{"load_balancer", part_of(*balancer, "balancer", "arn")},
                                {"port", listener.config["port"]},
                                {"protocol", protocol == "http" ? "HTTP" : "HTTPS"}});
  if (certificate != nullptr) inputs.set("certificate", *certificate);
  Lowered out;
  out.resources.push_back(make_part(lowering, "listener", "listener", std::move(inputs), Order::destroy_first));
  out.outputs = entries({{"", part_of(listener, "listener", "arn")}});
  return out;
}

}  // namespace infra::aws
