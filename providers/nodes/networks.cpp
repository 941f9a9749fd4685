#include "providers/nodes/networks.h"

#include <fmt/format.h>

#include <thread>

#include "base/text/units.h"
#include "providers/engine/overlay.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/labels.h"

namespace infra::nodes {

namespace {

Value body_of(const Context& context, const CreateRequest& request) {
  const auto& inputs = request.inputs;
  const auto* cidr = inputs["cidr"].get<Cidr>();
  const auto subnet = cidr != nullptr ? format_cidr(*cidr) : text_of(inputs["cidr"]);
  const Value config = Map(std::vector<Entry>{{"Subnet", subnet}});
  const bool spans = request.type == engine::kOverlayNetwork;
  return Map({{"Name", inputs["name"]},
              // Without it Docker makes a second network of the same name.
              {"CheckDuplicate", true},
              {"Driver", spans ? "overlay" : "bridge"},
              {"Attachable", spans},
              {"Internal", is_true(inputs["internal"])},
              {"EnableIPv6", cidr != nullptr && cidr->base.v6},
              {"IPAM", Map(std::vector<Entry>{{"Config", List(1, config)}})},
              {"Labels", labels_with_own(context.owner, request)}});
}

bool overlaps_any(const Value& network, const Cidr& cidr) {
  const auto* configs = network["IPAM"]["Config"].list();
  if (configs == nullptr) return false;
  return std::any_of(configs->begin(), configs->end(), [&](const Value& config) {
    const auto other = parse_cidr(text_of(config["Subnet"]), true);
    return other && overlaps(*other, cidr);
  });
}

// "network `other` has 10.0.0.0/16": who stands in the way; "" if it isn't another of the engine's networks.
std::string overlapping(const Context& context, const Value& inputs) {
  const auto* cidr = inputs["cidr"].get<Cidr>();
  if (cidr == nullptr) return {};
  std::string other;
  const auto reply = context.engine.list("/networks", shapes::listed_network(), [&](const Value& network) {
    if (other.empty() && overlaps_any(network, *cidr)) other = text_of(network["Name"]);
  });
  return reply && reply->ok() ? other : std::string();
}

// "web, db": the containers that are in it.
std::string members(const Context& context, const std::string& id) {
  auto reply = context.engine.get("/networks/" + id, shapes::network());
  std::string out;
  if (!reply || !reply->ok() || reply->body["Containers"].map() == nullptr) return out;
  for (const auto& [container, endpoint] : *reply->body["Containers"].map()) {
    out += (out.empty() ? "" : ", ") + text_of(endpoint["Name"]);
  }
  return out;
}

// Docker's words, and Podman's: "subnet 10.0.0.0/24 is already used on the host or by another config".
bool is_about_addresses(const Reply& reply) { return mentions(reply.message, {"overlap", "is already used"}); }

Error not_made(const Context& context, const CreateRequest& request, const Reply& reply) {
  const auto name = text_of(request.inputs["name"]);
  const auto& node = context.engine.node();
  if (is_about_addresses(reply)) {
    const auto other = overlapping(context, request.inputs);
    return {.code = "E0609",
            .message = fmt::format("the addresses {} of network {} overlap with {} on node `{}`",
                                   to_source(request.inputs["cidr"]), name,
                                   other.empty() ? "those of something else" : "network " + other, node),
            .help = "choose another `cidr`"};
  }
  if (mentions(reply.message, {"already exists", "already used"})) {
    return {
        .code = "E0609",
        .message = fmt::format("there is a network {} on node `{}` already, which this stack didn't make", name, node),
        .help = fmt::format("remove it (docker network rm {}), or give the subnet another `name`", name)};
  }
  return {.code = "E0609",
          .message = fmt::format("node `{}` can't make the network {}: {}", node, name, reply.message),
          .help = "see the engine's log (journalctl -u docker) if its words don't say enough"};
}

Error still_used(const Context& context, const ExistingObject& existing, const std::string& by) {
  return {.code = "E0609",
          .message = fmt::format("the network {} on node `{}` is still used by {}", text_of(existing.inputs["name"]),
                                 context.engine.node(), by),
          .help = "remove what this stack didn't make, then run infra again"};
}

// The engine has given these addresses away to a network that it doesn't list yet.
bool is_in_the_making(const Context& context, const CreateRequest& request, const Reply& reply) {
  return is_about_addresses(reply) && overlapping(context, request.inputs).empty();
}

// A killed run's request may come true after this run has looked: what then stands in the way is what is wanted. One
// that was asked for differently (the files have changed since) is removed, for nothing can use it yet.
Result<std::string> made_late(const Context& context, const CreateRequest& request) {
  auto ours = list_networks_of(context.engine, context.owner, request.type);
  if (!ours) return std::move(ours).error();
  for (const auto& network : *ours) {
    if (network.address != request.address) continue;
    if (network.spec_hash == request.spec_hash) return network.id;
    auto removed = context.engine.remove("/networks/" + network.id, {.cancel = &context.cancel});
    if (!removed) return std::move(removed).error();
    if (!removed->ok()) return context.engine.refused(*removed, "remove a network that a killed run left");
  }
  return std::string();
}

}  // namespace

Result<std::vector<ObservedObject>> list_networks(Engine& engine, const Ownership& owner) {
  return list_networks_of(engine, owner, "network");
}

Result<std::vector<ObservedObject>> list_networks_of(Engine& engine, const Ownership& owner, const std::string& type) {
  std::vector<ObservedObject> out;
  const auto take = [&](const Value& entry) {
    auto ours = read_labels(entry["Labels"], owner, type);
    if (!ours) return;
    const auto id = text_of(entry["Id"]);
    out.push_back({.address = std::move(ours->address),
                   .type = type,
                   .id = id,
                   .token = std::move(ours->token),
                   .spec_hash = std::move(ours->spec_hash),
                   .outputs = Map(std::vector<Entry>{{"id", id}})});
  };
  auto reply = engine.list("/networks?" + filters_for(owner, type), shapes::listed_network(), take);
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its networks");
  return out;
}

Result<ObjectResult> create_network(const Context& context, const CreateRequest& request) {
  context.say("creating " + text_of(request.inputs["name"]));
  const auto made = [](const std::string& id) {
    return ObjectResult{.id = id, .outputs = Map(std::vector<Entry>{{"id", id}})};
  };
  const auto ask = [&] {
    return context.engine.post("/networks/create", body_of(context, request), shapes::made(),
                               {.cancel = &context.cancel});
  };
  auto reply = ask();
  for (int look = 1; reply && !reply->ok() && look <= kLooksAtBridges; ++look) {
    auto late = made_late(context, request);
    if (!late) return std::move(late).error();
    if (!late->empty()) return made(*late);
    reply = ask();
    if (!reply || reply->ok() || !is_in_the_making(context, request, *reply)) break;
    std::this_thread::sleep_for(kBetweenLooks);
  }
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return not_made(context, request, *reply);
  return made(text_of(reply->body["Id"]));
}

Result<Ok> destroy_network(const Context& context, const ExistingObject& existing) {
  const auto quirks = context.engine.quirks();
  if (!quirks) return quirks.error();
  if (quirks->removes_used_networks) {
    if (const auto users = members(context, existing.id); !users.empty()) return still_used(context, existing, users);
  }
  auto reply = context.engine.remove("/networks/" + existing.id, {.cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (reply->ok() || reply->status == 404 || mentions(reply->message, {"No such network", "network not found"}))
    return Ok{};
  if (mentions(reply->message, {"active endpoints", "being used", "in use"})) {
    const auto users = members(context, existing.id);
    return still_used(context, existing, users.empty() ? "something: " + reply->message : users);
  }
  return context.engine.refused(*reply, "remove a network");
}

}  // namespace infra::nodes
