#include <fmt/format.h>

#include "providers/simulator/blueprint.h"
#include "providers/simulator/tables.h"

namespace infra::simulator {

// It holds the ports of its listeners, as they were when it was made.
Result<Blueprint> load_balancer_blueprint(Tables& world, const Wish& wish) {
  const auto& inputs = wish.request.inputs;
  Blueprint out{.node = text_of(inputs["node"]),
                .name = fmt::format("{}-{}", text_of(inputs["name"]), wish.request.token.substr(0, 6))};
  out.outputs = Map({{"id", wish.id}, {"address", "127.0.0.1"}});
  const auto* listeners = inputs["listeners"].list();
  if (wish.exists || listeners == nullptr) return out;
  for (const auto& listener : *listeners) {
    const auto* port = listener["port"].integer();
    Lease lease{.pool = fmt::format("{} tcp", out.node), .number = port != nullptr ? *port : 0};
    auto holder = world.holder(lease);
    if (!holder) return std::move(holder).error();
    if (*holder) {
      return Error{
          .code = "E0606",
          .message = fmt::format("port {} of node \"{}\" is taken by \"{}\"", lease.number, out.node, **holder),
          .help = "free the port, or give the listener another one"};
    }
    out.leases.push_back(std::move(lease));
  }
  return out;
}

// No authority gives it, and it never expires. So are routes through others' load balancers: a name, and nothing else.
Result<Blueprint> certificate_blueprint(Tables&, const Wish& wish) {
  Blueprint out{.name = wish.request.address.text()};
  out.outputs = Map(std::vector<Entry>{{"id", wish.id}});
  if (wish.request.type == "acme_account") out.outputs.set("thumbprint", "simulated");
  return out;
}

}  // namespace infra::simulator
