#include "providers/nodes/overlay/overlay_networks.h"

#include <fmt/format.h>

#include <thread>

#include "base/text/units.h"
#include "providers/engine/overlay.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/networks.h"

namespace infra::nodes::overlay {

namespace {

// The manager hears some time later that a node's containers have gone.
constexpr std::chrono::seconds kLetsGo{20};
constexpr std::chrono::milliseconds kBetweenTries{300};

// A swarm takes a network whose addresses overlap, says nothing, and never gives it any.
Result<Ok> check_addresses(const Context& manager, const CreateRequest& request) {
  const auto* cidr = request.inputs["cidr"].get<Cidr>();
  std::string other;
  auto reply = manager.engine.list("/networks?filters=%7B%22driver%22%3A%5B%22overlay%22%5D%7D",
                                   shapes::listed_network(), [&](const Value& network) {
                                     const auto* configs = network["IPAM"]["Config"].list();
                                     const bool same =
                                         text_of(network["Labels"]["infra.address"]) == request.address.text() &&
                                         text_of(network["Labels"]["infra.lineage"]) == manager.owner.lineage;
                                     if (configs == nullptr || cidr == nullptr || same) return;
                                     for (const auto& config : *configs) {
                                       const auto theirs = parse_cidr(text_of(config["Subnet"]), true);
                                       if (theirs && overlaps(*theirs, *cidr)) other = text_of(network["Name"]);
                                     }
                                   });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return manager.engine.refused(*reply, "list its networks");
  if (other.empty()) return Ok{};
  return Error{
      .code = "E0609",
      .message = fmt::format("the addresses {} of network {} overlap with network {}, which spans the same nodes",
                             format_cidr(*cidr), text_of(request.inputs["name"]), other),
      .help = "choose another `cidr`"};
}

bool is_used(const Error& error) { return mentions(error.message, {"still used by"}); }

}  // namespace

Result<std::vector<ObservedObject>> list_overlay_networks(Engine& manager, const Ownership& owner) {
  return list_networks_of(manager, owner, engine::kOverlayNetwork);
}

Result<ObjectResult> create_overlay_network(const Nodes& nodes, const CreateRequest& request) {
  auto manager = manager_of(nodes.engines);
  if (!manager) return std::move(manager).error();
  const auto context = nodes.on(**manager);
  if (auto free = check_addresses(context, request); !free) return std::move(free).error();
  return create_network(context, request);
}

Result<Ok> destroy_overlay_network(const Nodes& nodes, const ExistingObject& existing) {
  auto manager = manager_of(nodes.engines);
  if (!manager && manager.error().code == "E0619") return Ok{};  // there is no swarm, so it has no networks
  if (!manager) return std::move(manager).error();
  const auto context = nodes.on(**manager);
  const auto until = std::chrono::steady_clock::now() + kLetsGo;
  for (;;) {
    auto gone = destroy_network(context, existing);
    if (gone || !is_used(gone.error()) || context.cancel.draining() || std::chrono::steady_clock::now() >= until)
      return gone;
    std::this_thread::sleep_for(kBetweenTries);
  }
}

}  // namespace infra::nodes::overlay
