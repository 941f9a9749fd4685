#include <fmt/format.h>

#include "providers/engine/task_group.h"

namespace infra::engine {

namespace {

void check_port(const Lowering& lowering, const std::string& container, const Entry& port) {
  const auto& host = port.second["host"];
  const bool dynamic = host.is_null() || (host.string() != nullptr && *host.string() == "dynamic");
  const bool fixed = host.integer() != nullptr && *host.integer() >= 1 && *host.integer() <= 65535;
  if (dynamic || fixed) return;
  lowering.diagnostics.error("E0412",
                             lowering.resource.place(fmt::format("container.{}.port.{}.host", container, port.first)),
                             fmt::format("port `{}` can't have {} as its host port", port.first, to_source(host)), "",
                             "write a number from 1 to 65535, or `dynamic`");
}

// Labels and plain `env` can be read by everyone who may ask the engine; a secret belongs in `secrets`.
void check_secrets(const Lowering& lowering, const std::string& label, const Value& container) {
  for (const auto* attribute : {"env", "labels"}) {
    if (!container[attribute].has_secret()) continue;
    lowering.diagnostics.error("E0413", lowering.resource.place(fmt::format("container.{}.{}", label, attribute)),
                               fmt::format("`{}` of container `{}` would show a secret", attribute, label), "",
                               "move it to `secrets`");
  }
}

}  // namespace

// A task is what its services run; alone it is nothing in the world. What is wrong with it is said here, once, and not
// by each service.
Lowered lower_task(const Lowering& lowering) {
  check_group(lowering);
  const auto* containers = lowering.resource.config["container"].map();
  if (containers == nullptr) return {};
  for (const auto& [label, container] : *containers) {
    check_secrets(lowering, label, container);
    const auto* ports = container["port"].map();
    if (ports == nullptr) continue;
    for (const auto& port : *ports) check_port(lowering, label, port);
  }
  return {};
}

}  // namespace infra::engine
