#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

// Of two that exclude each other the later one is to blame.
void report(std::string message, Label one, Label other, std::string help, Diagnostics& diagnostics) {
  if (one.span < other.span) std::swap(one, other);
  diagnostics.error("E0415", one.span, std::move(message), std::move(one.text), std::move(help))
      .secondary.push_back(std::move(other));
}

void check_daemon(const Use& use, Diagnostics& diagnostics) {
  if (!use.is_service() || !is_daemon(use)) return;
  const auto& service = *use.owner;
  const Label daemon{service.place("daemon"), "one copy on each node"};
  if (const auto desired = service.written("desired")) {
    report(fmt::format("{} is a daemon and has `desired`", named(service)), daemon, {*desired, "so many copies"},
           "leave out one of the two", diagnostics);
  }
  if (const auto scale = service.written("scale")) {
    report(fmt::format("{} is a daemon and has `scale`", named(service)), daemon, {*scale, "copies by load"},
           "leave out one of the two", diagnostics);
  }
  for (const auto* strategy : {"spread", "binpack"}) {
    const auto at = service.written(fmt::format("place.{}", strategy));
    if (!at) continue;
    report(fmt::format("{} is a daemon and has `{}`", named(service), strategy), daemon, {*at, "nothing to choose"},
           "a daemon runs on every node; `where` says on which", diagnostics);
  }
  if (use.launch == Launch::fargate) {
    diagnostics
        .error("E0415", daemon.span, fmt::format("{} can't be a daemon on Fargate", named(service)), daemon.text,
               "Fargate has no nodes: use `desired`, or a cluster with `ec2`")
        .secondary.push_back({use.launch_place(), "it runs here"});
  }
}

void check_none(const Use& use, Diagnostics& diagnostics) {
  if (use.mode != "none") return;
  for (const auto& [label, container] : use.containers()) {
    const auto* ports = container["port"].map();
    if (ports == nullptr) continue;
    for (const auto& [name, port] : *ports) {
      diagnostics
          .error("E0415", use.task->place(fmt::format("{}port.{}", container_path(label), name)),
                 fmt::format("{} has no network, so port `{}` can't be reached", named(*use.task), name),
                 "nothing can connect", "leave the port out, or use another network mode")
          .secondary.push_back({use.mode_place(), "no network"});
    }
  }
}

void check_cluster(const Resource& cluster, Diagnostics& diagnostics) {
  const auto fargate = cluster.written("fargate");
  const auto ec2 = cluster.written("ec2");
  if (!fargate || !ec2) return;
  report(fmt::format("{} has `fargate` and `ec2`", named(cluster)), {*fargate, "without machines"},
         {*ec2, "on instances"}, "make two clusters, or write one of them under an `if`", diagnostics);
}

}  // namespace

void exclusions(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) {
    check_daemon(use, diagnostics);
    check_none(use, diagnostics);
  }
  for (const auto& resource : input.graph.resources) {
    if (resource.address.kind == "cluster") check_cluster(resource, diagnostics);
  }
}

}  // namespace infra::checks
