#include "providers/nodes/found.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/text/units.h"
#include "base/values/codec.h"
#include "providers/http.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/tasks/container_list.h"
#include "providers/nodes/tasks/container_spec.h"

namespace infra::nodes {

namespace {

Ownership owner_of(const Value& labels) {
  return {.stack = text_of(labels["infra.stack"]), .lineage = text_of(labels["infra.lineage"])};
}

// What the image says already isn't the container's own.
bool same_as_image(const Value& own, const Value& image) { return own == image || own.is_null(); }

Map own_environment(const Value& own, const Value& image) {
  Map out;
  if (own.list() == nullptr) return out;
  for (const auto& variable : *own.list()) {
    const auto* from_image = image.list();
    if (from_image != nullptr && std::count(from_image->begin(), from_image->end(), variable) > 0) continue;
    const auto text = text_of(variable);
    const auto equals = text.find('=');
    out.set(text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1));
  }
  return out;
}

Map own_labels(const Value& own, const Value& image) {
  Map out;
  if (own.map() == nullptr) return out;
  for (const auto& [name, value] : *own.map()) {
    if (!name.starts_with("infra.") && image[name] != value) out.set(name, value);
  }
  return out;
}

// The name that the declaration gives to a port of the container, if it has it.
std::string port_name(const Value& wanted, std::int64_t inside, const std::string& protocol) {
  if (wanted["ports"].list() != nullptr) {
    for (const auto& port : *wanted["ports"].list()) {
      if (number_of(port["container"]) == inside && text_of(port["protocol"]) == protocol) return text_of(port["name"]);
    }
  }
  return fmt::format("p{}", inside);
}

Value network_of(const Value& body) {
  const auto mode = text_of(body["HostConfig"]["NetworkMode"]);
  if (mode.empty() || mode == "default" || mode == "bridge") return Map(std::vector<Entry>{{"mode", "bridge"}});
  if (mode == "host" || mode == "none") return Map(std::vector<Entry>{{"mode", mode}});
  if (mode.starts_with("container:")) return Map({{"mode", "container"}, {"container", mode.substr(10)}});
  List ids;
  if (const auto* networks = body["NetworkSettings"]["Networks"].map()) {
    for (const auto& [name, network] : *networks) {
      const bool first = name == mode || text_of(network["NetworkID"]) == mode;
      ids.insert(first ? ids.begin() : ids.end(), network["NetworkID"]);
    }
  }
  if (ids.empty()) ids.emplace_back(mode);
  return Map({{"mode", "network"}, {"networks", std::move(ids)}});
}

// A mount as a container of ours has it. Its label is the one that is declared for the path, else "data", "data2", …
Map mount_inputs(const Value& mount, const std::string& label) {
  const bool bound = text_of(mount["Type"]) == "bind";
  return Map({{"path", text_of(mount["Destination"])},
              {"volume", label},
              {"kind", bound ? "host" : "named"},
              {"source", text_of(mount[bound ? "Source" : "Name"])}});
}

// In the order of those that are declared. Who declares an unnamed volume has said nothing of where its data lies.
List mounts_of(const Value& mounts, const Value& declared) {
  std::map<std::string, const Value*> left;  // by path
  if (mounts.list() != nullptr) {
    for (const auto& mount : *mounts.list()) {
      if (const auto type = text_of(mount["Type"]); type == "volume" || type == "bind")
        left[text_of(mount["Destination"])] = &mount;
    }
  }
  List out;
  if (declared.list() != nullptr) {
    for (const auto& wanted : *declared.list()) {
      const auto at = left.find(text_of(wanted["path"]));
      if (at == left.end()) continue;
      const bool unnamed = text_of(wanted["kind"]) == "task" && text_of((*at->second)["Type"]) == "volume";
      out.push_back(unnamed ? wanted : Value(mount_inputs(*at->second, text_of(wanted["volume"]))));
      left.erase(at);
    }
  }
  for (const auto& [path, mount] : left) {
    out.push_back(mount_inputs(*mount, out.empty() ? "data" : fmt::format("data{}", out.size() + 1)));
  }
  return out;
}

// What no declaration says, or import doesn't write: whoever takes the container over must know.
List not_taken_over(const Value& host, const Value& mounts) {
  List out;
  const auto has = [](const Value& value) {
    return is_true(value) || (value.list() != nullptr && !value.list()->empty()) ||
           (value.map() != nullptr && !value.map()->empty());
  };
  for (const auto* name : {"Privileged", "CapAdd", "CapDrop", "Devices", "Ulimits", "Tmpfs", "ExtraHosts", "Dns"}) {
    if (has(host[name])) out.emplace_back(name);
  }
  if (mounts.list() == nullptr) return out;
  for (const auto& mount : *mounts.list()) {
    const auto* writable = mount["RW"].boolean();
    if (writable != nullptr && !*writable) out.emplace_back("read-only " + text_of(mount["Destination"]));
  }
  return out;
}

Map container_inputs(const std::string& node, const Value& body, const Value& image, const Value& wanted) {
  const auto& config = body["Config"];
  const auto& host = body["HostConfig"];
  Map out({{"node", node},
           {"image", config["Image"]},
           {"env", own_environment(config["Env"], image["Env"])},
           {"labels", own_labels(config["Labels"], image["Labels"])},
           {"network", network_of(body)}});
  if (!same_as_image(config["Cmd"], image["Cmd"])) out.set("command", config["Cmd"]);
  if (!same_as_image(config["Entrypoint"], image["Entrypoint"])) out.set("entrypoint", config["Entrypoint"]);
  const auto add_text = [&](const char* name, const char* of) {
    if (text_of(config[of]) != text_of(image[of])) out.set(name, text_of(config[of]));
  };
  add_text("user", "User");
  add_text("working_dir", "WorkingDir");
  if (const auto memory = number_of(host["Memory"]); memory > 0) out.set("memory", Bytes{memory});
  if (const auto memory = number_of(host["MemoryReservation"]); memory > 0)
    out.set("memory_reservation", Bytes{memory});
  if (const auto nano = number_of(host["NanoCpus"]); nano > 0) out.set("cpu", Cpu{nano * 1024 / 1'000'000});
  if (is_true(host["ReadonlyRootfs"])) out.set("read_only", true);
  if (auto ports = published_ports(host["PortBindings"], wanted); !ports.empty()) out.set("ports", std::move(ports));
  auto mounts = mounts_of(body["Mounts"], wanted["mounts"]);
  if (!mounts.empty() || !wanted["mounts"].is_null()) out.set("mounts", std::move(mounts));
  return out;
}

using Entries = std::map<std::string, Value>;  // by id

Result<Entries> entries_of(Engine& engine, const std::string& path, const std::vector<std::string>& ids,
                           const answer::Shape& shape, const char* what) {
  Entries out;
  if (ids.empty()) return out;
  const Value filters = Map(std::vector<Entry>{{"id", List(ids.begin(), ids.end())}});
  const std::set<std::string_view> wanted(ids.begin(), ids.end());
  auto reply =
      engine.list(path + "filters=" + http::url_encoded(to_plain_json(filters)), shape, [&](const Value& entry) {
        auto id = text_of(entry["Id"]);
        if (wanted.contains(id)) out.emplace(std::move(id), entry);
      });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, fmt::format("list its {}", what));
  return out;
}

// An unlabelled container's ports have their names from the record.
ObservedObject seen_container(const Value& entry, const Unlabelled& known) {
  auto members = *entry.map();
  Map labels;
  if (members["Labels"].map() != nullptr) labels = *members["Labels"].map();
  labels.set("infra.ports", ports_label(known.ports));
  members.set("Labels", std::move(labels));
  return observed_container(Value(std::move(members)), known.address);
}

}  // namespace

List published_ports(const Value& bindings, const Value& wanted) {
  List out;
  if (bindings.map() == nullptr) return out;
  for (const auto& [key, targets] : *bindings.map()) {
    if (targets.list() == nullptr || targets.list()->empty()) continue;
    std::int64_t inside = 0;
    std::int64_t outside = 0;
    const auto slash = key.find('/');
    std::from_chars(key.data(), key.data() + std::min(slash, key.size()), inside);
    const auto host = text_of(targets.list()->front()["HostPort"]);
    std::from_chars(host.data(), host.data() + host.size(), outside);
    const auto protocol = slash == std::string::npos ? std::string("tcp") : key.substr(slash + 1);
    out.push_back(Map({{"name", port_name(wanted, inside, protocol)},
                       {"container", inside},
                       {"host", outside},
                       {"protocol", protocol}}));
  }
  return out;
}

Result<std::optional<FoundObject>> find_container(Engine& engine, const std::string& id, const Value& wanted) {
  auto reply = engine.get(fmt::format("/containers/{}/json", http::url_encoded(id)), shapes::container());
  if (!reply) return std::move(reply).error();
  if (reply->status == 404) return std::optional<FoundObject>();
  if (!reply->ok()) return engine.refused(*reply, "show the container " + id);
  const auto body = reply->body;
  auto image = engine.get(fmt::format("/images/{}/json", http::url_encoded(text_of(body["Image"]))), shapes::image());
  if (!image) return std::move(image).error();
  // Of an image that somebody has removed by force nothing is known.
  if (!image->ok() && image->status != 404) return engine.refused(*image, "show the image of the container " + id);
  FoundObject out{.inputs = container_inputs(engine.node(), body, image->body["Config"], wanted),
                  .owner = owner_of(body["Config"]["Labels"]),
                  .left_out = not_taken_over(body["HostConfig"], body["Mounts"])};
  const Unlabelled known{.type = "container", .id = text_of(body["Id"]), .ports = out.inputs["ports"]};
  auto seen = list_unlabelled(engine, {known});
  if (!seen) return std::move(seen).error();
  if (seen->empty()) return std::optional<FoundObject>();
  out.object = std::move(seen->front());
  return std::optional(std::move(out));
}

Result<std::optional<FoundObject>> find_network(Engine& engine, const std::string& id) {
  auto reply = engine.get(fmt::format("/networks/{}", http::url_encoded(id)), shapes::network());
  if (!reply) return std::move(reply).error();
  if (reply->status == 404) return std::optional<FoundObject>();
  if (!reply->ok()) return engine.refused(*reply, "show the network " + id);
  const auto& body = reply->body;
  Map inputs({{"node", engine.node()}, {"internal", is_true(body["Internal"])}});
  const auto* configs = body["IPAM"]["Config"].list();
  if (configs != nullptr && !configs->empty()) {
    if (const auto cidr = parse_cidr(text_of(configs->front()["Subnet"]), true)) inputs.set("cidr", *cidr);
  }
  const auto found = text_of(body["Id"]);
  return std::optional(
      FoundObject{.object = {.type = "network", .id = found, .outputs = Map(std::vector<Entry>{{"id", found}})},
                  .inputs = std::move(inputs),
                  .owner = owner_of(body["Labels"])});
}

Result<std::vector<ObservedObject>> list_unlabelled(Engine& engine, const std::vector<Unlabelled>& known) {
  std::vector<std::string> containers, networks;
  for (const auto& object : known) {
    if (object.type == "container") containers.push_back(object.id);
    if (object.type == "network") networks.push_back(object.id);
  }
  auto entries = entries_of(engine, "/containers/json?all=1&", containers, shapes::listed_container(), "containers");
  if (!entries) return std::move(entries).error();
  auto more = entries_of(engine, "/networks?", networks, shapes::listed_network(), "networks");
  if (!more) return std::move(more).error();
  std::vector<ObservedObject> out;
  for (const auto& object : known) {
    if (const auto at = entries->find(object.id); at != entries->end())
      out.push_back(seen_container(at->second, object));
    if (more->contains(object.id)) {
      out.push_back({.address = object.address,
                     .type = "network",
                     .id = object.id,
                     .outputs = Map(std::vector<Entry>{{"id", object.id}})});
    }
  }
  return out;
}

}  // namespace infra::nodes
