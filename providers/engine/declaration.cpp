// From an object back to a declaration of it: what `infra import --generate` writes.
#include <fmt/format.h>

#include <algorithm>

#include "providers/engine/engine_types.h"

namespace infra::engine {

namespace {

class Source {
 public:
  void line(const std::string& text) { out_ += std::string(depth_ * 2, ' ') + text + "\n"; }
  void open(const std::string& head) { line(head + " {"), ++depth_; }
  void close() { --depth_, line("}"); }
  void set(const char* name, const Value& value) {
    const bool empty = value.is_null() || (value.map() != nullptr && value.map()->empty());
    if (!empty) line(fmt::format("{} = {}", name, to_source(value)));
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::size_t depth_ = 0;
};

void add_ports(Source& out, const Value& ports) {
  if (ports.list() == nullptr) return;
  for (const auto& port : *ports.list()) {
    out.open(fmt::format("port {}", *port["name"].string()));
    out.set("container", port["container"]);
    if (port["host"] != Value(0)) out.set("host", port["host"]);
    if (port["protocol"] != Value("tcp")) out.set("protocol", port["protocol"]);
    out.close();
  }
}

bool has_fixed_port(const Value& ports) {
  if (ports.list() == nullptr) return false;
  return std::any_of(ports.list()->begin(), ports.list()->end(), [](const Value& p) { return p["host"] != Value(0); });
}

std::string label_of(const Value& mount) { return *mount["volume"].string(); }

void add_volumes(Source& out, const Value& mounts) {
  if (mounts.list() == nullptr) return;
  for (const auto& mount : *mounts.list()) {
    const bool host = mount["kind"] == Value("host");
    out.line(
        fmt::format("volume {} {{ {} = {} }}", label_of(mount), host ? "host" : "name", to_source(mount["source"])));
  }
}

Map mounts_by_label(const Value& mounts) {
  Map out;
  if (mounts.list() == nullptr) return out;
  for (const auto& mount : *mounts.list()) out.set(label_of(mount), mount["path"]);
  return out;
}

std::string service_source(const Address& address, const FoundObject& found) {
  const auto& inputs = found.inputs;
  Source out;
  out.open("task " + address.path);
  const auto& mode = inputs["network"]["mode"];
  if (mode == Value("host") || mode == Value("none")) out.line("network = " + *mode.string());
  add_volumes(out, inputs["mounts"]);
  out.open("container main");
  for (const auto& name : found.left_out) {
    out.line(fmt::format("// The container has a setting {}, which isn't taken over: its successor will lack it.",
                         *name.string()));
  }
  for (const auto* name : {"image", "entrypoint", "command", "env", "memory", "memory_reservation", "cpu", "user",
                           "working_dir", "labels"}) {
    out.set(name, inputs[name]);
  }
  if (inputs["read_only"] == Value(true)) out.set("read_only", true);
  out.set("mounts", mounts_by_label(inputs["mounts"]));
  add_ports(out, inputs["ports"]);
  out.close();
  out.close();
  out.line("");
  out.open("service " + address.path);
  out.line("cluster = CLUSTER");
  out.line("task = task." + address.path);
  // A fixed port is free once on a node: the old copy stops before the new one starts (E0404).
  if (has_fixed_port(inputs["ports"])) out.line("deploy { min = 0% }");
  out.set("import", found.object.id);
  out.close();
  return out.take();
}

std::string subnet_source(const Address& address, const FoundObject& found) {
  const auto dot = address.path.find('.');
  Source out;
  out.open("vpc " + address.path.substr(0, dot));
  out.set("cidr", found.inputs["cidr"]);
  out.open("subnet " + (dot == std::string::npos ? "all" : address.path.substr(dot + 1)));
  out.set("cidr", found.inputs["cidr"]);
  out.set("import", found.object.id);
  out.close();
  out.close();
  return out.take();
}

}  // namespace

std::string type_of(std::string_view kind) {
  if (kind == "service") return "container";
  return kind == "subnet" ? "network" : "";
}

std::string declaration_of(const Address& address, const FoundObject& found) {
  if (address.kind == "service") return service_source(address, found);
  return address.kind == "subnet" ? subnet_source(address, found) : "";
}

}  // namespace infra::engine
