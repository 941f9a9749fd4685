#include "providers/simulator/simulated_found.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "base/text/units.h"

namespace infra::simulator {
namespace {

FoundObject image(const std::string& repository, const std::string& digest) {
  const auto ref = fmt::format("{}@{}", repository, digest);
  return {.object = {.type = "image", .id = ref, .outputs = Map({{"digest", digest}, {"ref", ref}})}};
}

Result<std::optional<FoundObject>> find_image(Tables& world, const std::string& name) {
  const auto repository = repository_of(name);
  auto ours = world.has_key("repository", repository);
  if (!ours) return std::move(ours).error();
  if (!*ours) return std::optional(image_of_others(name));
  auto all = world.all();
  if (!all) return std::move(all).error();
  for (const auto& object : *all) {
    if (object.type != "image" || text_of(object.inputs["repository"]) != repository) continue;
    const bool tagged = name == fmt::format("{}:{}", repository, text_of(object.inputs["tag"]));
    if (tagged || name == text_of(object.outputs["ref"])) {
      return std::optional(image(repository, text_of(object.outputs["digest"])));
    }
  }
  return std::optional<FoundObject>();
}

// So many networks were pretended before.
Result<Cidr> addresses_of(Tables& world, const Value& wanted) {
  if (const auto* cidr = wanted["cidr"].get<Cidr>()) return *cidr;
  auto all = world.all();
  if (!all) return std::move(all).error();
  const auto before =
      std::count_if(all->begin(), all->end(), [](const WorldObject& o) { return o.owner.stack.empty(); });
  return *parse_cidr(fmt::format("198.{}.{}.0/24", 18 + before / 256 % 2, before % 256));
}

Value pretended_inputs(const std::string& type, const std::string& node, const Cidr& cidr) {
  if (type == "network") return Map({{"node", node}, {"cidr", cidr}});
  const Value port = Map({{"name", "p80"}, {"container", 80}, {"host", 80}, {"protocol", "tcp"}});
  return Map({{"node", node}, {"network", Map(std::vector<Entry>{{"mode", "bridge"}})}, {"ports", List(1, port)}});
}

// "shop-front", or "shop-front:80" of a listener.
std::optional<FoundObject> balancer_of(const WorldObject& object, const std::string& type, const std::string& id) {
  const auto colon = type == "listener" ? id.rfind(':') : std::string::npos;
  if (object.type != "load_balancer" || text_of(object.inputs["name"]) != id.substr(0, colon)) return std::nullopt;
  FoundObject out{.object = {.type = type, .id = id}, .inputs = {}, .owner = object.owner};
  Map inputs({{"balancer", object.owner.lineage + "/" + object.address.owner().text()}, {"address", "127.0.0.1"}});
  out.inputs = inputs;
  if (type == "load_balancer") return out;
  for (const auto& one : object.inputs["listeners"].list() != nullptr ? *object.inputs["listeners"].list() : List()) {
    if (fmt::format("{}", one["port"].integer() != nullptr ? *one["port"].integer() : 0) != id.substr(colon + 1))
      continue;
    inputs.set("port", one["port"]);
    inputs.set("protocol", one["protocol"]);
    out.inputs = inputs;
    return out;
  }
  return std::nullopt;
}

Result<std::optional<FoundObject>> find_balancer(Tables& world, const std::string& type, const std::string& id) {
  auto all = world.all();
  if (!all) return std::move(all).error();
  for (const auto& object : *all) {
    if (auto one = balancer_of(object, type, id)) return one;
  }
  return std::optional<FoundObject>();
}

// One that speaks http, at the port that its name ends in.
FoundObject pretended_balancer(const std::string& type, const std::string& id) {
  const auto colon = id.rfind(':');
  std::int64_t port = 0;
  if (colon != std::string::npos) std::from_chars(id.data() + colon + 1, id.data() + id.size(), port);
  return {.object = {.type = type, .id = id},
          .inputs = Map({{"balancer", "pretended/" + id.substr(0, colon)},
                         {"address", "127.0.0.1"},
                         {"port", port != 0 ? port : 80},
                         {"protocol", "http"}})};
}

bool is_of_balancers(const std::string& type) { return type == "load_balancer" || type == "listener"; }

FoundObject found(const WorldObject& object) {
  return {.object = seen(object), .inputs = object.inputs, .owner = object.owner};
}

// A task of one container is that container, as an engine would show it.
std::optional<FoundObject> container_of_task(const WorldObject& task) {
  const auto* containers = task.inputs["containers"].map();
  if (containers == nullptr || containers->size() != 1) return std::nullopt;
  auto out = found(task);
  auto inputs = *containers->begin()->second.map();
  inputs.set("node", task.inputs["node"]);
  inputs.set("network", Map({{"mode", task.inputs["mode"]}, {"networks", task.inputs["networks"]}}));
  out.inputs = std::move(inputs);
  out.object.type = "container";
  return out;
}

}  // namespace

ObservedObject seen(const WorldObject& object) {
  return {.address = object.address,
          .type = object.type,
          .id = object.id,
          .token = object.token,
          .spec_hash = object.spec_hash,
          .health = object.health,
          .outputs = object.outputs,
          .revision = object.revision};
}

FoundObject image_of_others(const std::string& name) {
  const auto at = name.find('@');
  const auto digest = at == std::string::npos ? "sha256:" + sha256_hex("the image " + name) : name.substr(at + 1);
  return image(repository_of(name), digest);
}

Result<std::optional<FoundObject>> find_by_name(Tables& world, const std::string& type, const std::string& id,
                                                const std::string& node) {
  if (type == "image") return find_image(world, id);
  if (is_of_balancers(type)) return find_balancer(world, type, id);
  auto row = node.empty() ? world.find(id) : world.named(type, node, id);
  if (row && !*row && !node.empty()) row = world.find(id);
  if (!row) return std::move(row).error();
  if (!*row) {
    auto all = world.all();
    if (!all) return std::move(all).error();
    const auto at =
        std::find_if(all->begin(), all->end(), [&](const WorldObject& o) { return o.type == type && o.name == id; });
    if (at != all->end()) *row = std::move(*at);
  }
  if (!*row) return std::optional<FoundObject>();
  if (type == "container" && (*row)->type == "task") return container_of_task(**row);
  if ((*row)->type != type) return std::optional<FoundObject>();
  return std::optional(found(**row));
}

Result<FoundObject> pretend(Tables& world, const std::string& type, const std::string& name, const Value& wanted) {
  const auto node = text_of(wanted["node"]);
  if (is_of_balancers(type)) return pretended_balancer(type, name);
  auto there = find_by_name(world, type, name, node);
  if (!there) return std::move(there).error();
  if (*there && ((*there)->inputs["node"] == Value(node) || node.empty())) return **std::move(there);
  auto cidr = addresses_of(world, wanted);
  if (!cidr) return std::move(cidr).error();
  const auto id = sha256_hex(fmt::format("pretended {} {} {}", type, node, name));
  Map outputs({{"id", id}, {"name", name}});
  if (type == "container") outputs.set("ports", Map(std::vector<Entry>{{"p80", 80}}));
  const WorldObject object{.id = id,
                           .type = type,
                           .node = node,
                           .name = name,
                           .inputs = pretended_inputs(type, node, *cidr),
                           .outputs = std::move(outputs)};
  Blueprint blueprint{.node = node, .name = name};
  if (type == "network") {
    blueprint.low = address_key(cidr->base);
    blueprint.high = address_key(*host(*cidr, -1));
  }
  auto made = world.insert(object, blueprint);
  if (!made) return std::move(made).error();
  return found(object);
}

}  // namespace infra::simulator
