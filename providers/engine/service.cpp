#include <fmt/format.h>

#include <algorithm>

#include "facts/rollout.h"
#include "providers/engine/container_inputs.h"
#include "providers/engine/foreign_routes.h"
#include "providers/engine/load_balancer.h"
#include "providers/engine/placement.h"
#include "providers/engine/service_network.h"
#include "providers/engine/service_outputs.h"
#include "providers/engine/task_inputs.h"
#include "providers/engine/task_volumes.h"

namespace infra::engine {

namespace {

// A daemon stops its old copy first unless it is told otherwise: ECS's default for it is 0 and 100 percent. So does
// what has a named volume: no program may find its data in the hands of its former self.
Map deploy_input(const Lowering& lowering, const ServiceView& view) {
  const auto& service = *view.service;
  const auto& stated = service.config["deploy"];
  const bool keeps_data = !named_volumes(view).empty();
  const bool in_place = view.daemon || keeps_data;
  const auto percent = [&](const char* name, double of_daemon, double usual) {
    const bool told = service.written(std::string("deploy.") + name).has_value();
    const auto* given = stated[name].get<Percent>();
    if (given != nullptr && (told || !in_place)) return Value(*given);
    return Value(Percent{in_place ? of_daemon : usual});
  };
  Map out({{"min", percent("min", 0, 100)}, {"max", percent("max", 100, 200)}});
  const auto* rollback = stated["rollback"].string();
  out.set("rollback", rollback == nullptr || *rollback != "never");
  const auto start = longest_start_of_group(*view.containers);
  const auto* settle = stated["settle"].get<Duration>();
  const bool told = settle != nullptr && *settle != facts::kSettlingTime;
  if (told) out.set("settle", *settle);
  out.set("start", Duration{start + (told ? settle->ms : 0)});
  if (const auto& deadline = stated["deadline"]; !deadline.is_null()) out.set("deadline", deadline);
  if (const auto drain = drain_of(service)) out.set("drain", *drain);
  if (keeps_data || lowering.resource.options.replace == Replace::destroy_first) out.set("stop_first", true);
  return out;
}

Map place_input(const Lowering& lowering, const ServiceView& view, const std::vector<std::string>& nodes) {
  Map out;
  const auto& stated = view.service->config["place"];
  for (const auto* name : {"spread", "binpack", "distinct", "where"}) {
    if (const auto& value = stated[name]; !value.is_null()) out.set(name, value);
  }
  if (const auto names = named_volumes(view); !names.empty()) out.set("volumes", List(names.begin(), names.end()));
  if (nodes.size() < nodes_of(lowering.context.platform).size()) out.set("nodes", List(nodes.begin(), nodes.end()));
  return out;
}

// What the task leaves to somebody else: `container.web.image` of the task stands in `task.containers.web.image`.
void add_ignored(const ServiceView& view, std::vector<std::string>& ignored) {
  for (const auto& path : view.task->options.ignore) {
    if (path.starts_with("container.")) ignored.push_back("task.containers." + path.substr(10));
  }
  const auto* name = view.service->config["name"].string();
  if (name == nullptr) ignored.emplace_back("task.name");
}

Value address_of(const Lowering& lowering, const ServiceView& view, const std::vector<std::string>& nodes) {
  if (view.mode == "none" || nodes.empty()) return Null{};
  if (view.mode == "awsvpc") return network_alias(view);
  return node_host(lowering.context.platform, nodes.front());
}

// A second copy beside the first can't have the same host port.
bool check_order(const Lowering& lowering, const ServiceView& view) {
  if (lowering.resource.options.replace != Replace::create_first) return true;
  if (const auto names = named_volumes(view); !names.empty()) {
    lowering.diagnostics.error("E0415", lowering.resource.place("replace"),
                               fmt::format("service `{}` can't start its new copies first: they need the volume {}",
                                           lowering.resource.address.path, names.front()),
                               "", "leave `replace` out: one copy at a time has the data");
    return false;
  }
  if (!has_fixed_port(view)) return true;
  lowering.diagnostics.error("E0404", lowering.resource.place("replace"),
                             fmt::format("service `{}` can't start its new copies first: they have a fixed host port",
                                         lowering.resource.address.path),
                             "", "use replace = destroy_first, or host = dynamic");
  return false;
}

}  // namespace

Lowered lower_service(const Lowering& lowering) {
  const auto view = view_of(lowering, lowering.resource);
  if (!view || !check_order(lowering, *view)) return nothing(lowering, {"urls", "address"});
  const auto subnets = subnets_of(lowering, *view);
  if (view->mode == "awsvpc" && subnets.empty()) return nothing(lowering, {"urls", "address"});
  const auto nodes = nodes_for(lowering, *view);
  if (!check_place(lowering, *view, nodes)) return nothing(lowering, {"urls", "address"});
  if (!check_host_ports(lowering, *view, nodes)) return nothing(lowering, {"urls", "address"});
  Map inputs({{"task", task_inputs(lowering, *view)},
              {"desired", view->desired},
              {"deploy", deploy_input(lowering, *view)},
              {"address", address_of(lowering, *view, nodes)}});
  if (view->daemon) inputs.set("daemon", true);
  if (const auto& scale = view->service->config["scale"]; !scale.is_null()) inputs.set("scale", scale);
  if (auto place = place_input(lowering, *view, nodes); !place.empty()) inputs.set("place", std::move(place));
  if (auto networks = nodes_input(lowering, subnets, nodes); !networks.empty())
    inputs.set("nodes", std::move(networks));
  if (auto access = access_of(lowering, *view); !access.empty()) inputs.set("access", std::move(access));
  auto part = lowering.part("tasks", "task_set", std::move(inputs), registries_of(lowering, *view));
  add_ignored(*view, part.options.ignore);
  for (auto& balancer : balancers_of(lowering, *view->service)) part.depends_on.push_back(std::move(balancer));
  Lowered out;
  for (auto& routes : foreign_routes(lowering, *view->service)) {
    part.depends_on.push_back(routes.address);
    out.resources.push_back(std::move(routes));
  }
  std::sort(part.depends_on.begin(), part.depends_on.end());
  Value urls = Ref{.address = part.address, .attribute = "urls"};
  if (auto routed = urls_of_routes(lowering, *view->service); !routed.empty()) urls = std::move(routed);
  out.outputs = Map({{"urls", urls}, {"address", address_of(lowering, *view, nodes)}});
  out.resources.push_back(std::move(part));
  return out;
}

}  // namespace infra::engine
