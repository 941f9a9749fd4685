#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "importers/ecs/taskdef_stack.h"
#include "importers/host_ports.h"

namespace infra::importing {
namespace {

class EcsWriter {
 public:
  explicit EcsWriter(const EcsContext& context) : ecs_(context.out), names_(context.names), notes_(context.notes) {}

  std::string run(const std::string& stack) {
    out_.line(fmt::format("stack {}", text_literal(stack_name_of(stack))));
    out_.blank();
    params();
    const bool networked =
        std::any_of(ecs_.tasks.begin(), ecs_.tasks.end(), [](auto& t) { return t.mode == "awsvpc"; });
    if (networked) {
      out_.line("vpc main {\ncidr = 10.90.0.0/16\nsubnet private { cidr = main.cidr.slice(24, 0) }\n}\n");
    }
    clusters(networked);
    seat_services();
    for (const auto& task : ecs_.tasks) write(task);
    for (const auto& service : ecs_.services) write(service);
    return out_.text();
  }

 private:
  void params() {
    for (const auto& [param, from] : ecs_.secrets) {
      out_.line("/// In ECS: " + one_line(from));
      out_.line(fmt::format("param {}: Secret<String>", param));
    }
    if (!ecs_.secrets.empty()) out_.blank();
  }

  void clusters(bool networked) {
    std::set<std::string> written;
    for (const auto& service : ecs_.services) {
      const auto label = cluster_of(service);
      if (written.insert(label).second)
        out_.line(fmt::format("cluster {} {{ {} }}", label, networked ? "vpc = main" : ""));
    }
    if (!written.empty()) out_.blank();
  }

  std::string cluster_of(const EcsService& service) { return names_.of("cluster", service.cluster); }

  [[nodiscard]] const EcsTask* task_of(const EcsService& service) const {
    const auto task =
        std::find_if(ecs_.tasks.begin(), ecs_.tasks.end(), [&](auto& t) { return t.family == service.family; });
    return task != ecs_.tasks.end() ? &*task : nullptr;
  }

  // A bare name, unless a param has it, too.
  [[nodiscard]] std::string reference(const std::string& kind, const std::string& label) const {
    const bool taken = std::any_of(ecs_.secrets.begin(), ecs_.secrets.end(), [&](auto& s) { return s.first == label; });
    return taken ? kind + "." + label : label;
  }

  // What is otherwise than in ECS is said where it stands, too.
  void otherwise(const std::string& place, const std::string& why) {
    notes_.add(place, why);
    out_.comment(one_line(why));
  }

  static std::int64_t on_one_node(const EcsService& service) {
    return service.daemon ? 1 : service.desired.value_or(1);
  }

  static std::vector<NodePort> ports_of(const EcsTask& task) {
    std::vector<NodePort> out;
    for (const auto& container : task.containers) {
      for (const auto& port : container.ports) out.push_back({port.container, port.protocol});
    }
    return out;
  }

  // Before all others: in network mode host there is no other port that a container could have.
  void seat_services() {
    for (const auto& service : ecs_.services) {
      const auto* task = task_of(service);
      if (task == nullptr || task->mode != "host") continue;
      const auto ports = ports_of(*task);
      seats_[&service] = node_ports_.seat(ports, "service " + service.name, on_one_node(service));
      if (!ports.empty()) fixed_.insert(task);
    }
  }

  void write(const EcsTask& task) {
    std::vector<const EcsService*> users;
    std::int64_t copies = 0;
    for (const auto& service : ecs_.services) {
      if (task_of(service) != &task) continue;
      users.push_back(&service);
      copies += on_one_node(service);
    }
    const auto who = users.size() == 1 ? "service " + users.front()->name : "task " + task.family;
    NodePorts own;
    out_.open("task " + task.label);
    out_.text_as_is(task.body);
    for (const auto& container : task.containers) {
      if (&container != &task.containers.front()) out_.blank();
      out_.open("container " + container.label);
      out_.text_as_is(container.head);
      Pairs after;
      for (const auto& [other, condition] : container.after)
        after.emplace_back(names_.of("container", other), condition);
      out_.map("after", after);
      for (const auto& one : container.ports) {
        if (task.mode == "bridge")
          mapped_port(task, container, one, who, copies, own);
        else
          plain_port(task, container, one, own);
      }
      out_.text_as_is(container.tail);
    }
    out_.close();
    out_.blank();
  }

  void port(const EcsPort& port, const std::string& host) {
    out_.line(fmt::format("port {} {{ container = {}{}{} }}", port.label, port.container,
                          host.empty() ? "" : "; host = " + host, port.protocol == "udp" ? "; protocol = udp" : ""));
  }

  void mapped_port(const EcsTask& task, const EcsContainer& container, const EcsPort& one, const std::string& who,
                   std::int64_t copies, NodePorts& own) {
    if (one.host == 0) return port(one, "dynamic");
    const NodePort wanted{one.host, one.protocol};
    auto why = own.refuse(wanted, "another port of the task", 1);
    if (why.empty() && copies > 0) why = node_ports_.refuse(wanted, who, copies);
    if (why.empty()) {
      fixed_.insert(&task);
      return port(one, fmt::format("{}", one.host));
    }
    otherwise(container.place + ".portMappings", fmt::format("{}:{}: {}", one.host, one.container, why));
    port(one, "dynamic");
  }

  // Containers of one task share its ports, but for bridge mode.
  void plain_port(const EcsTask& task, const EcsContainer& container, const EcsPort& one, NodePorts& own) {
    if (task.mode == "none") {
      return notes_.add(container.place + ".portMappings",
                        fmt::format("{}: network mode none has no ports", one.container));
    }
    const bool shared = task.mode == "host" || task.mode == "awsvpc";
    const auto why = shared ? own.refuse({one.container, one.protocol}, "another container of the task", 1) : "";
    if (why.empty()) return port(one, "");
    otherwise(container.place + ".portMappings",
              fmt::format("{}: another container of the task has this port, and in network mode {} they share them",
                          one.container, task.mode));
  }

  void write(const EcsService& service) {
    const auto* task = task_of(service);
    out_.open("service " + service.label);
    out_.set("cluster", reference("cluster", cluster_of(service)));
    out_.set("task", reference("task", task->label));
    const auto copies = write_copies(service);
    out_.text_as_is(service.labels);
    write_deploy(service, copies, fixed_.contains(task));
    out_.close();
    out_.blank();
  }

  std::int64_t write_copies(const EcsService& service) {
    const auto seats = seats_.find(&service);
    if (seats != seats_.end() && !seats->second.why.empty()) {
      const auto& [copies, why] = seats->second;
      if (service.daemon)
        otherwise(service.place + ".schedulingStrategy", fmt::format("one copy on each node: {}", why));
      else
        otherwise(service.place + ".desiredCount", fmt::format("{}: {}", copies_text(on_one_node(service)), why));
      out_.set("desired", fmt::format("{}", copies));
      return copies;
    }
    if (service.daemon)
      out_.set("daemon", "true");
    else if (service.desired)
      out_.set("desired", fmt::format("{}", *service.desired));
    return on_one_node(service);
  }

  static std::string given(const EcsDeploy& deploy) {
    std::vector<std::string> out;
    if (deploy.min) out.push_back(fmt::format("minimumHealthyPercent {}", *deploy.min));
    if (deploy.max) out.push_back(fmt::format("maximumPercent {}", *deploy.max));
    return fmt::format("{}", fmt::join(out, ", "));
  }

  // As ECS rounds: can neither a copy stop nor one start?
  static bool stuck(const EcsService& service, std::int64_t copies, std::int64_t min, std::int64_t max) {
    if (service.daemon) return min >= 100 && max <= 100;
    return copies > 0 && (copies * min + 99) / 100 >= copies && copies * max / 100 <= copies;
  }

  void write_deploy(const EcsService& service, std::int64_t copies, bool fixed_port) {
    auto [min, max, rollback] = service.deploy;
    const auto written = given(service.deploy);
    const auto place = service.place + ".deploymentConfiguration";
    const auto usual_min = service.daemon ? 0 : 100, usual_max = service.daemon ? 100 : 200;
    if (fixed_port) {
      // While the old copy runs it has the port.
      if ((min && *min != 0) || (max && *max != 100))
        otherwise(place, written + ": a new copy can start only when the old one has given its host port back");
      min = 0;
      max = 100;
    } else if (stuck(service, copies, min.value_or(usual_min), max.value_or(usual_max))) {
      otherwise(place, written + ": no copy could ever be replaced, as none may stop and none may start");
      if (service.daemon)
        min = 0;
      else
        max = (100 * (copies + 1) + copies - 1) / copies;
    } else if (service.daemon) {  // where the usual is another one than a service's
      min = min.value_or(usual_min);
      max = max.value_or(usual_max);
    }
    if (!min && !max && rollback.empty()) return;
    out_.open("deploy");
    out_.set("min", min ? fmt::format("{}%", *min) : "");
    out_.set("max", max ? fmt::format("{}%", *max) : "");
    out_.set("rollback", rollback);
    out_.close();
  }

  const EcsStack& ecs_;
  Names& names_;
  Notes& notes_;
  StackText out_;
  NodePorts node_ports_;
  std::map<const EcsService*, Seats> seats_;  // of those in network mode host
  std::set<const EcsTask*> fixed_;            // have a port of the node
};

}  // namespace

std::string write_ecs(const EcsContext& context, const std::string& stack) { return EcsWriter(context).run(stack); }

}  // namespace infra::importing
