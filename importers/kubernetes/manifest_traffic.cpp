// Services and Ingresses: names inside of the cluster, and the ways in.
#include <fmt/format.h>

#include <algorithm>

#include "importers/kubernetes/manifest_model.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

const Json& in(const Json& json, const char* name) {
  static const Json none = Json::object();
  return json.is_object() && json.contains(name) && !json[name].is_null() ? json[name] : none;
}

const Json& items_of(const Json& json, const char* name) {
  static const Json none = Json::array();
  const auto& found = in(json, name);
  return found.is_array() ? found : none;
}

Workload* selected(const Json& selector, const std::string& space, KubeImport& import) {
  if (!selector.is_object() || selector.empty()) return nullptr;
  for (auto& workload : import.workloads) {
    if (workload.space != space || workload.is_job()) continue;
    const bool all = std::all_of(selector.items().begin(), selector.items().end(), [&](const auto& one) {
      const auto at = workload.pod_labels.find(one.key());
      return at != workload.pod_labels.end() && at->second == text_of(one.value());
    });
    if (all) return &workload;
  }
  return nullptr;
}

// "web.http": the port of the pod by its name or number. One that no container states is given to the first.
std::string pod_port(Workload& workload, const std::string& wanted, const std::string& protocol, KubeImport& import) {
  const auto number = parse_integer(wanted);
  for (const auto& container : workload.containers) {
    for (const auto& port : container.ports) {
      const bool same = number ? port.number == *number : port.name == wanted;
      if (same && port.protocol == protocol) return container.label + "." + port.label;
    }
  }
  if (!number || *number < 1 || *number > 65'535) return {};
  const auto at = std::find_if(workload.containers.begin(), workload.containers.end(),
                               [](const auto& one) { return one.role == PodContainer::main; });
  if (at == workload.containers.end()) return {};
  PodPort port{.label = import.names.of("port added " + workload.place, fmt::format("p{}", *number)),
               .name = {},
               .number = *number,
               .protocol = protocol};
  at->ports.push_back(port);
  return at->label + "." + port.label;
}

std::string target_of(const Json& port) {
  return text_of(port.contains("targetPort") && !port["targetPort"].is_null() ? port["targetPort"] : in(port, "port"));
}

std::string protocol_in(const Json& port) {
  const auto text = lower(port.contains("protocol") ? text_of(port["protocol"]) : std::string());
  return text.empty() ? "tcp" : text;
}

std::string health_of(const Workload& workload, const std::string& to) {
  const auto label = to.substr(0, to.find('.'));
  const auto at = std::find_if(workload.containers.begin(), workload.containers.end(),
                               [&](const auto& one) { return one.label == label; });
  if (at == workload.containers.end() || at->http_probe.is_null()) return {};
  const auto& probe = at->http_probe;
  StackText out;
  out.open("health");
  const auto path = text_of(in(in(probe, "httpGet"), "path"));
  if (path.starts_with("/") && path != "/") out.set("path", text_literal(path));
  const auto seconds = [&](const char* key, std::int64_t usual) {
    const auto value = parse_integer(text_of(in(probe, key)));
    return duration_of(1000 * (value && *value > 0 && *value < 100'000 ? *value : usual));
  };
  out.set("every", seconds("periodSeconds", 10));
  out.set("timeout", seconds("timeoutSeconds", 1));
  const auto failures = parse_integer(text_of(in(probe, "failureThreshold"))).value_or(3);
  out.set("unhealthy", fmt::format("{}", std::clamp<std::int64_t>(failures, 2, 10)));
  out.close();
  return out.text();
}

void add_route(Workload& workload, const std::string& listener, const std::string& to, const std::string& path,
               const std::string& host) {
  StackText out;
  out.open("route");
  out.set("listener", listener);
  out.set("to", to);
  if (path != "/*") out.set("path", text_literal(path));
  if (!host.empty()) out.set("host", text_literal(host));
  out.text_as_is(health_of(workload, to));
  out.close();
  const auto same = std::find(workload.routes.begin(), workload.routes.end(), out.text());
  if (same == workload.routes.end()) workload.routes.push_back(out.text());
}

void publish(const Manifest& manifest, const Json& ports, Workload& workload, bool internal, KubeImport& import) {
  const auto label = import.names.of("load_balancer", manifest.place, manifest.name);
  StackText out;
  out.open("load_balancer " + label);
  if (internal) out.set("internal", "true");
  for (const auto& port : ports) {
    const auto number = parse_integer(text_of(in(port, "port")));
    const auto protocol = protocol_in(port);
    const auto to = pod_port(workload, target_of(port), protocol, import);
    if (!number || to.empty() || (protocol != "tcp" && protocol != "udp")) {
      import.notes.add(manifest.place, fmt::format("{} leads to no port of {}", shown(port), workload.place));
      continue;
    }
    const auto name = in(port, "name").is_string() ? text_of(port["name"]) : fmt::format("p{}", *number);
    const auto listener = import.names.of("listener " + manifest.place, name);
    out.line(fmt::format("listener {} {{ port = {}; protocol = {} }}", listener, *number, protocol));
    add_route(workload, fmt::format("load_balancer.{}.{}", label, listener), to, "/*", "");
  }
  out.close();
  import.balancers.push_back(out.text());
}

// Who calls the service by another name, or on another port, must call it otherwise here.
void note_names(const Manifest& manifest, const Json& ports, Workload& workload, KubeImport& import) {
  if (manifest.name != workload.name)
    import.notes.add(manifest.place, fmt::format("others call it {}, and here the service by its own name: {}",
                                                 manifest.name, workload.name));
  for (const auto& port : ports) {
    const auto outside = text_of(in(port, "port")), inside = target_of(port);
    pod_port(workload, inside, protocol_in(port), import);
    if (parse_integer(inside) && inside != outside)
      import.notes.add(manifest.place,
                       fmt::format("port {} of the Service is {} of the pod: call {}", outside, inside, inside));
  }
}

std::string path_of(const Json& path, const Manifest& manifest, KubeImport& import) {
  auto text = path.contains("path") && !path["path"].is_null() ? text_of(path["path"]) : std::string("/");
  const auto type = path.contains("pathType") ? text_of(path["pathType"]) : std::string("Prefix");
  if (type == "Exact") return text;
  if (type == "ImplementationSpecific")
    import.notes.add(manifest.place, fmt::format("{} is taken as a prefix: what it meant its controller knew", text));
  if (text.find_first_of("(*[^$") != std::string::npos) {
    import.notes.add(manifest.place, fmt::format("{}: patterns aren't carried over", text));
    return {};
  }
  while (text.ends_with('/')) text.pop_back();
  return text + "/*";
}

class IngressReader {
 public:
  IngressReader(const Manifest& manifest, KubeImport& import)
      : manifest_(manifest), import_(import), object_(manifest.body, manifest.place, import.notes) {}

  void read() {
    object_.ignore({"apiVersion", "kind", "status"});
    note_annotations();
    Section spec(in(manifest_.body, "spec"), object_.below("spec"), import_.notes);
    object_.ignore({"spec"});
    object_.finish();
    label_ = import_.names.of("load_balancer", manifest_.place, manifest_.name);
    StackText out;
    out.open("load_balancer " + label_);
    out.line("listener http { port = 80 }");
    certificate(spec, out);
    if (const auto name = spec.text("ingressClassName"); !name.empty())
      out.line(fmt::format("kubernetes {{ class = {} }}", text_literal(name)));
    out.close();
    import_.balancers.push_back(out.text());
    if (const auto* fallback = spec.take("defaultBackend")) route(*fallback, "/*", "");
    const auto* rules = spec.take("rules");
    for (const auto& rule : rules != nullptr && rules->is_array() ? *rules : Json::array()) {
      const auto host = rule.contains("host") && !rule["host"].is_null() ? text_of(rule["host"]) : std::string();
      for (const auto& path : items_of(in(rule, "http"), "paths")) {
        const auto text = path_of(path, manifest_, import_);
        if (!text.empty()) route(in(path, "backend"), text, host);
      }
    }
    spec.finish();
  }

 private:
  void note_annotations() {
    const auto* metadata = object_.take("metadata");
    const auto& annotations = metadata != nullptr ? in(*metadata, "annotations") : in(Json(), "");
    for (const auto& [key, value] : annotations.items()) {
      if (key == "kubectl.kubernetes.io/last-applied-configuration") continue;
      object_.note("annotations", fmt::format("{}: write it into kubernetes {{ annotations = {{ … }} }} of the load "
                                              "balancer if its controller reads it",
                                              key));
    }
  }

  void certificate(Section& spec, StackText& out) {
    const auto* tls = spec.take("tls");
    if (tls == nullptr || !tls->is_array() || tls->empty()) return;
    const auto secret = text_of(in(tls->front(), "secretName"));
    if (tls->size() > 1) spec.note("tls", "a listener has one certificate: the first is taken");
    const auto param = import_.names.of("param", "tls " + manifest_.place, label_ + "_certificate");
    import_.secrets.secrets.emplace_back(param, fmt::format("Secret {}: tls.crt and tls.key as one PEM text",
                                                            secret.empty() ? "of the Ingress" : secret));
    out.line(fmt::format("listener https {{ port = 443; protocol = https; certificate = {} }}", param));
    secure_ = true;
  }

  void route(const Json& backend, const std::string& path, const std::string& host) {
    const auto& service = in(backend, "service");
    const auto name = text_of(in(service, "name"));
    const auto* found = import_.manifests.find("Service", manifest_.space, name);
    if (found == nullptr)
      return import_.notes.add(manifest_.place, fmt::format("Service {} isn't among the objects", shown(backend)));
    const auto& spec = in(found->body, "spec");
    auto* workload = selected(in(spec, "selector"), manifest_.space, import_);
    const auto& wanted = in(service, "port");
    for (const auto& port : items_of(spec, "ports")) {
      const bool same = wanted.contains("number") ? text_of(wanted["number"]) == text_of(in(port, "port"))
                                                  : text_of(in(wanted, "name")) == text_of(in(port, "name"));
      if (!same || workload == nullptr) continue;
      const auto to = pod_port(*workload, target_of(port), "tcp", import_);
      if (to.empty()) continue;
      add_route(*workload, fmt::format("load_balancer.{}.http", label_), to, path, host);
      if (secure_) add_route(*workload, fmt::format("load_balancer.{}.https", label_), to, path, host);
      return;
    }
    import_.notes.add(manifest_.place, fmt::format("{} {} leads to no service among the objects", host, path));
  }

  const Manifest& manifest_;
  KubeImport& import_;
  Section object_;
  std::string label_;
  bool secure_ = false;
};

}  // namespace

void read_service(const Manifest& manifest, KubeImport& import) {
  Section object(manifest.body, manifest.place, import.notes);
  object.ignore({"apiVersion", "kind", "metadata", "status"});
  Section spec(in(manifest.body, "spec"), object.below("spec"), import.notes);
  object.ignore({"spec"});
  object.finish();
  spec.ignore({"selector", "ports", "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy",
               "allocateLoadBalancerNodePorts"});
  const auto type = spec.text("type");
  const auto& body = in(manifest.body, "spec");
  auto* workload = selected(in(body, "selector"), manifest.space, import);
  if (workload == nullptr) {
    spec.ignore({"externalName", "sessionAffinity", "externalTrafficPolicy"});
    return import.notes.add(manifest.place, fmt::format("it leads to nothing among the objects ({})", shown(body)));
  }
  if (spec.text("sessionAffinity") == "ClientIP")
    spec.note("sessionAffinity", "a client may reach another copy each time");
  if (const auto policy = spec.text("externalTrafficPolicy"); policy == "Local")
    spec.note("externalTrafficPolicy", "Local: a request may go through another node");
  const auto& ports = items_of(body, "ports");
  note_names(manifest, ports, *workload, import);
  if (type == "LoadBalancer") publish(manifest, ports, *workload, false, import);
  if (type == "NodePort") {
    import.notes.add(manifest.place, "a port of each node has no counterpart: it becomes a load balancer");
    publish(manifest, ports, *workload, false, import);
  }
  spec.finish();
}

void read_ingress(const Manifest& manifest, KubeImport& import) { IngressReader(manifest, import).read(); }

}  // namespace infra::importing
