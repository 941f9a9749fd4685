#include <algorithm>

#include "base/text/units.h"
#include "providers/engine/overlay.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/overlay/overlay_members.h"
#include "providers/nodes/overlay/overlay_networks.h"
#include "providers/nodes/overlay/users.h"

namespace infra::nodes::overlay {

namespace {

struct Seen {
  Engine* manager = nullptr;
  std::optional<Swarm> swarm;
  bool whole = true;   // every node that answers is in it
  std::string silent;  // a node that doesn't answer
};

Result<Seen> look(const Engines& engines) {
  Seen out;
  std::map<std::string, Membership> memberships;
  std::vector<Member> all;
  all.reserve(engines.size());
  for (const auto& [node, engine] : engines) all.push_back({.node = node, .address = "", .engine = engine.get()});
  std::vector<Member*> everybody;
  everybody.reserve(all.size());
  for (auto& member : all) everybody.push_back(&member);
  auto asked = on_each(everybody, [](Member& member) -> Result<Ok> {
    member.membership = membership_of(*member.engine);
    return Ok{};
  });
  if (!asked) return std::move(asked).error();
  for (auto& member : all) {
    if (!member.membership) out.silent = member.node;
    if (!member.membership || !member.membership->manages) continue;
    auto swarm = read_swarm(*member.engine);
    if (!swarm) {
      out.silent = member.node;
      continue;
    }
    if (!is_formed_by_us(*swarm)) continue;
    if (out.swarm && users_of(*out.swarm).size() >= users_of(*swarm).size()) continue;
    out.swarm = *std::move(swarm);
    out.manager = member.engine;
  }
  if (out.manager == nullptr) return out;
  const auto nodes = nodes_of_swarm(*out.manager);
  if (!nodes) return nodes.error();
  out.whole = std::all_of(all.begin(), all.end(), [&](const Member& member) {
    return !member.membership || (member.membership->state == "active" && nodes->contains(member.membership->node_id));
  });
  return out;
}

std::vector<ObservedObject> overlays_in(const Seen& seen, const Ownership& owner) {
  std::vector<ObservedObject> out;
  for (const auto& user : users_of(*seen.swarm)) {
    if (user.stack != owner.stack || user.lineage != owner.lineage) continue;
    auto address = Address::parse(user.address);
    if (!address) continue;
    ObservedObject object{.address = *std::move(address),
                          .type = engine::kOverlay,
                          .id = seen.swarm->id + "/" + user.token,
                          .token = user.token,
                          .spec_hash = user.spec_hash,
                          .outputs = Map(std::vector<Entry>{{"id", seen.swarm->id}})};
    if (!user.proved || !seen.whole) object.changed = {"nodes"};
    out.push_back(std::move(object));
  }
  return out;
}

void hide(const std::string& node, const std::vector<KnownObject>& known, Observation& out) {
  for (auto& unreachable : out.unreachable) {
    if (unreachable.node != node) continue;
    for (const auto& object : known) {
      if (object.type == engine::kOverlay || object.type == engine::kOverlayNetwork)
        unreachable.hidden.push_back(object.address);
    }
    return;
  }
}

}  // namespace

Result<Ok> observe_overlays(const Engines& engines, const Ownership& owner, const std::vector<KnownObject>& known,
                            Observation& out) {
  auto seen = look(engines);
  if (!seen) return std::move(seen).error();
  if (seen->manager == nullptr) {
    if (!seen->silent.empty()) hide(seen->silent, known, out);
    return Ok{};
  }
  for (auto& object : overlays_in(*seen, owner)) out.objects.push_back(std::move(object));
  auto networks = list_overlay_networks(*seen->manager, owner);
  if (!networks) return std::move(networks).error();
  std::move(networks->begin(), networks->end(), std::back_inserter(out.objects));
  return Ok{};
}

}  // namespace infra::nodes::overlay
