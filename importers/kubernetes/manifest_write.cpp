#include <fmt/format.h>

#include "importers/kubernetes/manifest_model.h"

namespace infra::importing {
namespace {

void write_port(const PodPort& port, StackText& out) {
  out.line(fmt::format("port {} {{ container = {}{} }}", port.label, port.number,
                       port.protocol == "udp" ? "; protocol = udp" : ""));
}

void write_task(const Workload& workload, StackText& out) {
  out.open("task " + workload.label);
  out.text_as_is(workload.task_body);
  for (const auto& container : workload.containers) {
    if (&container != &workload.containers.front()) out.blank();
    out.open("container " + container.label);
    out.text_as_is(container.head);
    for (const auto& port : container.ports) write_port(port, out);
    out.text_as_is(container.tail);
    out.close();
  }
  out.close();
  out.blank();
}

void write_runner(const Workload& workload, const std::string& cluster, StackText& out) {
  out.open(fmt::format("{} {}", workload.is_job() ? "job" : "service", workload.label));
  out.set("cluster", "cluster." + cluster);
  out.set("task", "task." + workload.label);
  if (workload.desired && !workload.scaled && *workload.desired != 1) {
    out.set("desired", fmt::format("{}", *workload.desired));
  }
  out.text_as_is(workload.body);
  if (!workload.is_job()) out.text_as_is(workload.place_block);
  for (const auto& route : workload.routes) out.text_as_is(route);
  out.close();
  out.blank();
}

}  // namespace

std::string write_kubernetes(const KubeImport& import, const std::string& stack) {
  StackText out;
  out.line(fmt::format("stack {}", text_literal(stack_name_of(stack))));
  out.blank();
  out.line("kubernetes k { }");
  out.line("platform = k");
  out.blank();
  for (const auto& [param, from] : import.secrets.secrets) {
    out.line("/// In Kubernetes: " + one_line(from));
    out.line(fmt::format("param {}: Secret<String>", param));
  }
  if (!import.secrets.secrets.empty()) out.blank();
  Names clusters;
  for (const auto& space : import.spaces) out.line(fmt::format("cluster {} {{ }}", clusters.of("cluster", space)));
  out.blank();
  for (const auto& balancer : import.balancers) {
    out.text_as_is(balancer);
    out.blank();
  }
  for (const auto& workload : import.workloads) {
    write_task(workload, out);
    write_runner(workload, clusters.of("cluster", workload.space), out);
  }
  return out.text();
}

}  // namespace infra::importing
