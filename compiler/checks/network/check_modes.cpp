#include <fmt/format.h>

#include <set>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

bool allowed(Launch launch, const std::string& mode) {
  if (launch == Launch::fargate) return mode == "awsvpc";
  if (launch == Launch::kubernetes) return mode == "awsvpc" || mode == "host";
  return true;
}

void check_mode(const Use& use, Diagnostics& diagnostics) {
  if (use.mode.empty() || allowed(use.launch, use.mode)) return;
  const auto place = use.mode_place();
  auto& diagnostic = diagnostics.error(
      "E0402", place, fmt::format("{} can't use network mode {} on {}", named(*use.task), use.mode, text(use.launch)),
      use.launch == Launch::fargate ? "Fargate takes awsvpc only" : "Kubernetes takes awsvpc and host",
      "use awsvpc: each task gets an address of its own");
  diagnostic.secondary.push_back({use.launch_place(), "it runs here"});
  diagnostic.fixes.push_back({place, "awsvpc"});
}

// In a network of its own, and in the host's, a container has no other port than its own.
void check_port_pair(const Use& use, const std::string& label, const Entry& port, Diagnostics& diagnostics) {
  const auto& host = port.second["host"];
  const auto* inside = port.second["container"].integer();
  const bool dynamic = host.string() != nullptr;
  if (inside == nullptr || (!dynamic && (host.integer() == nullptr || *host.integer() == *inside))) return;
  const auto path = fmt::format("{}port.{}", container_path(label), port.first);
  auto& diagnostic = diagnostics.error(
      "E0403", use.task->place(path + ".host"),
      dynamic ? fmt::format("port `{}` can't have a dynamic host port in {} mode", port.first, use.mode)
              : fmt::format("port `{}` has host port {} and container port {}, which {} mode can't map", port.first,
                            *host.integer(), *inside, use.mode),
      dynamic ? fmt::format("can only be {}", *inside) : fmt::format("differs from {}", *inside),
      "leave `host` out, or make it the container's port; `network = bridge` can map ports");
  diagnostic.secondary.push_back({use.task->place(path + ".container"), "the container listens here"});
  if (const auto stated = use.task->written("network")) {
    diagnostic.secondary.push_back({*stated, "no port is mapped in this mode"});
  }
  diagnostic.fixes.push_back({use.task->place(path + ".host"), fmt::format("{}", *inside)});
}

void check_port_pairs(const Use& use, Diagnostics& diagnostics) {
  if (use.mode != "awsvpc" && use.mode != "host") return;
  for (const auto& [label, container] : use.containers()) {
    const auto* ports = container["port"].map();
    if (ports == nullptr) continue;
    for (const auto& port : *ports) check_port_pair(use, label, port, diagnostics);
  }
}

// The vpcs that have a subnet; of those that exist already nobody here knows.
std::set<Address> with_subnets(const Graph& graph) {
  std::set<Address> out;
  for (const auto& one : graph.existing) out.insert(one.address);
  for (const auto& resource : graph.resources) {
    const auto* parent = resource.config["vpc"].ref();
    if (resource.address.kind == "subnet" && parent != nullptr) out.insert(parent->address);
  }
  return out;
}

void check_subnets(const std::set<Address>& with_subnets, const Use& use, Diagnostics& diagnostics) {
  const bool needed = use.launch == Launch::nodes || is_aws(use.launch);
  if (use.mode != "awsvpc" || !needed || use.cluster == nullptr || !use.config("subnets").is_null()) return;
  const auto& vpc = use.cluster->config["vpc"];
  if (vpc.unknown() != nullptr || (vpc.ref() != nullptr && with_subnets.contains(vpc.ref()->address))) return;
  const bool has_vpc = vpc.ref() != nullptr;
  const bool stated = use.task->written("network").has_value();
  const Label network{use.mode_place(),
                      stated ? "needs a subnet" : "runs its task in awsvpc mode, which needs a subnet"};
  const Label cause = has_vpc ? Label{use.cluster->place("vpc"), "this vpc has no subnet"}
                              : Label{use.cluster->span, "this cluster has no vpc"};
  auto& diagnostic = diagnostics.error(
      "E0408", network.span, fmt::format("{} has no subnet for its awsvpc task", named(*use.owner)), network.text,
      has_vpc ? "add a `subnet` to the vpc"
              : fmt::format("give the cluster a vpc with a subnet{}",
                            use.launch == Launch::nodes ? ", or use network = bridge" : ""));
  diagnostic.secondary.push_back(cause);
  if (stated && !has_vpc && use.launch == Launch::nodes) diagnostic.fixes.push_back({network.span, "bridge"});
}

}  // namespace

void modes(const CheckInput& input, Diagnostics& diagnostics) {
  const auto vpcs = with_subnets(input.graph);
  for (const auto& use : input.uses) {
    check_mode(use, diagnostics);
    check_port_pairs(use, diagnostics);
    check_subnets(vpcs, use, diagnostics);
  }
}

}  // namespace infra::checks
