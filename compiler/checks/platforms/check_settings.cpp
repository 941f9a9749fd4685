#include <fmt/format.h>

#include <array>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

bool some(const Value& value) { return !value.is_null() && value.known(); }
bool some_time(const Value& value) { return value.get<Duration>() != nullptr && value.get<Duration>()->ms > 0; }

bool on_kubernetes(Launch launch) { return launch == Launch::kubernetes; }

// What a service may write and its platform has nothing of the kind for.
struct Refusal {
  std::string_view part;  // in the schema
  bool (*platform)(Launch);
  std::string_view called;
  bool (*refused)(const Value&);
  std::string_view why;
  std::string_view help;
};
constexpr std::array kRefused = {
    Refusal{"service.deploy.deadline", is_aws, "ECS", some, "its circuit breaker ends a deployment",
            "leave it out: ECS counts the copies that fail"},
    Refusal{"service.deploy.settle", is_aws, "ECS", some, "a copy without a health check counts once it runs",
            "give a container a `health` check whose `grace` is that long"},
    Refusal{"service.place.binpack", on_kubernetes, "Kubernetes", some,
            "its scheduler can't be told so for one service", "leave it out: the cluster's own scheduler decides"},
    Refusal{"service.route.slow_start", on_kubernetes, "Kubernetes", some_time, "its balancers know no slow start",
            "leave it out"},
    Refusal{"service.scale.target_requests", on_kubernetes, "Kubernetes", some,
            "an autoscaler there measures CPU and memory", "scale by target_cpu or target_memory"},
};

void check_service(const CheckInput& input, const Use& use, Diagnostics& diagnostics) {
  for (const auto& part : input.parts(*use.owner)) {
    for (const auto& refusal : kRefused) {
      if (part.name != refusal.part || !refusal.platform(use.launch) || !refusal.refused(*part.value)) continue;
      diagnostics
          .error("E0417", part.span,
                 fmt::format("{} can't have `{} = {}` on {}", named(*use.owner), part.last(), to_source(*part.value),
                             refusal.called),
                 std::string(refusal.why), std::string(refusal.help))
          .secondary.push_back({use.launch_place(), "it runs here"});
    }
  }
}

}  // namespace

void settings(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) {
    if (use.is_service()) check_service(input, use, diagnostics);
  }
}

}  // namespace infra::checks
