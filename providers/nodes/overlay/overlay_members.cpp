#include "providers/nodes/overlay/overlay_members.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/at_once.h"
#include "providers/nodes/overlay/users.h"

namespace infra::nodes::overlay {

namespace {

std::string host_of_manager(const std::string& address) {
  auto host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

Error foreign(const Member& member, const std::string& where) {
  return {.code = "E0619",
          .message = fmt::format("node `{}` is in a swarm that infra didn't form{}{}", member.node,
                                 where.empty() ? "" : ", managed at ", where),
          .help =
              "if nothing needs that swarm any more, take the node out of it (docker swarm leave --force, on the "
              "node); else take the node out of the platform"};
}

Error silent_manager(const Member& member, const Member& manager) {
  return {.code = "E0619",
          .message = fmt::format("node `{}`, which manages the networks over several nodes, doesn't answer, and node "
                                 "`{}` can't tell what is in them: {}",
                                 manager.node, member.node, manager.membership.error().line()),
          .help = fmt::format("bring node `{}` back; if it is gone for good, let the others leave its swarm (docker "
                              "swarm leave --force, on each), and the next apply forms it again",
                              manager.node)};
}

// The manager is the one that manages a swarm of ours; of two swarms the one that more VPCs use.
Result<Ok> find_manager(Members& members) {
  for (auto& member : members.all) {
    if (!member.membership || !member.membership->manages) continue;
    auto swarm = read_swarm(*member.engine);
    if (!swarm) return std::move(swarm).error();
    if (!is_formed_by_us(*swarm)) return foreign(member, "");
    if (members.swarm && users_of(*members.swarm).size() >= users_of(*swarm).size()) continue;
    members.swarm = *std::move(swarm);
    members.manager = &member;
  }
  return Ok{};
}

// Nothing is lost if it leaves what it is in now: nobody manages that any more.
Result<Ok> check_stale(const Members& members, const Member& member) {
  for (const auto& address : member.membership->managers) {
    const auto host = host_of_manager(address);
    const auto at = std::find_if(members.all.begin(), members.all.end(),
                                 [&](const Member& other) { return other.address == host; });
    if (at == members.all.end()) return foreign(member, address);
    if (!at->membership) return silent_manager(member, *at);
  }
  return Ok{};
}

Result<Ok> mark_joined(Members& members) {
  std::map<std::string, SwarmNode> nodes;
  if (members.manager != nullptr) {
    auto listed = nodes_of_swarm(*members.manager->engine);
    if (!listed) return std::move(listed).error();
    nodes = *std::move(listed);
  }
  for (auto& member : members.all) {
    if (!member.membership || !member.membership->is_in_one()) continue;
    member.joined = member.membership->state == "active" && nodes.contains(member.membership->node_id);
    if (member.joined || member.membership->manages) continue;
    if (auto stale = check_stale(members, member); !stale) return stale;
  }
  return Ok{};
}

}  // namespace

std::vector<Member*> Members::answering() {
  std::vector<Member*> out;
  for (auto& member : all) {
    if (member.membership) out.push_back(&member);
  }
  return out;
}

Result<Ok> on_each(const std::vector<Member*>& members, const std::function<Result<Ok>(Member&)>& act) {
  std::vector<std::future<Result<Ok>>> asked;
  asked.reserve(members.size());
  for (auto* member : members) {
    asked.push_back(at_once([&act, member] { return act(*member); }));
  }
  Result<Ok> out = Ok{};
  for (auto& one : asked) {
    auto done = one.get();
    if (out && !done) out = std::move(done);
  }
  return out;
}

Result<Members> look_at_members(const Engines& engines, const Value& addresses) {
  Members out;
  for (const auto& [node, engine] : engines) {
    const auto* address = addresses.map() != nullptr ? addresses.map()->find(node) : nullptr;
    if (address == nullptr) continue;
    out.all.push_back({.node = node, .address = text_of(*address), .engine = engine.get()});
  }
  std::vector<Member*> everybody;
  for (auto& member : out.all) everybody.push_back(&member);
  auto asked = on_each(everybody, [](Member& member) -> Result<Ok> {
    member.membership = membership_of(*member.engine);
    return Ok{};
  });
  if (!asked) return std::move(asked).error();
  if (auto found = find_manager(out); !found) return std::move(found).error();
  if (auto marked = mark_joined(out); !marked) return std::move(marked).error();
  return out;
}

}  // namespace infra::nodes::overlay
