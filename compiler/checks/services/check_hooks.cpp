// When a job runs: before a deployment, after it, before a deletion, or by the clock.
#include <fmt/format.h>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"

namespace infra::checks {
namespace {

constexpr const char* kBeforeDelete = "before_delete";

bool names_services(const Resource& job, const char* hook) {
  const auto* services = job.config[hook].list();
  return services != nullptr && !services->empty();
}

// A run by the clock belongs to no deployment and no deletion.
void check_beside_schedule(const Resource& job, Diagnostics& diagnostics) {
  if (job.config["schedule"].map() == nullptr) return;
  for (const auto* hook : {"before", "after", kBeforeDelete}) {
    if (!names_services(job, hook)) continue;
    const bool deletes = hook == std::string_view(kBeforeDelete);
    diagnostics
        .error("E0415", job.place(hook), fmt::format("{} has a `schedule` and `{}`", named(job), hook),
               deletes ? "runs with a deletion" : "runs with a deployment",
               "leave out one of the two, or make two jobs of it")
        .secondary.push_back({job.place("schedule"), "runs at its own times"});
  }
}

void check_beside_deployment(const Resource& job, Diagnostics& diagnostics) {
  for (const auto* hook : {"before", "after"}) {
    if (!names_services(job, hook)) continue;
    diagnostics
        .error("E0415", job.place(kBeforeDelete), fmt::format("{} has `{}` and `before_delete`", named(job), hook),
               "runs with a deletion, and only then", "make two jobs of it")
        .secondary.push_back({job.place(hook), "runs with a deployment"});
  }
}

// Who deletes it must know of the job.
void check_services(const CheckInput& input, const Resource& job, Diagnostics& diagnostics) {
  for (const auto& one : *job.config[kBeforeDelete].list()) {
    const auto* service = one.ref() != nullptr ? input.graph.find(one.ref()->address) : nullptr;
    const auto* platform = service != nullptr ? input.graph.platform(service->platform) : nullptr;
    if (platform == nullptr || platform->kind == "nodes" || platform->kind == "simulator") continue;
    diagnostics
        .error("E0310", job.place(kBeforeDelete),
               fmt::format("{} is to run before the deletion of {}, which runs on platform `{}` ({})", named(job),
                           named(*service), platform->name, platform->kind),
               "not possible there", "it is for services on nodes, simulator: leave it out, or write it under an `if`")
        .secondary.push_back({platform->span, "the platform"});
  }
}

}  // namespace

void hooks(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    if (resource.address.kind != "job") continue;
    check_beside_schedule(resource, diagnostics);
    if (!names_services(resource, kBeforeDelete)) continue;
    check_beside_deployment(resource, diagnostics);
    check_services(input, resource, diagnostics);
  }
}

}  // namespace infra::checks
