#include <fmt/format.h>

#include "providers/aws/lower/aws_routes.h"
#include "providers/certificates/pem.h"

namespace infra::aws {

namespace {

std::string api_protocol(const std::string& ours) {
  std::string out;
  for (const char c : ours) out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

// An ARN, or what is imported into ACM; null: none is asked for. nullopt: it can't be used.
std::optional<Value> certificate_of(const Lowering& lowering, Lowered& out) {
  const auto& listener = lowering.resource;
  const auto certificate = engine::certificate_of(lowering, listener);
  const auto* arn = certificate.string();
  if (listener.config["certificate"].is_null() || (arn != nullptr && arn->starts_with("arn:"))) return certificate;
  const auto* secret = certificate.get<Secret>();
  const auto* text = secret != nullptr ? secret->inner->string() : nullptr;
  if (secret == nullptr || (text != nullptr && !pem::split(*text).whole())) {
    lowering.diagnostics.error(
        "E0416", listener.place("certificate"),
        fmt::format("the certificate of listener `{}` is neither an ARN of ACM nor PEM with certificate and key",
                    listener.address.path),
        "",
        "give certificate and key in one text, as a secret: param tls: Secret<String>, and then infra secret set tls "
        "--from file:site.pem");
    return std::nullopt;
  }
  out.resources.push_back(
      make_part(lowering, "certificate", "certificate", entries({{"pem", certificate}}), Order::create_first));
  return part_of(listener, "certificate", "arn");
}

}  // namespace

Lowered lower_listener(const Lowering& lowering) {
  const auto& listener = lowering.resource;
  const auto* balancer = lowering.referred(listener.config["load_balancer"]);
  if (balancer == nullptr) return engine::nothing(lowering, {""});
  Lowered out;
  const auto certificate = certificate_of(lowering, out);
  if (!certificate) return engine::nothing(lowering, {""});
  auto inputs = entries({{"load_balancer", part_of(*balancer, "balancer", "arn")},
                         {"port", listener.config["port"]},
                         {"protocol", api_protocol(to_text(listener.config["protocol"]).value_or(""))}});
  if (!certificate->is_null()) inputs.set("certificate", *certificate);
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
  set_name_tag(listener, out.resources.back());
  out.outputs = entries({{"", part_of(listener, "listener", "arn")}});
  return out;
}

}  // namespace infra::aws
