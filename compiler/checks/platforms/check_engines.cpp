#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

// --- endpoints ---------------------------------------------------------------------------------------------------

struct Node {
  const PlatformDecl& platform;
  const std::string& name;
  const Value& config;
  [[nodiscard]] Span place(std::string_view attribute) const {
    return platform.place(fmt::format("node.{}.{}", name, attribute));
  }
  [[nodiscard]] bool states(const char* attribute) const { return !config[attribute].is_null(); }
};

constexpr std::array kFiles = {"ca", "cert", "key"};

std::string_view behind_scheme(std::string_view endpoint) {
  const auto at = endpoint.find("//");
  return at == std::string_view::npos ? endpoint : endpoint.substr(at + 2);
}

std::string_view host_of(std::string_view endpoint) {
  const auto rest = behind_scheme(endpoint);
  const auto end = rest.starts_with('[') ? rest.find(']') : rest.find_first_of(":/");
  if (end == std::string_view::npos) return rest;
  return rest.substr(0, rest.starts_with('[') ? end + 1 : end);
}

bool is_local(std::string_view host) { return host == "localhost" || host == "[::1]" || host.starts_with("127."); }

void check_tcp(const Node& node, const std::string& endpoint, Diagnostics& diagnostics) {
  const auto host = host_of(endpoint);
  const auto rest = behind_scheme(endpoint).substr(host.size());
  if (!rest.starts_with(':') || rest.size() < 2) {
    diagnostics.error("E0210", node.place("endpoint"),
                      fmt::format("the endpoint of node `{}` has no port: {}", node.name, endpoint), "no port",
                      fmt::format("engines listen with TLS on 2376: \"tcp://{}:2376\"", host));
    return;
  }
  const bool cert = node.states("cert");
  if (cert != node.states("key")) {
    diagnostics.error("E0206", node.place(cert ? "cert" : "key"),
                      fmt::format("node `{}` has a {} and no {}", node.name, cert ? "certificate" : "key",
                                  cert ? "key" : "certificate"),
                      "one of a pair", fmt::format("add `{} = …`", cert ? "key" : "cert"));
  } else if (!cert && !node.states("ca") && !is_local(host)) {
    diagnostics.warning("E0415", node.place("endpoint"),
                        fmt::format("anyone who reaches {} controls node `{}`: its engine is spoken to without TLS",
                                    endpoint, node.name),
                        "in clear, for everybody", "add `ca`, `cert` and `key`, or use ssh://");
  }
}

void check_unused_files(const Node& node, std::string_view scheme, Diagnostics& diagnostics) {
  for (const auto* file : kFiles) {
    if (!node.states(file)) continue;
    diagnostics
        .error("E0415", node.place(file),
               fmt::format("node `{}` has `{}`, but its endpoint speaks no TLS", node.name, file), "for tcp:// only",
               "leave it out, or use tcp://")
        .secondary.push_back({node.place("endpoint"), fmt::format("{}://", scheme)});
    return;
  }
}

void check_endpoint(const Node& node, Diagnostics& diagnostics) {
  const auto* endpoint = node.config["endpoint"].string();
  if (endpoint == nullptr) return;
  const auto scheme = endpoint->substr(0, endpoint->find(':'));
  if (scheme == "tcp") {
    check_tcp(node, *endpoint, diagnostics);
    return;
  }
  check_unused_files(node, scheme, diagnostics);
  const auto path = endpoint->substr(endpoint->find("//") + 2);
  if (scheme != "unix" || path.starts_with('/')) return;
  auto& diagnostic =
      diagnostics.error("E0210", node.place("endpoint"),
                        fmt::format("the endpoint of node `{}` is no whole path: {}", node.name, *endpoint),
                        "two slashes only", fmt::format("write \"unix:///{}\"", path));
  diagnostic.fixes.push_back({node.place("endpoint"), fmt::format("\"unix:///{}\"", path)});
}

// Two nodes of one engine would each count its memory and make its networks. The default may stand for a node that is
// yet to come, so only what is written counts.
void check_same_engine(const PlatformDecl& platform, const Map& nodes, Diagnostics& diagnostics) {
  std::map<std::string, std::string> seen;  // nodes by endpoint
  for (const auto& [name, node] : nodes) {
    const auto* endpoint = node["endpoint"].string();
    if (endpoint == nullptr || platform.place(fmt::format("node.{}.endpoint", name)) == platform.span) continue;
    const auto [first, fresh] = seen.try_emplace(*endpoint, name);
    if (fresh) continue;
    const auto at = [&](const std::string& label) { return platform.place(fmt::format("node.{}.endpoint", label)); };
    Label one{at(name), fmt::format("node `{}`", name)};
    Label two{at(first->second), fmt::format("node `{}`", first->second)};
    if (one.span < two.span) std::swap(one, two);
    diagnostics
        .error("E0415", one.span,
               fmt::format("nodes `{}` and `{}` of platform `{}` are one engine: {}", first->second, name,
                           platform.name, *endpoint),
               one.text, "leave one of them out, or give it its own `endpoint`")
        .secondary.push_back(two);
  }
}

// --- networks ----------------------------------------------------------------------------------------------------

struct Special {
  std::string_view cidr;
  std::string_view what;
};
// IANA's registry of special addresses: what no network can be made of.
constexpr std::array kImpossible = {
    Special{"0.0.0.0/8", "means \"this host\""}, Special{"127.0.0.0/8", "is each machine's own loopback"},
    Special{"169.254.0.0/16", "is link-local"},  Special{"224.0.0.0/4", "is for multicast"},
    Special{"240.0.0.0/4", "is reserved"},
};
// What engines take for themselves unless they are told otherwise.
constexpr std::array kOfEngines = {Special{"172.17.0.0/16", "Docker's own bridge has it by default"},
                                   Special{"10.88.0.0/16", "Podman's own bridge has it by default"}};

void check_network(const Resource& network, const Cidr& cidr, Diagnostics& diagnostics) {
  for (const auto& special : kImpossible) {
    if (!overlaps(*parse_cidr(special.cidr), cidr) || cidr.prefix < 4) continue;
    diagnostics.error(
        "E0416", network.place("cidr"),
        fmt::format("{} can't have {}: {} {}", named(network), format_cidr(cidr), special.cidr, special.what),
        "no addresses for networks", "use a private network, such as 10.20.0.0/16");
    return;
  }
}

void check_bridge(const Resource& network, const Cidr& cidr, bool aws, Diagnostics& diagnostics) {
  for (const auto& special : kOfEngines) {
    if (!overlaps(*parse_cidr(special.cidr), cidr) || (aws && !special.what.starts_with("Docker"))) continue;
    diagnostics.warning(
        "E0407", network.place("cidr"),
        fmt::format("{} {} overlaps {}: {}", named(network), format_cidr(cidr), special.cidr, special.what),
        aws ? "containers on instances don't reach it" : "may be in use", "use another network, such as 10.20.0.0/16");
    return;
  }
}

bool has_instances(const Graph& graph, const Address& vpc) {
  return std::any_of(graph.resources.begin(), graph.resources.end(), [&](const Resource& resource) {
    const auto* ref = resource.config["vpc"].ref();
    return resource.address.kind == "cluster" && ref != nullptr && ref->address == vpc &&
           resource.config["ec2"].map() != nullptr;
  });
}

void check_networks(const Graph& graph, Diagnostics& diagnostics) {
  for (const auto& resource : graph.resources) {
    const auto& kind = resource.address.kind;
    const auto* cidr = resource.config["cidr"].get<Cidr>();
    const auto* platform = graph.platform(resource.platform);
    if ((kind != "vpc" && kind != "subnet") || cidr == nullptr || cidr->base.v6 || platform == nullptr) continue;
    if (kind == "vpc") check_network(resource, *cidr, diagnostics);
    const bool aws = platform->kind == "aws" && kind == "vpc" && has_instances(graph, resource.address);
    // On engines each subnet is a network; the vpc is only their common name.
    if (aws || (platform->kind == "nodes" && kind == "subnet")) check_bridge(resource, *cidr, aws, diagnostics);
  }
}

// --- mounts and memory -------------------------------------------------------------------------------------------

std::string normal(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

void check_targets_of(const Resource& task, const std::string& label, const Map& mounts, Diagnostics& diagnostics) {
  std::map<std::string, std::string> seen;  // volumes by folder
  const auto path = container_path(label) + "mounts";
  for (const auto& [volume, folder] : mounts) {
    if (folder.string() == nullptr) continue;
    const auto place = task.written(fmt::format("{}.{}", path, volume)).value_or(task.place(path));
    const auto where = normal(*folder.string());
    const bool inside = where == "/proc" || where.starts_with("/proc/") || where == "/sys";
    if (where == "/" || inside) {
      diagnostics.error("E0416", place, fmt::format("container `{}` mounts volume `{}` at {}", label, volume, where),
                        inside ? "the kernel's own" : "would hide the whole image",
                        "mount it at a folder of its own, such as \"/var/lib/data\"");
    }
    const auto [first, fresh] = seen.try_emplace(where, volume);
    if (fresh || *mounts.find(first->second)->string() == *folder.string()) continue;  // E0415 of all volumes
    diagnostics
        .error("E0415", place, fmt::format("container `{}` mounts two volumes at {}", label, where),
               fmt::format("volume `{}`", volume), "give each a folder of its own")
        .secondary.push_back({task.written(fmt::format("{}.{}", path, first->second)).value_or(task.place(path)),
                              fmt::format("volume `{}`", first->second)});
  }
}

void check_memory(const Use& use, Diagnostics& diagnostics) {
  constexpr Bytes kLeast{6 * kMib};
  if (use.launch != Launch::nodes || use.platform->kind != "nodes") return;
  for (const auto& [label, container] : use.containers()) {
    const auto* memory = container["memory"].get<Bytes>();
    if (memory == nullptr || memory->count <= 0 || *memory >= kLeast) continue;
    const auto place = use.task->place(container_path(label) + "memory");
    auto& diagnostic = diagnostics.warning(
        "E0416", place, fmt::format("Docker starts no container with {} of memory", to_source(Value(*memory))),
        fmt::format("container `{}`", label), "6MiB is the least that it takes; Podman takes less");
    diagnostic.fixes.push_back({place, "6MiB"});
  }
}

}  // namespace

void engines(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& platform : input.graph.platforms) {
    const auto* nodes = platform.kind == "nodes" ? platform.config["node"].map() : nullptr;
    if (nodes == nullptr) continue;
    for (const auto& [name, node] : *nodes) check_endpoint({platform, name, node}, diagnostics);
    check_same_engine(platform, *nodes, diagnostics);
  }
  check_networks(input.graph, diagnostics);
  for (const auto& use : input.uses) check_memory(use, diagnostics);
  for (const auto& task : input.graph.resources) {
    const auto* containers = task.address.kind == "task" ? task.config["container"].map() : nullptr;
    for (const auto& [label, container] : containers != nullptr ? *containers : Map()) {
      if (const auto* mounts = container["mounts"].map()) check_targets_of(task, label, *mounts, diagnostics);
    }
  }
}

}  // namespace infra::checks
