#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/values/address.h"
#include "importers/compose/compose_file.h"
#include "importers/host_ports.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

class Writer {
 public:
  Writer(const ComposeFile& file, ComposeContext& context) : file_(file), context_(context) {}

  // First, because it finds more that can't be carried over.
  std::string body() {
    networks();
    seat_services();
    for (const auto& service : file_.services) write(service);
    StackText head;
    head.line(fmt::format("stack {}", text_literal(file_.stack)));
    head.blank();
    context_.variables.write_params(head, out_.text());
    if (context_.words_needed) {
      head.line("/// The words of a command line.");
      head.line("fn words(text: String): List<String> = [for word in text.split(\" \") if word != \"\": word]");
      head.blank();
    }
    return head.text() + out_.text();
  }

 private:
  // One service alone needs no network; several find each other by name in one.
  [[nodiscard]] bool networked() const { return !file_.networks.empty(); }
  [[nodiscard]] std::string mode_of(const ComposeService& service) const {
    if (!service.mode.empty()) return service.mode;
    return networked() ? "awsvpc" : "bridge";
  }
  void note(const ComposeService& service, const std::string& what, const std::string& why) {
    context_.notes.add("services." + service.name + "." + what, why);
  }

  // What is otherwise than in the file is said where it stands, too.
  void otherwise(const ComposeService& service, const std::string& what, const std::string& why) {
    note(service, what, why);
    out_.comment(one_line(why));
  }

  static std::int64_t on_one_node(const ComposeService& service) { return service.daemon ? 1 : service.desired; }

  // Before all others: in network mode host there is no other port that a container could have.
  void seat_services() {
    for (const auto& service : file_.services) {
      if (mode_of(service) != "host") continue;
      std::vector<NodePort> ports;
      for (const auto& port : service.ports) ports.push_back({port.container, port.protocol});
      seats_[&service] = node_ports_.seat(ports, "service " + service.name, on_one_node(service));
    }
  }

  void networks() {
    if (networked()) {
      out_.open("vpc main");
      out_.set("cidr", "10.90.0.0/16");
      for (std::size_t i = 0; i < file_.networks.size(); ++i) {
        out_.line(fmt::format("subnet {} {{ cidr = main.cidr.slice(24, {}) }}", file_.networks[i].label, i));
      }
      out_.close();
      out_.blank();
    }
    out_.line(networked() ? "cluster core { vpc = main }" : "cluster core { }");
    out_.blank();
  }

  void image(const ComposeService& service) {
    if (!service.build) return;
    out_.open("image " + service.label);
    out_.set("context", service.build->context);
    out_.set("dockerfile", service.build->dockerfile);
    out_.set("target", service.build->target);
    out_.map("args", service.build->args);
    out_.close();
    out_.blank();
  }

  void ports(const ComposeService& service, const std::string& mode) {
    if (mode == "none" && !service.ports.empty()) return note(service, "ports", "network mode none has no ports");
    Names names;
    NodePorts own;
    for (const auto& port : service.ports) {
      const auto plain = fmt::format("{}{}", port.protocol == "tcp" ? "p" : port.protocol, number_of(port));
      const auto label = names.of("port", plain, port.name.empty() ? plain : port.name);
      const auto transport = port.protocol == "tcp" ? "" : fmt::format("; protocol = {}", port.protocol);
      const auto host = host_side(service, mode, port, own);
      const auto inside = port.container_use ? context_.variables.write(*port.container_use, place_of(service))
                                             : fmt::format("{}", port.container);
      out_.line(fmt::format("port {} {{ container = {}{}{} }}", label, inside, host.empty() ? "" : "; host = " + host,
                            transport));
    }
  }

  // What a port is called after.
  static std::string number_of(const ComposePort& port) {
    return port.container != 0 ? fmt::format("{}", port.container) : "_" + lower(port.container_use->variable->name);
  }
  static std::string place_of(const ComposeService& service) { return "services." + service.name + ".ports"; }

  std::string host_side(const ComposeService& service, const std::string& mode, const ComposePort& port,
                        NodePorts& own) {
    if (mode == "host" && port.host != 0 && port.host != port.container) {
      note(
          service, "ports",
          fmt::format("{}:{}: in host mode a container has the ports that it opens itself", port.host, port.container));
    }
    if (mode != "bridge") return {};
    if (!port.range.empty())
      note(service, "ports",
           fmt::format("{}:{}: any free port of the node, not one of these", port.range, number_of(port)));
    if (port.host == 0) return port.host_use ? fixed_host(service, port) : "dynamic";
    const NodePort wanted{port.host, port.protocol};
    auto why = own.refuse(wanted, "another of its ports", 1);
    const auto copies = on_one_node(service);
    if (why.empty() && copies > 0) why = node_ports_.refuse(wanted, "service " + service.name, copies);
    if (!why.empty()) {
      otherwise(service, "ports", fmt::format("{}:{}: {}", port.host, port.container, why));
      return "dynamic";
    }
    fixed_.insert(&service);
    if (!port.address.empty()) {
      note(service, "ports",
           fmt::format("{}:{}: it is published on every address of the node, not on {} only", port.host, port.container,
                       port.address));
    }
    return port.host_use ? fixed_host(service, port) : fmt::format("{}", port.host);
  }

  // Whoever starts the stack says which.
  std::string fixed_host(const ComposeService& service, const ComposePort& port) {
    if (on_one_node(service) > 1) {
      otherwise(service, "ports",
                fmt::format("${{{}}}:{}: only one of {} copies could have the node's port",
                            port.host_use->variable->name, number_of(port), on_one_node(service)));
      return "dynamic";
    }
    fixed_.insert(&service);
    return context_.variables.write(*port.host_use, place_of(service));
  }

  void health(const ComposeService& service) {
    if (!service.health) return;
    out_.open("health");
    out_.set("command", service.health->command);
    out_.set("every", service.health->every);
    out_.set("timeout", service.health->timeout);
    out_.set("retries", service.health->retries);
    out_.set("grace", service.health->grace);
    out_.close();
  }

  void task(const ComposeService& service, const std::string& mode) {
    out_.open("task " + service.label);
    out_.set("network", mode);
    out_.open("container " + service.label);
    out_.set("image", service.build ? "image." + service.label : service.image);
    out_.set("entrypoint", service.entrypoint);
    out_.set("command", service.command);
    out_.set("user", service.user);
    out_.set("working_dir", service.working_dir);
    out_.set("read_only", service.read_only ? "true" : "");
    out_.set("cpu", service.cpu);
    out_.set("memory", service.memory);
    out_.set("memory_reservation", service.memory_reservation);
    out_.set("stop_timeout", service.stop_timeout);
    out_.map("env", service.env);
    out_.map("secrets", service.secrets);
    out_.map("labels", service.labels);
    ports(service, mode);
    health(service);
    out_.close();
    out_.close();
    out_.blank();
  }

  std::string needs(const ComposeService& service) {
    std::vector<std::string> out;
    for (const auto& name : service.needs) {
      const auto other = std::find_if(file_.services.begin(), file_.services.end(),
                                      [&](const ComposeService& s) { return s.name == name; });
      if (other == file_.services.end())
        note(service, "depends_on", fmt::format("{} isn't part of this stack", name));
      else
        out.push_back("service." + other->label);
    }
    return out.empty() ? "" : list_of(out);
  }

  std::string subnets(const ComposeService& service, const std::string& mode) {
    if (mode != "awsvpc" || file_.networks.size() < 2) return {};
    for (const auto& network : file_.networks) {
      const auto& names = network.names;
      if (std::find(names.begin(), names.end(), service.networks.front()) != names.end())
        return list_of({"main." + network.label});
    }
    return {};
  }

  // Others find it under its name in the network, which is made of its label unless told.
  std::string own_name(const ComposeService& service, const std::string& mode) {
    const auto here = run_time_name(service.label);
    if (mode != "awsvpc" || here == service.name) return {};
    const bool free = std::none_of(file_.services.begin(), file_.services.end(), [&](const ComposeService& other) {
      return &other != &service && run_time_name(other.label) == service.name;
    });
    if (free && run_time_name(service.name) == service.name && service.name.size() < 64)
      return text_literal(service.name);
    context_.notes.add("services." + service.name, fmt::format("others reach it as {}, not as {}", here, service.name));
    return {};
  }

  // In a network of its own a container has an address that isn't known before.
  void output(const ComposeService& service, const std::string& mode) {
    std::vector<std::string> published;
    for (const auto& port : service.ports) {
      const auto host = port.host_use    ? "${" + port.host_use->variable->name + "}"
                        : port.host != 0 ? fmt::format("{}", port.host)
                                         : port.range;
      if (!host.empty())
        published.push_back(
            fmt::format("{}:{}{}", host, number_of(port), port.protocol == "tcp" ? "" : "/" + port.protocol));
    }
    if (mode != "awsvpc" || published.empty()) return;
    note(service, "ports",
         fmt::format("{}: in a network of its own a container answers at an address of its own, not at the node's; the "
                     "output `{}` says which",
                     fmt::join(published, ", "), service.label));
    out_.line(fmt::format("/// Where {} answers.", one_line(service.name)));
    out_.line(fmt::format("output {0} = service.{0}.urls", service.label));
    out_.blank();
  }

  void deploy(const ComposeService& service, const std::string& mode) {
    const bool fixed_port = fixed_.contains(&service) || (mode == "host" && !service.ports.empty());
    if (fixed_port && service.max != "100%") {
      otherwise(service, "deploy.update_config",
                "start-first: a new copy can start only when the old one has given its host port back");
    }
    // While the old copy runs it has the port.
    const auto min = fixed_port ? "0%" : service.min;
    const auto max = fixed_port ? "100%" : service.max;
    if (min.empty() && service.rollback.empty() && service.settle.empty()) return;
    out_.open("deploy");
    out_.set("min", min);
    out_.set("max", max);
    out_.set("rollback", service.rollback);
    out_.set("settle", service.settle);
    out_.close();
  }

  void copies(const ComposeService& service) {
    const auto seats = seats_.find(&service);
    if (seats != seats_.end() && !seats->second.why.empty()) {
      const auto& [copies, why] = seats->second;
      if (service.daemon)
        otherwise(service, "deploy.mode", fmt::format("one copy on each node: {}", why));
      else
        otherwise(service, "deploy.replicas", fmt::format("{}: {}", copies_text(service.desired), why));
      if (copies != 1) out_.set("desired", fmt::format("{}", copies));
    } else if (service.daemon) {
      out_.set("daemon", "true");
    } else if (!service.desired_expression.empty()) {
      out_.set("desired", service.desired_expression);
    } else if (service.desired != 1) {
      out_.set("desired", fmt::format("{}", service.desired));
    }
  }

  void write(const ComposeService& service) {
    const auto mode = mode_of(service);
    image(service);
    task(service, mode);
    if (service.job)
      otherwise(
          service, "restart",
          "others wait for its end: it should be a job, which no platform of this version builds; as a service it is "
          "started before them, and again whenever it ends");
    out_.open("service " + service.label);
    out_.set("cluster", "core");
    out_.set("task", (context_.variables.has_param(service.label) ? "task." : "") + service.label);
    out_.set("name", own_name(service, mode));
    copies(service);
    out_.set("subnets", subnets(service, mode));
    out_.set("depends_on", needs(service));
    out_.map("labels", service.service_labels);
    deploy(service, mode);
    out_.close();
    out_.blank();
    output(service, mode);
  }

  const ComposeFile& file_;
  ComposeContext& context_;
  StackText out_;
  NodePorts node_ports_;
  std::map<const ComposeService*, Seats> seats_;  // of those in network mode host
  std::set<const ComposeService*> fixed_;         // have a port of the node
};

}  // namespace

std::string write_compose(const ComposeFile& file, const std::string& source, ComposeContext& context) {
  const auto body = Writer(file, context).body();
  StackText head;
  write_head(head, source, context.notes.all());
  return head.text() + body;
}

}  // namespace infra::importing
