#include "providers/kubernetes/kube_existing.h"

#include <fmt/format.h>

#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

// Its `id`, else its `name`: the compiler has seen to it that there is one.
std::string sought_key(const Resource& existing) {
  const auto* id = existing.config["id"].string();
  const auto* name = existing.config["name"].string();
  return id != nullptr ? *id : name != nullptr ? *name : std::string();
}

Value urls_of(const FoundObject& service, const std::string& host) {
  List out;
  const auto* ports = service.inputs["spec"]["ports"].list();
  for (const auto& port : ports != nullptr ? *ports : List()) {
    const auto* number = port["port"].integer();
    const bool tcp = port["protocol"].is_null() || port["protocol"] == Value("TCP");
    if (number != nullptr && tcp) out.emplace_back(fmt::format("http://{}:{}", host, *number));
  }
  return out;
}

// A line of a declaration, indented as it stands.
class Declared {
 public:
  void add(int depth, const std::string& text) {
    out_ += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + "\n";
  }
  void set(int depth, const char* name, const Value& value) {
    const bool empty = value.is_null() || (value.map() != nullptr && value.map()->empty()) ||
                       (value.list() != nullptr && value.list()->empty());
    if (!empty) add(depth, fmt::format("{} = {}", name, to_source(value)));
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Only what is stated in clear: what comes from elsewhere is left to whoever reads it.
Value clear_variables(const Value& container) {
  Map out;
  const auto* all = container["env"].list();
  for (const auto& one : all != nullptr ? *all : List()) {
    const auto* name = one["name"].string();
    if (name != nullptr && one["value"].string() != nullptr) out.set(*name, one["value"]);
  }
  return out;
}

void add_container(Declared& out, const Value& container) {
  const auto name = run_time_name(to_text(container["name"]).value_or("main"));
  out.add(1, fmt::format("container {} {{", to_source(Value(name))));
  out.set(2, "image", container["image"]);
  out.set(2, "entrypoint", container["command"]);
  out.set(2, "command", container["args"]);
  out.set(2, "env", clear_variables(container));
  const auto* ports = container["ports"].list();
  for (const auto& port : ports != nullptr ? *ports : List()) {
    const auto* number = port["containerPort"].integer();
    if (number == nullptr) continue;
    const auto* label = port["name"].string();
    const auto title = label != nullptr ? to_source(Value(*label)) : fmt::format("p{}", *number);
    out.add(2, fmt::format("port {} {{ container = {}{} }}", title, *number,
                           port["protocol"] == Value("UDP") ? "; protocol = udp" : ""));
  }
  out.add(1, "}");
}

std::string service_source(const Address& address, const FoundObject& found) {
  Declared out;
  const auto& spec = found.inputs["spec"];
  out.add(0, fmt::format("task {} {{", address.path));
  const auto* containers = spec["template"]["spec"]["containers"].list();
  for (const auto& container : containers != nullptr ? *containers : List()) add_container(out, container);
  out.add(0, "}\n");
  out.add(0, fmt::format("service {} {{", address.path));
  out.add(1, "cluster = CLUSTER");
  out.add(1, fmt::format("task = task.{}", address.path));
  out.set(1, "name", found.inputs["name"]);
  out.set(1, "desired", spec["replicas"]);
  if (found.inputs["selector"].map() != nullptr) {
    out.add(1, fmt::format("kubernetes {{ selector = {} }}", to_source(found.inputs["selector"])));
  }
  out.set(1, "import", found.object.id);
  out.add(0, "}");
  return out.take();
}

}  // namespace

bool reads(std::string_view kind) { return kind == "cluster" || kind == "service"; }

std::vector<Sought> sought(const Resource& existing) {
  const bool space = existing.address.kind == "cluster";
  return {{.type = std::string(space ? kNamespace : kService), .id = sought_key(existing), .where = ""}};
}

Value attributes_of(const Resource& existing, const std::vector<FoundObject>& found) {
  if (found.empty()) return Map();
  const auto& object = found.front();
  Map out(std::vector<Entry>{{"id", object.object.id}});
  const auto name = to_text(object.inputs["name"]).value_or("");
  if (existing.address.kind == "cluster") {
    out.set("", name);
    return out;
  }
  const auto host = fmt::format("{}.{}.svc", name, to_text(object.inputs["namespace"]).value_or(""));
  out.set("address", host);
  out.set("urls", urls_of(object, host));
  return out;
}

std::string type_of(std::string_view kind) {
  if (kind == "cluster") return std::string(kNamespace);
  return kind == "service" ? std::string(kDeployment) : std::string();
}

std::string declaration_of(const Address& address, const FoundObject& found) {
  if (address.kind == "service") return service_source(address, found);
  if (address.kind != "cluster") return {};
  Declared out;
  out.add(0, fmt::format("cluster {} {{", address.path));
  out.add(1, fmt::format("kubernetes {{ namespace = {} }}", to_source(found.inputs["name"])));
  out.set(1, "import", found.object.id);
  out.add(0, "}");
  return out.take();
}

}  // namespace infra::kubernetes
