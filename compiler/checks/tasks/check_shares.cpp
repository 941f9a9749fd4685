#include <fmt/format.h>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_needs.h"

namespace infra::checks {
namespace {

template <class T>
struct Share {
  std::string container;
  T amount;
  Span place;
};

std::string amount_text(Bytes bytes) { return format_bytes(bytes); }
std::string amount_text(Cpu cpu) { return format_cpu(cpu); }

// What is stated counts, and an equal sum fits. The last one written is the one too many.
template <class T>
void check_sum(const Resource& task, T whole, Span whole_place, std::vector<Share<T>> shares, std::int64_t T::*count,
               std::string_view what, Diagnostics& diagnostics) {
  std::int64_t sum = 0;
  for (const auto& share : shares) sum += share.amount.*count;
  if (sum <= whole.*count || shares.empty()) return;
  std::sort(shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.place < b.place; });
  const auto total = amount_text(T{sum});
  auto& diagnostic = diagnostics.error(
      "E0406", shares.back().place,
      shares.size() == 1
          ? fmt::format("container `{}` of {} has more {} than the task", shares.back().container, named(task), what)
          : fmt::format("the containers of {} have {} of {} together, more than the task", named(task), total, what),
      shares.size() == 1 ? fmt::format("takes {}", total)
                         : fmt::format("takes {}, so {} together", amount_text(shares.back().amount), total),
      fmt::format("give the task {} or more, or the containers less", total));
  diagnostic.secondary.push_back({whole_place, fmt::format("the task has {}", amount_text(whole))});
  for (std::size_t i = 0; i + 1 < shares.size(); ++i) {
    diagnostic.secondary.push_back({shares[i].place, fmt::format("takes {}", amount_text(shares[i].amount))});
  }
  diagnostic.fixes.push_back({whole_place, total});
}

// A hard limit above the task's memory could never be reached; one below what is kept for the container is none.
void check_limits(const Resource& task, const std::string& label, const Value& container, Diagnostics& diagnostics) {
  const auto* limit = container["memory"].get<Bytes>();
  const auto* kept = container["memory_reservation"].get<Bytes>();
  if (limit == nullptr || kept == nullptr || *kept <= *limit) return;
  const auto path = container_path(label);
  auto& diagnostic =
      diagnostics.error("E0406", task.place(path + "memory_reservation"),
                        fmt::format("container `{}` reserves more memory than it may use", label),
                        fmt::format("keeps {}", amount_text(*kept)), "make `memory_reservation` at most `memory`");
  diagnostic.secondary.push_back({task.place(path + "memory"), fmt::format("may use {}", amount_text(*limit))});
  diagnostic.fixes.push_back({task.place(path + "memory_reservation"), amount_text(*limit)});
}

// ECS counts whole units, of which 1024 are a vcpu; what lies between two becomes the larger one.
void note_rounding(const Use& use, const Value& amount, const std::string& whose, Span place,
                   Diagnostics& diagnostics) {
  const auto* cpu = amount.get<Cpu>();
  if (cpu == nullptr || !is_aws(use.launch) || cpu->ticks % Cpu::kUnit == 0) return;
  const auto units = cpu->units_up();
  const auto rounded = format_cpu(Cpu::of_units(units));
  diagnostics
      .warning(
          "E0416", place,
          fmt::format("ECS counts in whole units of 1024 a vcpu, so `cpu` of {} is rounded up to {}", whose, units),
          fmt::format("is {} units", static_cast<double>(cpu->ticks) / Cpu::kUnit),
          fmt::format("write {} if that is what it shall have", rounded))
      .fixes.push_back({place, rounded});
}

void check_task(const Use& use, Diagnostics& diagnostics) {
  const auto& task = *use.task;
  std::vector<Share<Bytes>> memory;
  std::vector<Share<Cpu>> cpu;
  for (const auto& [label, container] : use.containers()) {
    check_limits(task, label, container, diagnostics);
    note_rounding(use, container["cpu"], fmt::format("container `{}`", label),
                  task.place(container_path(label) + "cpu"), diagnostics);
    if (const auto* bytes = memory_of(container).get<Bytes>())
      memory.push_back({label, *bytes, memory_place(use, label)});
    if (const auto* units = container["cpu"].get<Cpu>())
      cpu.push_back({label, *units, task.place(container_path(label) + "cpu")});
  }
  // Fargate's sizes are checked as they are written.
  if (use.launch == Launch::ec2) note_rounding(use, task.config["cpu"], named(task), task.place("cpu"), diagnostics);
  if (const auto* whole = task.config["memory"].get<Bytes>()) {
    check_sum(task, *whole, task.place("memory"), std::move(memory), &Bytes::count, "memory", diagnostics);
  }
  if (const auto* whole = task.config["cpu"].get<Cpu>()) {
    check_sum(task, *whole, task.place("cpu"), std::move(cpu), &Cpu::ticks, "CPU", diagnostics);
  }
}

}  // namespace

void shares(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) check_task(use, diagnostics);
}

}  // namespace infra::checks
