#include "providers/nodes/overlay/swarm_overlay.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/overlay/overlay_members.h"
#include "providers/nodes/overlay/overlay_probe.h"
#include "providers/nodes/overlay/users.h"

namespace infra::nodes::overlay {

namespace {

// Somebody else changes the same swarm: another stack, another VPC of this one.
constexpr int kAttempts = 20;
constexpr std::chrono::seconds kSettled{10};
constexpr std::chrono::milliseconds kBetweenChecks{200};

std::string id_of(const Swarm& swarm, const std::string& token) { return fmt::format("{}/{}", swarm.id, token); }

std::string token_of(const std::string& id) {
  const auto slash = id.find('/');
  return slash != std::string::npos ? id.substr(slash + 1) : std::string();
}

User user_of(const Nodes& nodes, const CreateRequest& request, const std::string& token, bool proved) {
  return {.token = token,
          .stack = nodes.owner.stack,
          .lineage = nodes.owner.lineage,
          .address = request.address.text(),
          .spec_hash = request.spec_hash,
          .proved = proved};
}

Error too_many_changes(const std::string& node) {
  return {.code = "E0619",
          .message = fmt::format("the swarm of node `{}` is changed by somebody else all the time", node),
          .help = "run infra again when that has ended"};
}

Result<Ok> change_labels(const Context& manager, const std::function<void(Map&)>& change) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto swarm = read_swarm(manager.engine);
    if (!swarm) return std::move(swarm).error();
    auto labels = swarm->labels;
    change(labels);
    auto put = put_labels(manager, *swarm, labels);
    if (!put) return std::move(put).error();
    if (*put) return Ok{};
  }
  return too_many_changes(manager.engine.node());
}

// Every node that answers is in one swarm, which knows this user.
class Joining {
 public:
  Joining(const Nodes& nodes, const CreateRequest& request, std::string token, bool is_new)
      : nodes_(nodes), request_(request), token_(std::move(token)), is_new_(is_new) {}

  Result<ObjectResult> join() {
    auto members = look_at_members(nodes_.engines, request_.inputs["nodes"]);
    if (!members) return std::move(members).error();
    const bool proved = members->swarm && all_proved(users_of(*members->swarm));
    const bool forms = !members->swarm;
    if (auto managed = manage(*members); !managed) return std::move(managed).error();
    auto newcomers = missing(*members);
    auto joined = join_all(*members, newcomers);
    if (joined && !newcomers.empty()) joined = forget_lost(*members);
    if (joined && (forms || !proved || !newcomers.empty())) joined = probe(nodes_, *members, token_);
    if (joined) joined = note(*members->manager->engine, true);
    if (forms) newcomers.push_back(members->manager);
    if (!joined) return undone(*members, newcomers, std::move(joined).error());
    const auto& swarm = *members->swarm;
    return ObjectResult{.id = id_of(swarm, token_), .outputs = Map(std::vector<Entry>{{"id", swarm.id}})};
  }

 private:
  void say(const std::string& text) const {
    if (nodes_.progress) nodes_.progress(text);
  }

  Result<Ok> manage(Members& members) {
    if (members.swarm) return note(*members.manager->engine, false);
    const auto answering = members.answering();
    if (answering.empty()) return members.all.empty() ? no_nodes() : members.all.front().membership.error();
    auto* first = answering.front();
    say(fmt::format("forming a swarm on node {}", first->node));
    const Map labels(std::vector<Entry>{{kFormed, "yes"},
                                        {label_of(token_), text_of_user(user_of(nodes_, request_, token_, false))}});
    const auto context = nodes_.on(*first->engine);
    if (first->membership->is_in_one()) {
      if (auto left = leave_swarm(context); !left) return left;
    }
    if (auto formed = form_swarm(context, first->address, labels); !formed) return formed;
    auto swarm = read_swarm(*first->engine);
    if (!swarm) return std::move(swarm).error();
    members.manager = first;
    members.swarm = *std::move(swarm);
    first->joined = true;
    return Ok{};
  }

  static Error no_nodes() {
    return {.code = "E0612", .message = "the platform has none of the nodes that were to be joined", .help = ""};
  }

  // What isn't proved yet is seen by the next plan, which tries again.
  Result<Ok> note(Engine& manager, bool proved) const {
    const auto text = text_of_user(user_of(nodes_, request_, token_, proved));
    return change_labels(nodes_.on(manager), [&](Map& labels) { labels.set(label_of(token_), text); });
  }

  static bool all_proved(const std::vector<User>& users) {
    return !users.empty() && std::all_of(users.begin(), users.end(), [](const User& user) { return user.proved; });
  }

  static std::vector<Member*> missing(Members& members) {
    auto out = members.answering();
    std::erase_if(out, [](const Member* member) { return member->joined; });
    return out;
  }

  Result<Ok> join_all(const Members& members, const std::vector<Member*>& newcomers) const {
    for (const auto* member : newcomers) say(fmt::format("joining node {}", member->node));
    return on_each(newcomers, [&](Member& member) -> Result<Ok> {
      const auto context = nodes_.on(*member.engine);
      if (member.membership->is_in_one()) {
        if (auto left = leave_swarm(context); !left) return left;
      }
      auto joined = join_swarm(context, {.own_address = member.address,
                                         .manager = members.manager->node,
                                         .manager_address = members.manager->address,
                                         .token = members.swarm->join_token});
      member.joined = joined.ok();
      return joined;
    });
  }

  // A node that has joined again is another one for its swarm, and what ran on the old one would hold its networks.
  Result<Ok> forget_lost(Members& members) const {
    auto nodes = nodes_of_swarm(*members.manager->engine);
    if (!nodes) return std::move(nodes).error();
    for (auto* member : members.answering()) {
      auto now = membership_of(*member->engine);
      if (!now) continue;
      for (const auto& [id, node] : *nodes) {
        if (node.address != member->address || id == now->node_id) continue;
        if (auto removed = remove_node(nodes_.on(*members.manager->engine), id); !removed) return removed;
      }
    }
    return Ok{};
  }

  // Who wasn't in it before isn't after a failure; the manager is the last of `newcomers`.
  Error undone(const Members& members, const std::vector<Member*>& newcomers, Error error) const {
    Result<Ok> left = Ok{};
    for (auto* member : newcomers) {
      if (left && member->joined) left = leave_swarm(nodes_.on(*member->engine));
    }
    const bool stays = std::find(newcomers.begin(), newcomers.end(), members.manager) == newcomers.end();
    if (left && stays && is_new_) left = forget(*members.manager->engine);
    if (!left) return std::move(error).during(fmt::format("leaving again, which failed: {}", left.error().line()));
    return error;
  }

  Result<Ok> forget(Engine& manager) const {
    return change_labels(nodes_.on(manager), [&](Map& labels) { labels.erase(label_of(token_)); });
  }

  const Nodes& nodes_;
  const CreateRequest& request_;
  std::string token_;
  bool is_new_;
};

// Of two VPCs the second finds the swarm of the first.
template <class T, class Act>
Result<T> one_after_the_other(const Nodes& nodes, Act act) {
  std::optional<Result<T>> out;
  if (nodes.engines.empty()) return act();
  auto done = nodes.engines.begin()->second->alone([&]() -> Result<Ok> {
    out = act();
    return Ok{};
  });
  if (!done) return std::move(done).error();
  return *std::move(out);
}

// The networks that are no infra's, or no longer recorded: whoever has them needs the swarm.
Result<std::string> other_networks(Engine& manager) {
  std::string out;
  auto reply = manager.list("/networks?filters=%7B%22driver%22%3A%5B%22overlay%22%5D%7D", shapes::listed_network(),
                            [&](const Value& network) {
                              const auto name = text_of(network["Name"]);
                              if (name != "ingress" && !name.starts_with("infra-probe-"))
                                out += (out.empty() ? "" : ", ") + name;
                            });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return manager.refused(*reply, "list its networks");
  return out;
}

// A swarm goes on listing a network for a moment after it has taken its removal.
Result<std::string> lasting_networks(Engine& manager) {
  const auto until = std::chrono::steady_clock::now() + kSettled;
  for (;;) {
    auto networks = other_networks(manager);
    if (!networks || networks->empty() || std::chrono::steady_clock::now() >= until) return networks;
    std::this_thread::sleep_for(kBetweenChecks);
  }
}

Result<Ok> take_down(const Nodes& nodes, Members& members) {
  auto networks = lasting_networks(*members.manager->engine);
  if (!networks) return std::move(networks).error();
  if (!networks->empty()) {
    return Error{
        .code = "E0619",
        .message = fmt::format("the swarm of node `{}` still has the network {}", members.manager->node, *networks),
        .help = "remove what this stack didn't make (docker network rm), then run infra again"};
  }
  // Also those that a killed run has taken out already: their bridges may still be there.
  auto others = members.answering();
  std::erase_if(others, [&](const Member* member) {
    return member == members.manager || (member->membership->is_in_one() && !member->joined);
  });
  if (nodes.progress) nodes.progress("leaving the swarm on all nodes");
  auto left = on_each(others, [&](Member& member) { return leave_swarm(nodes.on(*member.engine)); });
  if (!left) return left;
  return leave_swarm(nodes.on(*members.manager->engine));
}

Result<Ok> let_go(const Nodes& nodes, const Value& addresses, const std::string& token) {
  auto members = look_at_members(nodes.engines, addresses);
  if (!members) return std::move(members).error();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (members->manager == nullptr) return Ok{};
    auto& manager = *members->manager;
    auto swarm = read_swarm(*manager.engine);
    if (!swarm) return std::move(swarm).error();
    auto labels = swarm->labels;
    if (!labels.erase(label_of(token))) return Ok{};
    if (users_of(*swarm).size() == 1) return take_down(nodes, *members);
    auto put = put_labels(nodes.on(*manager.engine), *swarm, labels);
    if (!put) return std::move(put).error();
    if (*put) return Ok{};
  }
  return too_many_changes(members->manager->node);
}

}  // namespace

Result<ObjectResult> create_overlay(const Nodes& nodes, const CreateRequest& request) {
  return one_after_the_other<ObjectResult>(nodes, [&] { return Joining(nodes, request, request.token, true).join(); });
}

Result<ObjectResult> update_overlay(const Nodes& nodes, const ExistingObject& existing, const CreateRequest& request) {
  return one_after_the_other<ObjectResult>(
      nodes, [&] { return Joining(nodes, request, token_of(existing.id), false).join(); });
}

Result<Ok> destroy_overlay(const Nodes& nodes, const ExistingObject& existing) {
  return one_after_the_other<Ok>(nodes, [&] { return let_go(nodes, existing.inputs["nodes"], token_of(existing.id)); });
}

Result<Engine*> manager_of(const Engines& engines) {
  std::optional<Error> silent;
  for (const auto& [node, engine] : engines) {
    auto membership = membership_of(*engine);
    if (!membership) {
      if (!silent) silent = std::move(membership).error();
    } else if (membership->manages) {
      return engine.get();
    }
  }
  if (silent) return *std::move(silent);
  return Error{.code = "E0619",
               .message = "no node manages a swarm, so there is no network over several nodes",
               .help = "run infra apply again: the next plan forms it anew"};
}

}  // namespace infra::nodes::overlay
