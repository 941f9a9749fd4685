#include <fmt/format.h>

#include "providers/engine/container_inputs.h"
#include "providers/engine/placement.h"
#include "providers/engine/service_network.h"
#include "providers/engine/service_outputs.h"
#include "providers/engine/task_group.h"

namespace infra::engine {

namespace {

struct Copy {
  const Lowering& lowering;
  const ServiceView& view;
  const Resource* subnet;
  const Instance& instance;

  [[nodiscard]] Address address(const std::string& label) const {
    return view.service->address.with_part(part_name(view, instance, label));
  }
};

// Without a network of its own only the host's ports mean anything; in awsvpc mode nothing is published.
List port_inputs(const ServiceView& view, const std::string& label) {
  List out;
  if (view.mode != "bridge" && view.mode != "host") return out;
  for (const auto& port : view.ports) {
    if (port.container != label) continue;
    out.push_back(
        Map({{"name", port.name}, {"container", port.inside}, {"host", port.host}, {"protocol", port.protocol}}));
  }
  return out;
}

bool is_group(const ServiceView& view) { return view.containers->size() > 1; }

// What ends on its own can't lend its network, nor wait for one: it joins the subnet by itself.
bool joins_owner(const ServiceView& view, const std::string& owner, const std::string& label) {
  return view.mode == "awsvpc" && label != owner && runs_until(*view.containers, label) == "running";
}

std::vector<Address> needs_of(const Copy& copy, const std::string& label) {
  std::vector<Address> out;
  for (const auto& waited : waits_for(*copy.view.containers->find(label))) out.push_back(copy.address(waited));
  return out;
}

Replace order_of(const ServiceView& view, Replace asked) {
  if (asked != Replace::by_platform) return asked;
  return has_fixed_port(view) ? Replace::destroy_first : Replace::create_first;
}

// What the task leaves to somebody else, as far as it is about this container: `container.web.image` is its `image`.
void add_ignored(const ServiceView& view, const std::string& label, std::vector<std::string>& ignored) {
  const auto own = fmt::format("container.{}.", label);
  for (const auto& path : view.task->options.ignore) {
    if (path.starts_with(own)) {
      ignored.push_back(path.substr(own.size()));
    } else if (!path.starts_with("container.")) {
      ignored.push_back(path);
    }
  }
  keep_derived_name(*view.service, ignored);
}

LoweredResource container_of(const Copy& copy, const std::string& label) {
  const auto& view = copy.view;
  const auto part = part_name(view, copy.instance, label);
  const auto owner = network_owner(*view.containers);
  auto inputs = container_inputs(copy.lowering, view, label);
  inputs.set("node", copy.instance.node);
  inputs.set("name", fmt::format("{}-{}{}", world_name(copy.lowering, *view.service), copy.instance.key,
                                 is_group(view) ? "-" + run_time_name(label) : ""));
  inputs.set("network", network_input(copy.lowering, view, copy.subnet, copy.instance.node, copy.address(owner),
                                      joins_owner(view, owner, label)));
  if (auto ports = port_inputs(view, label); !ports.empty()) inputs.set("ports", std::move(ports));
  auto out = copy.lowering.part(part, "container", std::move(inputs), needs_of(copy, label));
  out.options.replace = order_of(view, out.options.replace);
  add_ignored(view, label, out.options.ignore);
  out.batch = view.service->address.text();
  return out;
}

// A second container beside the first can't have the same host port.
bool check_order(const Lowering& lowering, const ServiceView& view) {
  if (lowering.resource.options.replace != Replace::create_first || !has_fixed_port(view)) return true;
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
  const auto* subnet = subnet_of(lowering, *view);
  if (view->mode == "awsvpc" && subnet == nullptr) return nothing(lowering, {"urls", "address"});
  const auto instances = place(lowering, *view);
  Lowered out;
  for (const auto& instance : instances) {
    const Copy copy{.lowering = lowering, .view = *view, .subnet = subnet, .instance = instance};
    for (const auto& [label, container] : *view->containers) out.resources.push_back(container_of(copy, label));
  }
  out.outputs = service_outputs(lowering, *view, instances);
  return out;
}

}  // namespace infra::engine
