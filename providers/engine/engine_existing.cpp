#include "providers/engine/engine_existing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "providers/engine/registry/registry_access.h"
#include "providers/engine/service_outputs.h"

namespace infra::engine {

namespace {

// Its `id`, else its `name`: the compiler has seen to it that there is one.
std::string key_of(const Resource& existing) {
  const auto* id = existing.config["id"].string();
  const auto* name = existing.config["name"].string();
  return id != nullptr ? *id : name != nullptr ? *name : std::string();
}

std::vector<Sought> seek_network(const Resource& existing, const LowerContext& context) {
  std::vector<Sought> out;
  for (const auto& node : nodes_of(context.platform)) {
    Map wanted(std::vector<Entry>{{"node", node.name}});
    if (const auto& cidr = existing.config["cidr"]; !cidr.is_null()) wanted.set("cidr", cidr);
    out.push_back(
        {.type = "network", .id = key_of(existing), .where = "node " + node.name, .wanted = std::move(wanted)});
  }
  return out;
}

Value network_attributes(const Resource&, const PlatformDecl&, const std::vector<FoundObject>& found) {
  Map ids;
  for (const auto& network : found) {
    if (const auto* node = network.inputs["node"].string()) ids.set(*node, network.object.id);
  }
  Map out;
  if (!found.empty()) {
    // One network on each node: of several the first tells.
    out.set("id", found.front().object.id);
    if (const auto& cidr = found.front().inputs["cidr"]; !cidr.is_null()) out.set("cidr", cidr);
  }
  out.set(kNetworks, std::move(ids));
  return out;
}

// With the credentials of a declared registry whose endpoint the name starts with.
std::vector<Sought> seek_image(const Resource& existing, const LowerContext& context) {
  Diagnostics unheard;
  const Lowering lowering{.resource = existing, .context = context, .diagnostics = unheard};
  Map wanted;
  if (const auto* registry = registry_of(lowering, key_of(existing))) {
    wanted.set("insecure", is_insecure(lowering, *registry));
    add_access(wanted, lowering, *registry);
  }
  return {{.type = "image", .id = key_of(existing), .where = "", .wanted = std::move(wanted)}};
}

Value image_attributes(const Resource&, const PlatformDecl&, const std::vector<FoundObject>& found) {
  if (found.empty()) return Map();
  const auto& outputs = found.front().object.outputs;
  return Map(
      {{"", outputs["ref"]}, {"id", found.front().object.id}, {"ref", outputs["ref"]}, {"digest", outputs["digest"]}});
}

// "shop-front", or "shop-front:80" of a listener.
std::vector<Sought> seek_balancer(const Resource& existing, const LowerContext&) {
  return {{.type = existing.address.kind, .id = key_of(existing), .where = ""}};
}

Value balancer_attributes(const Resource& existing, const PlatformDecl&, const std::vector<FoundObject>& found) {
  if (found.empty()) return Map();
  const auto& inputs = found.front().inputs;
  Map out({{"id", found.front().object.id}, {"balancer", inputs["balancer"]}, {"address", inputs["address"]}});
  if (existing.address.kind == "load_balancer") {
    out.set("", inputs["address"]);
    return out;
  }
  out.set("", inputs["port"]);
  out.set("port", inputs["port"]);
  out.set("protocol", inputs["protocol"]);
  return out;
}

std::vector<Sought> seek_container(const Resource& existing, const LowerContext&) {
  return {{.type = "container", .id = key_of(existing), .where = ""}};
}

// Of the ports that are published, at the numbers that they have now.
List urls_of(const FoundObject& container, const std::string& host) {
  List out;
  const auto* published = container.inputs["ports"].list();
  if (published == nullptr) return out;
  for (const auto& port : *published) {
    const auto* name = port["name"].string();
    const auto* number = name != nullptr ? container.object.outputs["ports"][*name].integer() : nullptr;
    const bool tcp = port["protocol"] == Value("tcp");
    if (tcp && number != nullptr) out.emplace_back(fmt::format("http://{}:{}", host, *number));
  }
  return out;
}

Value container_attributes(const Resource&, const PlatformDecl& platform, const std::vector<FoundObject>& found) {
  if (found.empty()) return Map();
  const auto& container = found.front();
  Map out(std::vector<Entry>{{"id", container.object.id}});
  const auto* node = container.inputs["node"].string();
  const auto host = node_host(platform, node != nullptr ? *node : "");
  const auto* own = container.object.outputs["address"].string();
  const bool own_network = own != nullptr && !own->empty() && container.inputs["network"]["mode"] == Value("network");
  const auto address = own_network ? *own : host;
  out.set("address", address);
  out.set("urls", urls_of(container, host));
  return out;
}

struct ReadableKind {
  std::string_view kind;
  std::vector<Sought> (*seek)(const Resource&, const LowerContext&);
  Value (*attributes)(const Resource&, const PlatformDecl&, const std::vector<FoundObject>&);
};

constexpr std::array<ReadableKind, 6> kReadable = {{
    {"image", seek_image, image_attributes},
    {"listener", seek_balancer, balancer_attributes},
    {"load_balancer", seek_balancer, balancer_attributes},
    {"service", seek_container, container_attributes},
    {"subnet", seek_network, network_attributes},
    {"vpc", seek_network, network_attributes},
}};

const ReadableKind* readable(std::string_view kind) {
  const auto* at =
      std::find_if(kReadable.begin(), kReadable.end(), [&](const ReadableKind& r) { return r.kind == kind; });
  return at != kReadable.end() ? at : nullptr;
}

}  // namespace

bool reads(std::string_view kind) { return readable(kind) != nullptr; }

std::vector<Sought> sought(const Resource& existing, const LowerContext& context) {
  const auto* found = readable(existing.address.kind);
  return found != nullptr ? found->seek(existing, context) : std::vector<Sought>();
}

Value attributes_of(const Resource& existing, const PlatformDecl& platform, const std::vector<FoundObject>& found) {
  const auto* at = readable(existing.address.kind);
  return at != nullptr ? at->attributes(existing, platform, found) : Value(Map());
}

}  // namespace infra::engine
