#include <fmt/format.h>

#include <optional>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"
#include "facts/eks_pods.h"

namespace infra::checks {
namespace {

// How many pods the machines of a cluster take when there are as many of them as there may be.
struct Room {
  std::int64_t usual = 0;  // with an address of the machine's for each pod
  std::int64_t most = 0;
};

std::int64_t machines_of(const Value& size) {
  if (const auto* range = size.get<Range>()) return range->high;
  return size.integer() != nullptr ? *size.integer() : 0;
}

// nullopt: not all of it is known.
std::optional<Room> room_of(const Resource& eks) {
  const auto* groups = eks.config["group"].map();
  const auto* profiles = eks.config["fargate"].map();
  if (groups == nullptr || groups->empty() || (profiles != nullptr && !profiles->empty())) return std::nullopt;
  Room out;
  for (const auto& [label, group] : *groups) {
    const auto* instance = group["instance"].string();
    const auto machines = machines_of(group["size"]);
    const auto usual = instance != nullptr ? facts::usual_pods(*instance) : 0;
    const auto most = instance != nullptr ? facts::most_pods(*instance) : 0;
    if (machines == 0 || usual == 0 || most == 0) return std::nullopt;
    out.usual += machines * (usual - facts::kSystemPodsOfMachine);
    out.most += machines * (most - facts::kSystemPodsOfMachine);
  }
  out.usual -= facts::kSystemPodsOfCluster;
  out.most -= facts::kSystemPodsOfCluster;
  return out;
}

std::int64_t pods_on(const CheckInput& input, const PlatformDecl& platform) {
  std::int64_t out = 0;
  for (const auto& use : input.uses) {
    const auto copies = use.platform == &platform ? copies_of(use) : std::nullopt;
    if (copies) out += copies->least;
  }
  return out;
}

void check_room(const CheckInput& input, const PlatformDecl& platform, const Resource& eks, Diagnostics& diagnostics) {
  const auto room = room_of(eks);
  const auto pods = pods_on(input, platform);
  if (!room || pods <= room->usual) return;
  const bool never = pods > room->most;
  Diagnostic out{
      .severity = never ? Severity::error : Severity::warning,
      .code = "E0419",
      .message = fmt::format("the services on `{}` want {} pods, and the machines of {} take {}{}", platform.name, pods,
                             named(eks), never ? room->most : room->usual, never ? " at most" : ""),
      .primary = {eks.place(fmt::format("group.{}.size", eks.config["group"].map()->begin()->first)),
                  "not enough machines, or too small ones"}};
  out.secondary.push_back({platform.place("eks"), "they run here"});
  out.help = never ? "raise `size`, or take larger instances"
                   : "raise `size`, take larger instances, or let the network plug-in give out prefixes";
  diagnostics.add(std::move(out));
}

}  // namespace

void eks_pods(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& platform : input.graph.platforms) {
    const auto* ref = platform.kind == "kubernetes" ? platform.config["eks"].ref() : nullptr;
    const auto* eks = ref != nullptr ? input.graph.find(ref->address) : nullptr;
    if (eks != nullptr) check_room(input, platform, *eks, diagnostics);
  }
}

}  // namespace infra::checks
