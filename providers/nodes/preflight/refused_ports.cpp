#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <optional>
#include <set>

#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/found.h"
#include "providers/nodes/preflight/node_preflight.h"
#include "providers/nodes/tasks/container_list.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/nodes/this_machine.h"

namespace infra::nodes {
namespace {

using Port = std::pair<std::int64_t, std::string>;  // {8080, "tcp"}

void add_ports_of(const Value& ports, std::set<Port>& out) {
  if (ports.list() == nullptr) return;
  for (const auto& port : *ports.list()) {
    const auto number = number_of(port["host"]);
    const auto protocol = text_of(port["protocol"]);
    if (number != 0) out.insert({number, protocol.empty() ? "tcp" : protocol});
  }
}

// Those that it holds on its node.
std::set<Port> held_ports_of(const CreateRequest& request) {
  std::set<Port> out;
  const auto& inputs = request.inputs;
  if (request.type == "container") add_ports_of(inputs["ports"], out);
  const bool at_node = request.type == "load_balancer" && text_of(inputs["alias"]).empty();
  if (at_node && inputs["listeners"].list() != nullptr) {
    for (const auto& listener : *inputs["listeners"].list()) out.insert({number_of(listener["port"]), "tcp"});
  }
  const auto mode = text_of(inputs["mode"]);
  const auto* containers = inputs["containers"].map();
  if (request.type != "task" || containers == nullptr || (mode != "bridge" && mode != "host")) return out;
  for (const auto& [label, container] : *containers) add_ports_of(container["ports"], out);
  return out;
}

struct Held {
  std::map<Port, std::string> by_others;  // the container's name
  std::set<Port> by_us;
  std::vector<std::string> not_running;  // ids of ours
};

// What runs of this stack leaves its ports to its successor, or keeps them.
Result<Held> held_on(const Context& context, const std::set<std::string_view>& existing) {
  Held out;
  auto reply = context.engine.list("/containers/json?all=1", shapes::listed_container(), [&](const Value& entry) {
    // What was imported has no labels of ours.
    const bool ours =
        text_of(entry["Labels"]["infra.lineage"]) == context.owner.lineage || existing.contains(text_of(entry["Id"]));
    const auto state = text_of(entry["State"]);
    if (ours && state != "running") out.not_running.push_back(text_of(entry["Id"]));
    if (state != "running" && state != "paused" && state != "restarting") return;  // it holds none
    std::set<Port> ports;
    if (const auto* published = entry["Ports"].list()) {
      for (const auto& port : *published) {
        if (number_of(port["PublicPort"]) != 0) ports.insert({number_of(port["PublicPort"]), text_of(port["Type"])});
      }
    }
    if (is_on_host_network(entry)) {
      const auto own = ports_output(text_of(entry["Labels"]["infra.ports"]), entry["Ports"], true);
      for (const auto& [name, number] : *own.map()) ports.insert({number_of(number), "tcp"});
    }
    for (const auto& port : ports) {
      if (ours) {
        out.by_us.insert(port);
      } else {
        out.by_others.emplace(port, listed_name(entry));
      }
    }
  });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "list its containers");
  return out;
}

// An engine binds a container's ports before it calls it running. A killed run may have left one that is being started,
// and no list shows what ports that one has.
std::set<Port> bound_by_starting(const Context& context, const std::vector<std::string>& not_running) {
  std::set<Port> out;
  for (const auto& id : not_running) {
    const auto reply = context.engine.get("/containers/" + id + "/json", shapes::container());
    if (!reply || !reply->ok()) continue;  // it has gone meanwhile
    add_ports_of(published_ports(reply->body["HostConfig"]["PortBindings"], {}), out);
  }
  return out;
}

// As engines bind: an ended connection is no obstacle, who listens is.
bool is_free_here(const Port& port) {
  const bool tcp = port.second != "udp";
  const int any = ::socket(AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
  if (any < 0) return true;
  const int on = 1;
  if (tcp) setsockopt(any, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port.first));
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  const bool taken = bind(any, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == EADDRINUSE;
  close(any);
  return !taken;
}

// A load balancer that exists has bound its listeners itself, and no list call tells which.
bool is_its_own(const CreateRequest& request) { return request.type == "load_balancer" && !request.existing.empty(); }

Error taken(const Context& context, const CreateRequest& request, const Port& port, const std::string& who) {
  const bool listens = request.type == "load_balancer";
  return {
      .code = "E0606",
      .message = fmt::format("host port {} of node `{}` is taken by {}", port.first, context.engine.node(), who),
      .help = fmt::format("end it (ss -l{}np 'sport = :{}' shows it), {}", port.second == "udp" ? "u" : "t", port.first,
                          listens ? "or give the listener another port"
                                  : "choose another port, or let the engine choose: host = dynamic")};
}

}  // namespace

std::vector<Provider::Refusal> refused_ports(const Context& context, const Wanted& wanted) {
  std::map<Port, const CreateRequest*> asked;
  std::set<std::string_view> existing;
  for (const auto* request : wanted) {
    existing.insert(request->existing.begin(), request->existing.end());
    for (const auto& port : held_ports_of(*request)) asked.emplace(port, request);
  }
  std::vector<Provider::Refusal> out;
  if (asked.empty()) return out;
  const auto held = held_on(context, existing);
  if (!held) return out;  // who doesn't answer refuses nothing
  const bool here = shares_network(context.engine);
  std::optional<std::set<Port>> starting;
  const auto is_starting = [&](const Port& port) {
    if (!starting) starting = bound_by_starting(context, held->not_running);
    return starting->contains(port);
  };
  for (const auto& [port, request] : asked) {
    if (held->by_us.contains(port)) continue;
    const auto other = held->by_others.find(port);
    if (other != held->by_others.end()) {
      out.push_back({request->address, taken(context, *request, port, "the container " + other->second)});
    } else if (here && !is_its_own(*request) && !is_free_here(port) && !is_starting(port)) {
      out.push_back({request->address, taken(context, *request, port, "another program")});
    }
  }
  return out;
}

}  // namespace infra::nodes
