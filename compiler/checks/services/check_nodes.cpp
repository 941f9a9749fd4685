#include "compiler/checks/services/check_nodes.h"

#include <fmt/format.h>

#include <algorithm>

#include "facts/instances.h"

namespace infra::checks {
namespace {

std::optional<Bytes> memory_left(const Value& node) {
  const auto* memory = node["memory"].get<Bytes>();
  const auto& reserve = node["reserve"];
  if (memory == nullptr || (!reserve.is_null() && reserve.get<Bytes>() == nullptr)) return std::nullopt;
  return Bytes{memory->count - (reserve.is_null() ? 0 : reserve.get<Bytes>()->count)};
}

// A label that isn't known may be the one that is wanted.
bool has_labels(const Value& node, const Value& where) {
  const auto* wanted = where.map();
  const auto* labels = node["labels"].map();
  if (wanted == nullptr || labels == nullptr) return true;
  return std::all_of(wanted->begin(), wanted->end(), [&](const Entry& entry) {
    const auto* found = labels->find(entry.first);
    return found != nullptr && (*found == entry.second || !found->known() || !entry.second.known());
  });
}

Machines stated_nodes(const Use& use) {
  Machines out{.group = use.platform->name, .place = use.platform->span};
  const auto* nodes = use.platform->config["node"].map();
  if (nodes == nullptr) return out;
  for (const auto& [name, node] : *nodes) {
    if (!has_labels(node, use.config("place")["where"])) continue;
    const auto* cpu = node["cpu"].get<Cpu>();
    out.all.push_back({.name = name,
                       .cpu = cpu != nullptr ? std::optional(*cpu) : std::nullopt,
                       .memory = memory_left(node),
                       .place = use.platform->place(fmt::format("node.{}", name))});
  }
  out.least = out.most = static_cast<std::int64_t>(out.all.size());
  return out;
}

std::optional<Machines> simulated_nodes(const Use& use) {
  const auto* count = use.platform->config["nodes"].integer();
  if (count == nullptr) return std::nullopt;
  Machines out{.least = *count,
               .most = *count,
               .alike = true,
               .group = use.platform->name,
               .place = use.platform->place("nodes")};
  out.all.push_back({.name = "n1", .place = out.place});
  return out;
}

std::optional<Machines> instances(const Use& use) {
  const auto& ec2 = use.cluster->config["ec2"];
  Machines out{.alike = true, .group = use.cluster->address.text(), .place = use.cluster->place("ec2.size")};
  if (const auto* range = ec2["size"].get<Range>()) {
    out.least = range->low;
    out.most = range->high;
  } else if (const auto* number = ec2["size"].integer()) {
    out.least = out.most = *number;
  } else {
    return std::nullopt;
  }
  Machine one{.place = use.cluster->place("ec2.instance")};
  if (const auto* name = ec2["instance"].string()) {
    one.name = *name;
    if (const auto type = facts::find_instance(*name)) {
      one.cpu = type->cpu;
      one.memory = facts::most_registered(type->memory);
      one.nominal = type->memory;
      one.interfaces = std::max<std::int64_t>(type->interfaces - 1, 0);  // the first one is the instance's own
      one.trunks = type->trunks;
    }
  }
  out.all.push_back(std::move(one));
  return out;
}

}  // namespace

std::optional<Machines> machines_of(const Use& use) {
  if (use.launch == Launch::ec2) return instances(use);
  if (use.launch != Launch::nodes) return std::nullopt;
  return use.platform->kind == "simulator" ? simulated_nodes(use) : std::optional(stated_nodes(use));
}

}  // namespace infra::checks
