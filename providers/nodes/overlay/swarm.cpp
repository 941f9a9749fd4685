#include "providers/nodes/overlay/swarm.h"

#include <fmt/format.h>

#include <thread>

#include "base/values/codec.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/overlay/slow_agent.h"

namespace infra::nodes::overlay {

namespace {

// An engine tries for 20 s by itself. Where the way is open it takes about one.
constexpr std::chrono::seconds kJoin{8};
constexpr std::chrono::seconds kForm{30};
constexpr const char* kBridge = "docker_gwbridge";

// These answer with a text, with "" or with an id, as it happens.
Result<Reply> post(const Context& context, const std::string& path, const Value& body,
                   std::chrono::milliseconds timeout) {
  http::Request request{.method = "POST", .path = path};
  if (!body.is_null()) {
    request.headers.emplace_back("Content-Type: application/json");
    request.body = to_plain_json(body);
  }
  return context.engine.raw(std::move(request), {.timeout = timeout, .cancel = &context.cancel});
}

Result<Ok> ask(const Context& context, const std::string& path, const Value& body, std::chrono::milliseconds timeout,
               const std::string& what) {
  auto reply = post(context, path, body, timeout);
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, what);
  return Ok{};
}

std::string with_port(const std::string& address, int port) {
  return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port)
                                                : fmt::format("[{}]:{}", address, port);
}

Map own_addresses(const std::string& address) {
  return Map({{"ListenAddr", with_port(address, kJoinPort)}, {"AdvertiseAddr", address}, {"DataPathAddr", address}});
}

// The engine goes on trying by itself otherwise.
Error not_joined(const Context& context, const Join& join, Error error) {
  if (!membership_of(context.engine)) return error;
  // The call wasn't answered, but the engine is there: it still tries.
  if (error.code == "E0601") error.message = fmt::format("nothing answers there within {} s", kJoin.count());
  context.say(
      fmt::format("TCP port {} of node {} doesn't answer node {}", kJoinPort, join.manager, context.engine.node()));
  static_cast<void>(leave_swarm(context));
  if (context.cancel.aborting()) return error;
  return {
      .code = "E0619",
      .message = fmt::format("node `{}` can't join node `{}` at TCP port {} of {}: {}", context.engine.node(),
                             join.manager, kJoinPort, join.manager_address, error.message),
      .help = fmt::format("open TCP port {} of node `{}` to the other nodes in its firewall, and see that {} is its "
                          "address in the network of the nodes (the node's `address`)",
                          kJoinPort, join.manager, join.manager_address)};
}

}  // namespace

Result<Membership> membership_of(Engine& engine) {
  auto reply = engine.get("/info", shapes::swarm_info(), {.timeout = std::chrono::seconds(20)});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "tell whether it is in a swarm");
  const auto& swarm = reply->body["Swarm"];
  Membership out{.state = text_of(swarm["LocalNodeState"]),
                 .node_id = text_of(swarm["NodeID"]),
                 .manages = is_true(swarm["ControlAvailable"])};
  if (const auto* managers = swarm["RemoteManagers"].list()) {
    for (const auto& manager : *managers) out.managers.push_back(text_of(manager["Addr"]));
  }
  return out;
}

Result<Swarm> read_swarm(Engine& manager) {
  auto reply = manager.get("/swarm", shapes::swarm());
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return manager.refused(*reply, "show its swarm");
  const auto& body = reply->body;
  Swarm out{.id = text_of(body["ID"]), .version = number_of(body["Version"]["Index"])};
  out.join_token = Value::secret(text_of(body["JoinTokens"]["Worker"]));
  if (const auto* spec = body["Spec"].map()) out.spec = *spec;
  if (const auto* labels = body["Spec"]["Labels"].map()) out.labels = *labels;
  return out;
}

Result<std::map<std::string, SwarmNode>> nodes_of_swarm(Engine& manager) {
  std::map<std::string, SwarmNode> out;
  auto reply = manager.list("/nodes", shapes::swarm_node(), [&](const Value& node) {
    const auto& status = node["Status"];
    out[text_of(node["ID"])] = {.address = text_of(status["Addr"]), .ready = text_of(status["State"]) == "ready"};
  });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return manager.refused(*reply, "list the nodes of its swarm");
  return out;
}

Result<Ok> form_swarm(const Context& manager, const std::string& address, const Map& labels) {
  auto body = own_addresses(address);
  body.set("Spec", Map({{"Name", "default"}, {"Labels", labels}}));
  return ask(manager, "/swarm/init", body, kForm, "form a swarm");
}

Result<Ok> join_swarm(const Context& context, const Join& join) {
  auto body = own_addresses(join.own_address);
  body.set("RemoteAddrs", List(1, Value(with_port(join.manager_address, kJoinPort))));
  body.set("JoinToken", join.token.secret() != nullptr ? *join.token.secret() : join.token);
  auto joined = ask(context, "/swarm/join", body, kJoin, "join a swarm");
  if (!joined) return not_joined(context, join, std::move(joined).error());
  return Ok{};
}

Result<Ok> leave_swarm(const Context& context) {
  auto left = ask_slow_agent(context, [&] { return post(context, "/swarm/leave?force=1", {}, kForm); });
  if (!left) return std::move(left).error();
  if (!left->ok() && !mentions(left->message, {"not part of a swarm"})) {
    return context.engine.refused(*left, "leave its swarm");
  }
  // The engine makes it again when it needs it. One that a container of somebody else uses stays.
  static_cast<void>(context.engine.remove(fmt::format("/networks/{}", kBridge)));
  return Ok{};
}

Result<Ok> remove_node(const Context& manager, const std::string& id) {
  auto reply = manager.engine.raw({.method = "DELETE", .path = fmt::format("/nodes/{}?force=1", id)},
                                  {.cancel = &manager.cancel});
  if (!reply) return std::move(reply).error();
  if (reply->ok() || reply->status == 404) return Ok{};
  return manager.engine.refused(*reply, "remove a node from its swarm");
}

Result<bool> put_labels(const Context& manager, const Swarm& swarm, const Map& labels) {
  auto spec = swarm.spec;
  spec.set("Labels", labels);
  auto put = ask(manager, fmt::format("/swarm/update?version={}", swarm.version), spec, kForm, "label its swarm");
  if (put) return true;
  if (mentions(put.error().message, {"out of sequence"})) return false;
  return std::move(put).error();
}

}  // namespace infra::nodes::overlay
