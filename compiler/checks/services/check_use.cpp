#include "compiler/checks/services/check_use.h"

#include <unordered_set>

namespace infra::checks {
namespace {

const Resource* referred(const Graph& graph, const Value& value) {
  const auto* ref = value.ref();
  return ref != nullptr && ref->attribute.empty() ? graph.find(ref->address) : nullptr;
}

Launch launch_on(const PlatformDecl& platform, const Resource* cluster) {
  if (platform.kind == "nodes" || platform.kind == "simulator") return Launch::nodes;
  if (platform.kind == "kubernetes") return Launch::kubernetes;
  if (platform.kind != "aws") return Launch::unknown;
  if (cluster == nullptr) return Launch::aws;
  const bool fargate = cluster->config["fargate"].map() != nullptr;
  const bool ec2 = cluster->config["ec2"].map() != nullptr;
  if (fargate == ec2) return Launch::aws;
  return fargate ? Launch::fargate : Launch::ec2;
}

// On nodes a task without a vpc has no subnet that it could join; everywhere else awsvpc is what there is.
std::string mode_of(const Resource& task, const Resource* cluster, Launch launch) {
  const auto& stated = task.config["network"];
  if (!stated.is_null()) return stated.string() != nullptr ? *stated.string() : "";
  if (launch == Launch::unknown) return "";
  if (launch != Launch::nodes) return "awsvpc";
  if (cluster == nullptr || cluster->config["vpc"].unknown() != nullptr) return "";
  return cluster->config["vpc"].is_null() ? "bridge" : "awsvpc";
}

Use use_of(const Graph& graph, const Resource* owner, const Resource& task) {
  Use out{.owner = owner, .task = &task};
  if (owner != nullptr) out.cluster = referred(graph, owner->config["cluster"]);
  out.platform = graph.platform((owner != nullptr ? *owner : task).platform);
  if (out.platform != nullptr) out.launch = launch_on(*out.platform, out.cluster);
  out.mode = mode_of(task, out.cluster, out.launch);
  return out;
}

}  // namespace

bool is_aws(Launch launch) { return launch == Launch::fargate || launch == Launch::ec2 || launch == Launch::aws; }

std::string_view text(Launch launch) {
  switch (launch) {
    case Launch::fargate:
      return "Fargate";
    case Launch::ec2:
      return "EC2";
    case Launch::aws:
      return "AWS";
    case Launch::kubernetes:
      return "Kubernetes";
    default:
      return "nodes";
  }
}

bool Use::is_service() const { return owner != nullptr && owner->address.kind == "service"; }

const Value& Use::config(std::string_view name) const {
  static const Value kNone;
  return owner != nullptr ? owner->config[name] : kNone;
}

const Map& Use::containers() const {
  static const Map kNone;
  const auto* map = task->config["container"].map();
  return map != nullptr ? *map : kNone;
}

Span Use::mode_place() const {
  if (const auto stated = task->written("network")) return *stated;
  return owner != nullptr ? owner->place("cluster") : task->span;
}

Span Use::launch_place() const {
  if (cluster == nullptr) return platform != nullptr ? platform->span : Span();
  for (const auto* block : {"fargate", "ec2"}) {
    if (const auto written = cluster->written(block)) return *written;
  }
  return cluster->span;
}

std::vector<Use> uses_of(const Graph& graph) {
  std::vector<Use> out;
  std::unordered_set<const Resource*> used;
  for (const auto& resource : graph.resources) {
    if (resource.address.kind != "service" && resource.address.kind != "job") continue;
    const auto* task = referred(graph, resource.config["task"]);
    if (task == nullptr) continue;
    used.insert(task);
    out.push_back(use_of(graph, &resource, *task));
  }
  for (const auto& resource : graph.resources) {
    if (resource.address.kind == "task" && !used.contains(&resource)) out.push_back(use_of(graph, nullptr, resource));
  }
  return out;
}

bool is_daemon(const Use& use) {
  const auto* daemon = use.config("daemon").boolean();
  return daemon != nullptr && *daemon;
}

std::optional<Copies> copies_of(const Use& use) {
  if (!use.is_service() || use.config("daemon").boolean() == nullptr || is_daemon(use)) return std::nullopt;
  const auto& scale = use.config("scale");
  if (scale.map() != nullptr) {
    const auto* range = scale["range"].get<Range>();
    if (range == nullptr) return std::nullopt;
    return Copies{.least = range->low, .most = range->high, .place = use.owner->place("scale.range")};
  }
  const auto* desired = use.config("desired").integer();
  if (desired == nullptr) return std::nullopt;
  return Copies{.least = *desired, .most = *desired, .place = use.owner->place("desired")};
}

std::string container_path(std::string_view label) { return "container." + std::string(label) + "."; }

std::vector<PortUse> ports_of(const Use& use) {
  std::vector<PortUse> out;
  for (const auto& [label, container] : use.containers()) {
    const auto* ports = container["port"].map();
    if (ports == nullptr) continue;
    for (const auto& [name, port] : *ports) {
      const auto* inside = port["container"].integer();
      const auto* protocol = port["protocol"].string();
      if (inside == nullptr || protocol == nullptr) continue;
      PortUse one{.container = label, .name = name, .inside = *inside, .protocol = *protocol};
      const auto* host = port["host"].integer();
      if (use.mode == "host") one.host = *inside;
      if (use.mode == "bridge" && host != nullptr) one.host = *host;
      one.place = use.task->place(one.path() + (use.mode == "bridge" && host != nullptr ? ".host" : ".container"));
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace infra::checks
