#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"
#include "facts/fargate.h"

namespace infra::checks {
namespace {

using facts::FargateSize;

std::string mib(std::int64_t count) { return format_bytes({count * kMib}); }

std::string choices(const FargateSize& row) {
  if (row.step == 0) return "512MiB, 1GiB or 2GiB";
  return fmt::format("{} to {} in steps of {}", mib(row.low), mib(row.high), mib(row.step));
}

void check_missing(const Use& use, Diagnostics& diagnostics) {
  const bool no_cpu = use.task->config["cpu"].is_null();
  const auto& stated = use.task->written(no_cpu ? "memory" : "cpu");
  auto& diagnostic = diagnostics.error(
      "E0401", stated.value_or(use.task->span), fmt::format("{} needs `cpu` and `memory` on Fargate", named(*use.task)),
      stated ? fmt::format("without `{}` beside it", no_cpu ? "cpu" : "memory") : "states neither",
      "Fargate gives a task exactly what it states: add for example cpu = 0.25vcpu and memory = 512MiB");
  diagnostic.secondary.push_back({use.launch_place(), "it runs here"});
}

void check_pair(const Use& use, Cpu cpu, Bytes memory, Diagnostics& diagnostics) {
  const auto sizes = facts::fargate_sizes();
  const auto* row = cpu.whole_units() ? facts::fargate_size(cpu.units_up()) : nullptr;
  const bool sized =
      row != nullptr && facts::fargate_memory(*row, memory) == memory.count / kMib && memory.count % kMib == 0;
  if (sized) return;
  const auto cpu_place = use.task->place("cpu");
  const auto memory_place = use.task->place("memory");
  auto message = fmt::format("Fargate has no task with {} and {}", format_cpu(cpu), format_bytes(memory));
  if (row == nullptr) {
    const auto next =
        std::find_if(sizes.begin(), sizes.end(), [&](const FargateSize& s) { return Cpu::of_units(s.units) >= cpu; });
    auto& diagnostic = diagnostics.error("E0401", cpu_place, std::move(message), "no such size",
                                         "Fargate has 0.25, 0.5, 1, 2, 4, 8 and 16 vcpu");
    diagnostic.secondary.push_back({use.launch_place(), "it runs here"});
    if (next != sizes.end()) diagnostic.fixes.push_back({cpu_place, format_cpu(Cpu::of_units(next->units))});
    return;
  }
  auto& diagnostic = diagnostics.error("E0401", memory_place, std::move(message),
                                       fmt::format("with {} it can be {}", format_cpu(cpu), choices(*row)));
  diagnostic.secondary.push_back({use.launch_place(), "it runs here"});
  if (const auto size = facts::fargate_memory(*row, memory)) {
    diagnostic.help = fmt::format("the next size is {}", mib(*size));
    diagnostic.fixes.push_back({memory_place, mib(*size)});
    return;
  }
  const auto larger = std::find_if(sizes.begin(), sizes.end(),
                                   [&](const FargateSize& s) { return facts::fargate_memory(s, memory).has_value(); });
  if (larger == sizes.end()) {
    diagnostic.help = "no Fargate task has more than 120GiB: use a cluster with `ec2`";
    return;
  }
  diagnostic.help = fmt::format("{} needs {} or more", format_bytes(memory), format_cpu(Cpu::of_units(larger->units)));
  diagnostic.fixes.push_back({cpu_place, format_cpu(Cpu::of_units(larger->units))});
  if (const auto size = *facts::fargate_memory(*larger, memory); size * kMib != memory.count)
    diagnostic.fixes.push_back({memory_place, mib(size)});
}

void check_size(const Use& use, Diagnostics& diagnostics) {
  const auto& cpu = use.task->config["cpu"];
  const auto& memory = use.task->config["memory"];
  if (cpu.is_null() || memory.is_null()) {
    check_missing(use, diagnostics);
  } else if (cpu.get<Cpu>() != nullptr && memory.get<Bytes>() != nullptr) {
    check_pair(use, *cpu.get<Cpu>(), *memory.get<Bytes>(), diagnostics);
  }
}

bool is_true(const Value& value) { return value.boolean() != nullptr && *value.boolean(); }
bool set(const Value& value) { return !value.is_null() && value.known(); }
bool text_other_than(const Value& value, std::initializer_list<std::string_view> allowed) {
  return value.string() != nullptr && std::find(allowed.begin(), allowed.end(), *value.string()) == allowed.end();
}
bool other_capability(const Value& value) {
  const auto* list = value.list();
  return list != nullptr &&
         std::any_of(list->begin(), list->end(), [](const Value& v) { return text_other_than(v, {"SYS_PTRACE"}); });
}

struct Setting {
  std::string_view part;          // in the schema
  bool (*refused)(const Value&);  // for which values
  std::string_view why;
};
constexpr std::array kNotOnFargate = {
    Setting{"task.container.aws.privileged", is_true, "no container is privileged there"},
    Setting{"task.container.aws.shared_memory", set, "/dev/shm has its fixed size there"},
    Setting{"task.container.aws.swap", set, "there is no swap"},
    Setting{"task.container.aws.add_capabilities", other_capability, "SYS_PTRACE is the only one that can be added"},
    Setting{"task.container.aws.log_driver",
            [](const Value& v) {
              return text_other_than(v, {"awslogs", "splunk", "awsfirelens"});
            },
            "it knows awslogs, splunk and awsfirelens"},
    Setting{"task.aws.pid_mode", [](const Value& v) { return text_other_than(v, {"task"}); },
            "only `task` is possible"},
    Setting{"task.aws.ipc_mode", set, "it can't be chosen there"},
    Setting{"task.volume.host", set, "a task sees no machine there"},
    Setting{"service.place.spread", set, "Fargate spreads over zones by itself"},
    Setting{"service.place.binpack", set, "there are no machines to fill"},
    Setting{"service.place.distinct", is_true, "every task has a machine of its own"},
    Setting{"service.place.where", [](const Value& v) { return v.map() != nullptr && !v.map()->empty(); },
            "there are no machines with labels"},
};
constexpr std::array kOnlyOnFargate = {
    Setting{"task.aws.ephemeral_storage", set, "on EC2 a task has its instance's disk"},
};

template <std::size_t N>
void check_settings(const CheckInput& input, const Use& use, const Resource& resource,
                    const std::array<Setting, N>& refused, Diagnostics& diagnostics) {
  for (const auto& part : input.parts(resource)) {
    const auto at = std::find_if(refused.begin(), refused.end(), [&](const Setting& s) { return s.part == part.name; });
    if (at == refused.end() || !at->refused(*part.value)) continue;
    diagnostics
        .error("E0417", part.span,
               fmt::format("{} can't have `{} = {}` on {}", owner_of(resource, part), part.last(),
                           to_source(*part.value), text(use.launch)),
               std::string(at->why), "leave it out, or write it under an `if`")
        .secondary.push_back({use.launch_place(), "it runs here"});
  }
}

}  // namespace

void fargate(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) {
    if (use.launch == Launch::fargate) {
      check_size(use, diagnostics);
      check_settings(input, use, *use.task, kNotOnFargate, diagnostics);
      if (use.owner != nullptr) check_settings(input, use, *use.owner, kNotOnFargate, diagnostics);
    }
    if (use.launch == Launch::ec2) check_settings(input, use, *use.task, kOnlyOnFargate, diagnostics);
  }
}

}  // namespace infra::checks
