#include <fmt/format.h>

#include "providers/simulator/blueprint.h"

namespace infra::simulator {

Health job_health(const Value& inputs) {
  const auto health = task_health(inputs);
  if (health.now == Health::stopped)
    return {.now = Health::stopped, .exit = health.exit, .detail = "it exited with code 1"};
  return {.now = Health::completed, .detail = "exited with code 0"};
}

// On the first of its nodes. It has ended when it is there: nothing of it holds a port or an address.
Result<Blueprint> job_blueprint(Tables& /*world*/, const Wish& wish) {
  const auto& inputs = wish.request.inputs;
  const auto* nodes = inputs["nodes"].map();
  Blueprint out{.node = nodes != nullptr && !nodes->empty() ? nodes->begin()->first : "",
                .name = fmt::format("{}-{}", text_of(inputs["name"]), wish.request.token.substr(0, 6))};
  if (wish.exists) return out;
  Map containers;
  if (const auto* all = inputs["containers"].map()) {
    for (const auto& [label, container] : *all) containers.set(label, wish.id + label);
  }
  out.outputs =
      Map({{"node", out.node}, {"exit_code", job_health(inputs).exit}, {"containers", std::move(containers)}});
  return out;
}

}  // namespace infra::simulator
