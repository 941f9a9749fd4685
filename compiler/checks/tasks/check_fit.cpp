#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_needs.h"
#include "compiler/checks/services/check_nodes.h"
#include "compiler/checks/services/check_room.h"
#include "facts/instances.h"

namespace infra::checks {
namespace {

std::string text_of(Bytes bytes) { return format_bytes(bytes); }
std::string in_mib(Bytes bytes) { return format_bytes(Bytes{bytes.count / kMib * kMib}); }
std::string text_of(Cpu cpu) { return format_cpu(cpu); }

std::string place_name(const Use& use) {
  return use.cluster != nullptr && use.launch == Launch::ec2 ? named(*use.cluster)
         : use.cluster != nullptr                            ? named(*use.cluster)
                                                             : fmt::format("platform `{}`", use.platform->name);
}

// The smallest instance of the same family that has both with what the system leaves.
std::string larger_instance(const Machine& machine, const Demand& demand) {
  for (const auto& type : facts::instances_of_family(machine.name.substr(0, machine.name.find('.')))) {
    const bool memory = !demand.memory || facts::usually_registered(type.memory) >= demand.memory->amount;
    const bool cpu = !demand.cpu || type.cpu >= demand.cpu->amount;
    if (memory && cpu) return type.name;
  }
  return "";
}

// What the largest machine has of a resource, where it is known of all of them.
template <class T>
const Machine* largest(const Machines& machines, std::optional<T> Machine::*member) {
  const Machine* best = nullptr;
  for (const auto& machine : machines.all) {
    if (!(machine.*member)) return nullptr;
    if (best == nullptr || *(best->*member) < *(machine.*member)) best = &machine;
  }
  return best;
}

Span machine_place(const Use& use, const Machine& machine, const char* attribute) {
  return use.launch == Launch::ec2 ? machine.place
                                   : use.platform->place(fmt::format("node.{}.{}", machine.name, attribute));
}

std::string has_text(const Machine& machine, std::optional<Bytes> Machine::*, bool ec2, Bytes need) {
  if (!ec2 || !machine.nominal) return fmt::format("{}{}", text_of(*machine.memory), ec2 ? "" : " for tasks");
  if (need > *machine.nominal) return text_of(*machine.nominal);
  return fmt::format("{}, of which its system leaves {} at most", text_of(*machine.nominal), in_mib(*machine.memory));
}
std::string has_text(const Machine& machine, std::optional<Cpu> Machine::*, bool ec2, Cpu) {
  return fmt::format("{}{}", text_of(*machine.cpu), ec2 ? "" : " for tasks");
}

// Does it fit what the instance is sold with, and not what is left of that?
bool only_nominal(const Machine& machine, Bytes need) { return machine.nominal && need <= *machine.nominal; }
bool only_nominal(const Machine&, Cpu) { return false; }

template <class T>
bool too_big(const Use& use, const Machines& machines, const Demand& demand, const Need<T>& need,
             std::optional<T> Machine::*member, const char* attribute, Diagnostics& diagnostics) {
  const auto* best = largest(machines, member);
  if (best == nullptr || *(best->*member) >= need.amount) return false;
  const bool ec2 = use.launch == Launch::ec2;
  const auto instance = ec2 ? larger_instance(*best, demand) : "";
  auto& diagnostic =
      diagnostics.error("E0405", need.place, fmt::format("{} fits no node of {}", named(*use.task), place_name(use)),
                        fmt::format("needs {}", text_of(need.amount)),
                        fmt::format("use {} with {} {}{}", ec2 ? "an instance" : "a node",
                                    best->nominal && only_nominal(*best, need.amount) ? "more than" : "at least",
                                    text_of(need.amount), instance.empty() ? ", or make the task smaller" : ""));
  diagnostic.secondary.push_back({machine_place(use, *best, attribute),
                                  fmt::format("the largest node has {}", has_text(*best, member, ec2, need.amount))});
  if (!instance.empty()) diagnostic.fixes.push_back({best->place, fmt::format("\"{}\"", instance)});
  return true;
}

bool check_no_node_fits(const Use& use, const Machines& machines, const Demand& demand, Diagnostics& diagnostics) {
  if (machines.all.empty()) {
    const auto where = use.owner != nullptr ? use.owner->written("place.where") : std::nullopt;
    if (!where) return true;  // a platform without nodes
    diagnostics
        .error("E0405", *where,
               fmt::format("{} may run on no node of platform `{}`", named(*use.owner), use.platform->name),
               "no node has these labels", "give a node these labels, or ask for others")
        .secondary.push_back({use.platform->span, "its nodes"});
    return true;
  }
  if (demand.memory && too_big(use, machines, demand, *demand.memory, &Machine::memory, "memory", diagnostics))
    return true;
  if (demand.cpu && too_big(use, machines, demand, *demand.cpu, &Machine::cpu, "cpu", diagnostics)) return true;
  const bool none = std::all_of(machines.all.begin(), machines.all.end(),
                                [&](const Machine& machine) { return room_on(machine, demand, false) == 0; });
  if (!none) return false;
  diagnostics
      .error("E0405", demand.memory->place, fmt::format("{} fits no node of {}", named(*use.task), place_name(use)),
             fmt::format("needs {} and {}", text_of(demand.memory->amount), text_of(demand.cpu->amount)),
             "no node has both; make the task smaller, or a node larger")
      .secondary.push_back({machines.all.front().place, "some have the memory, others the CPU"});
  return true;
}

// What fits on paper and not with the images that AWS offers. It depends on the image, so it may be right.
void check_tight(const Use& use, const Machines& machines, const Demand& demand, Diagnostics& diagnostics) {
  const auto& machine = machines.all.front();
  if (use.launch != Launch::ec2 || !demand.memory || !machine.nominal) return;
  const auto usual = facts::usually_registered(*machine.nominal);
  if (demand.memory->amount <= usual || demand.memory->amount > *machine.memory) return;
  auto& diagnostic = diagnostics.warning(
      "E0405", demand.memory->place,
      fmt::format("{} may fit no node of {}: its system needs memory, too", named(*use.task), place_name(use)),
      fmt::format("needs {}", text_of(demand.memory->amount)),
      fmt::format("about {} are left for tasks with the usual images: make the task smaller, or use a larger instance",
                  in_mib(usual)));
  diagnostic.secondary.push_back({machine.place, fmt::format("{} in all", text_of(*machine.nominal))});
}

void check_copies(const Use& use, const Machines& machines, const Demand& demand, Diagnostics& diagnostics) {
  const auto copies = copies_of(use);
  if (!copies) return;
  const bool distinct = is_distinct(use);
  const auto most = room(machines, demand, distinct, machines.most);
  if (most < 0) return;
  const bool impossible = copies->most > most;
  const bool only_there = machines.alike && machines.least < machines.most &&
                          copies->most > room(machines, demand, distinct, machines.most - 1);
  if (!impossible && !only_there) return;
  const auto on = fmt::format("{} node{}", machines.most, machines.most == 1 ? "" : "s");
  Diagnostic out{
      .severity = impossible ? Severity::error : Severity::warning,
      .code = "E0405",
      .message = impossible ? fmt::format("{} copies of {} don't fit on the {} of {}", copies->most, named(*use.task),
                                          on, place_name(use))
                            : fmt::format("{} copies of {} fit only when {} has all its {}", copies->most,
                                          named(*use.task), place_name(use), on),
      .primary = {copies->place, impossible ? fmt::format("{} can run at most", most) : fmt::format("needs {}", on)}};
  out.secondary.push_back({machines.place, machines.least == machines.most ? on : fmt::format("at most {}", on)});
  if (distinct) out.secondary.push_back({use.owner->place("place.distinct"), "each on a node of its own"});
  if (demand.memory)
    out.secondary.push_back({demand.memory->place, fmt::format("each needs {}", text_of(demand.memory->amount))});
  out.help = "run fewer copies, make the task smaller, or give the cluster more or larger nodes";
  diagnostics.add(std::move(out));
}

// A group that may have no machine at all runs nothing; what wants no copy doesn't mind.
void check_no_machine(const Use& use, const Machines& machines, Diagnostics& diagnostics) {
  const auto copies = copies_of(use);
  if (copies && copies->most == 0) return;
  diagnostics
      .error("E0405", copies ? copies->place : use.owner->span,
             fmt::format("{} can't run on {}, which never has a node", named(*use.owner), place_name(use)),
             copies ? fmt::format("wants {} cop{}", copies->most, copies->most == 1 ? "y" : "ies") : "wants a node",
             "let the cluster have a node: size = 1")
      .secondary.push_back({machines.place, "no node even at the largest size"});
}

void check_one(const Use& use, Diagnostics& diagnostics) {
  const auto machines = use.platform != nullptr ? machines_of(use) : std::nullopt;
  if (!machines) return;
  if (machines->all.empty()) {
    check_no_node_fits(use, *machines, {}, diagnostics);
    return;
  }
  if (machines->most <= 0) {
    check_no_machine(use, *machines, diagnostics);
    return;
  }
  const auto demand = demand_of(use);
  if (check_no_node_fits(use, *machines, demand, diagnostics)) return;
  check_tight(use, *machines, demand, diagnostics);
  check_copies(use, *machines, demand, diagnostics);
}

}  // namespace

void fit(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) {
    if (use.owner != nullptr) check_one(use, diagnostics);
  }
}

}  // namespace infra::checks
