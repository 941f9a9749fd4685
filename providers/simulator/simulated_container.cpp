#include <fmt/format.h>

#include "base/text/units.h"
#include "providers/engine/service_outputs.h"
#include "providers/simulator/blueprint.h"
#include "providers/simulator/tables.h"

namespace infra::simulator {
namespace {

constexpr std::int64_t kFirstDynamicPort = 32768;
constexpr std::int64_t kLastDynamicPort = 60999;
constexpr std::int64_t kLeastMemory = 6LL << 20;  // below it, engines refuse

Error refused(const Blueprint& container, const std::string& why, const std::string& help) {
  return {
      .code = "E0610",
      .message = fmt::format("container \"{}\" can't be made on node \"{}\": {}", container.name, container.node, why),
      .help = help};
}

// An image that was built here must still be here, on whatever node; of the rest of the world's images all exist.
Result<Ok> check_image(Tables& world, const Blueprint& container, const std::string& image) {
  const bool by_id = image.starts_with("sha256:");
  if (!by_id) {
    auto ours = world.has_key("repository", repository_of(image));
    if (!ours) return std::move(ours).error();
    if (!*ours) return Ok{};
  }
  auto there = by_id ? world.has_image(image) : world.has_key("image", image);
  if (!there) return std::move(there).error();
  if (*there) return Ok{};
  return Error{.code = "E0604",
               .message = fmt::format("there is no image \"{}\" for container \"{}\"", image, container.name),
               .help = "build and push it, or name one that exists"};
}

Result<std::int64_t> dynamic_port(Tables& world, const Blueprint& out, const std::string& pool) {
  auto next = world.free_number(pool, kFirstDynamicPort, kLastDynamicPort, out.leases);
  if (!next) return std::move(next).error();
  if (*next) return **next;
  return Error{.code = "E0606",
               .message = fmt::format("node \"{}\" has no free port left", out.node),
               .help = "remove containers, or use more nodes"};
}

Result<Ok> check_port(Tables& world, const Blueprint& out, const Lease& wanted) {
  auto holder = world.holder(wanted);
  if (!holder) return std::move(holder).error();
  const bool own = std::count(out.leases.begin(), out.leases.end(), wanted) != 0;
  if (!*holder && !own) return Ok{};
  return Error{.code = "E0606",
               .message = fmt::format("port {} of node \"{}\" is taken by container \"{}\"", wanted.number, out.node,
                                      own ? out.name : **holder),
               .help = "free the port, choose another one, or use host = \"dynamic\""};
}

Result<Ok> publish(Tables& world, Blueprint& out, const Value& ports, bool host_network) {
  if (ports.list() == nullptr) return Ok{};
  Map published;
  for (const auto& port : *ports.list()) {
    const auto* wanted = port[host_network ? "container" : "host"].integer();
    const auto* protocol = port["protocol"].string();
    Lease lease{.pool = fmt::format("{} {}", out.node, protocol != nullptr ? *protocol : "tcp"),
                .number = wanted != nullptr ? *wanted : 0};
    if (lease.number == 0) {
      auto next = dynamic_port(world, out, lease.pool);
      if (!next) return std::move(next).error();
      lease.number = *next;
    } else {
      auto free = check_port(world, out, lease);
      if (!free) return free;
    }
    published.set(text_of(port["name"]), lease.number);
    out.leases.push_back(std::move(lease));
  }
  out.outputs.set("ports", std::move(published));
  return Ok{};
}

// The first address of a network is the gateway's, the last one is for broadcasts.
Result<Ok> take_address(Tables& world, Blueprint& out, const std::string& pool, const Cidr& cidr) {
  const int bits = (cidr.base.v6 ? 128 : 32) - cidr.prefix;
  const std::int64_t size = std::int64_t{1} << std::min(bits, 62);
  auto number = world.free_number(pool, 2, size - 2, out.leases);
  if (!number) return std::move(number).error();
  if (!*number) return refused(out, fmt::format("{} has no free address", format_cidr(cidr)), "use a wider range");
  out.leases.push_back({.pool = pool, .number = **number});
  // It is known by the one that it has in the first.
  if (text_of(out.outputs["address"]).empty()) out.outputs.set("address", format_ip(*host(cidr, **number)));
  return Ok{};
}

Result<Ok> join_network(Tables& world, Blueprint& out, const std::string& id) {
  auto network = world.find(id);
  if (!network) return std::move(network).error();
  if (!*network || (*network)->type != "network" || (*network)->node != out.node) {
    return refused(out, fmt::format("there is no network {} on this node", id), "plan again: it may have been removed");
  }
  const auto* cidr = (*network)->inputs["cidr"].get<Cidr>();
  if (cidr == nullptr) return refused(out, fmt::format("the network {} has no addresses", id), "");
  return take_address(world, out, id, *cidr);
}

Result<Ok> join_networks(Tables& world, Blueprint& out, const Value& networks) {
  if (networks.list() == nullptr) return Ok{};
  for (const auto& id : *networks.list()) {
    if (auto joined = join_network(world, out, text_of(id)); !joined) return joined;
  }
  return Ok{};
}

Result<Ok> connect_container(Tables& world, Blueprint& out, const Value& inputs) {
  const auto& network = inputs["network"];
  const std::string mode = text_of(network["mode"]);
  if (mode == "network") return join_networks(world, out, network["networks"]);
  if (mode == "container") {
    const std::string id = text_of(network["container"]);
    auto other = world.find(id);
    if (!other) return std::move(other).error();
    if (*other && (*other)->type == "container" && (*other)->node == out.node) return Ok{};
    return refused(out, fmt::format("there is no container {} on this node to share a network with", id),
                   "plan again: it may have been removed");
  }
  if (mode == "host") return publish(world, out, inputs["ports"], true);
  if (mode != "bridge") return Ok{};
  auto ports = publish(world, out, inputs["ports"], false);
  if (!ports) return ports;
  return take_address(world, out, "bridge of " + out.node, *parse_cidr("172.17.0.0/16"));
}

}  // namespace

Result<Blueprint> container_blueprint(Tables& world, const Wish& wish) {
  const auto& inputs = wish.request.inputs;
  Blueprint out{.node = text_of(inputs["node"]),
                .name = fmt::format("{}-{}", text_of(inputs["name"]), wish.request.token.substr(0, 6))};
  if (wish.exists) return out;  // credentials are all that can change: nothing of the object does
  out.outputs = Map({{"id", wish.id}, {"name", out.name}, {"address", ""}, {"ports", Map()}});
  const auto* memory = inputs["memory"].get<Bytes>();
  if (memory != nullptr && memory->count < kLeastMemory) {
    return refused(out, fmt::format("{} of memory is too little", format_bytes(*memory)), "give it at least 6MiB");
  }
  auto same_name = world.named("container", out.node, out.name);
  if (!same_name) return std::move(same_name).error();
  if (*same_name) return refused(out, "there is a container of that name", "remove it, or choose another name");
  auto image = check_image(world, out, text_of(inputs["image"]));
  if (!image) return std::move(image).error();
  auto connected = connect_container(world, out, inputs);
  if (!connected) return std::move(connected).error();
  return out;
}

namespace {

Result<Ok> check_member(Tables& world, const Blueprint& task, const std::string& label, const Value& container) {
  const auto* memory = container["memory"].get<Bytes>();
  if (memory != nullptr && memory->count < kLeastMemory) {
    return refused(task, fmt::format("{} of memory is too little for `{}`", format_bytes(*memory), label),
                   "give it at least 6MiB");
  }
  return check_image(world, task, text_of(container["image"]));
}

// All containers of a task share their networks.
Value network_of_task(const Value& inputs) {
  Map out({{"mode", inputs["mode"]}, {"networks", inputs["networks"]}});
  return Value(std::move(out));
}

List ports_of_task(const Map& containers) {
  List out;
  for (const auto& [label, container] : containers) {
    if (const auto* ports = container["ports"].list()) out.insert(out.end(), ports->begin(), ports->end());
  }
  return out;
}

}  // namespace

Result<Blueprint> task_blueprint(Tables& world, const Wish& wish) {
  const auto& inputs = wish.request.inputs;
  Blueprint out{.node = text_of(inputs["node"]),
                .name = fmt::format("{}-{}-{}", text_of(inputs["name"]), wish.request.address.part,
                                    wish.request.token.substr(0, 6))};
  if (wish.exists) return out;
  const auto* containers = inputs["containers"].map();
  if (containers == nullptr) return refused(out, "it has no containers", "this is a bug in infra");
  engine::TaskSeen seen{.name = out.name, .node = out.node, .host = "127.0.0.1"};
  for (const auto& [label, container] : *containers) {
    auto checked = check_member(world, out, label, container);
    if (!checked) return std::move(checked).error();
    seen.containers.set(label, wish.id + label);
  }
  auto connected =
      connect_container(world, out, Map({{"network", network_of_task(inputs)}, {"ports", ports_of_task(*containers)}}));
  if (!connected) return std::move(connected).error();
  seen.address = text_of(out.outputs["address"]);
  seen.mode = text_of(inputs["mode"]);
  const auto published = out.outputs["ports"];
  for (const auto& port : ports_of_task(*containers)) {
    const auto name = text_of(port["name"]);
    const auto* outside = published[name].integer();
    seen.ports.push_back({.name = name,
                          .inside = *port["container"].integer(),
                          .outside = outside != nullptr ? *outside : 0,
                          .protocol = text_of(port["protocol"])});
  }
  out.outputs = engine::task_outputs(seen);
  return out;
}

Health task_health(const Value& inputs) {
  const auto* containers = inputs["containers"].map();
  if (containers == nullptr) return {};
  for (const auto& [label, container] : *containers) {
    const auto image = text_of(container["image"]);
    if (image.ends_with(":crash")) return {.now = Health::stopped, .exit = 1, .detail = "exited with code 1"};
    if (image.ends_with(":sick")) return {.now = Health::unhealthy, .detail = "unhealthy: the check ended with code 1"};
  }
  return {};
}

}  // namespace infra::simulator
