#include <fmt/format.h>

#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_pod.h"

namespace infra::kubernetes {

namespace {

// A Job ends when all containers have, and on ECS as soon as an essential one has: with one of them that is the same.
bool ends_as_one(const Lowering& lowering, const Resource& task, const Value& pod) {
  const auto& main = *pod["spec"]["containers"].list();
  if (main.size() == 1) return true;
  lowering.diagnostics.error(
      "E0417", lowering.resource.span,
      main.empty() ? fmt::format("job `{}` has no container that ends it", lowering.resource.address.path)
                   : fmt::format("job `{}` has {} essential containers, and on Kubernetes it ends only when all have",
                                 lowering.resource.address.path, main.size()),
      fmt::format("runs task `{}`", task.address.path),
      "let one container be essential, and mark its helpers with `essential = false`; what must have ended before is "
      "waited for with `succeeded`");
  return false;
}

std::string policy_of(const std::string& overlap) {
  if (overlap == "allow") return "Allow";
  return overlap == "replace" ? "Replace" : "Forbid";
}

// A cluster older than 1.25 has no zones, and its dry run says so.
LoweredResource cron_job(const Lowering& lowering, const std::string& space, const Value& schedule, Map spec) {
  auto cron = entries({{"schedule", schedule["cron"]},
                       {"concurrencyPolicy", policy_of(*schedule["overlap"].string())},
                       {"startingDeadlineSeconds", seconds_up(schedule["deadline"])},
                       {"jobTemplate", entries({{"spec", std::move(spec)}})}});
  if (schedule["zone"] != Value("UTC")) cron.set("timeZone", schedule["zone"]);
  return make_object(lowering, {.part = "cron",
                                .type = "cron_job",
                                .space = space,
                                .name = name_of(lowering.resource, kLongestNamedAnew),
                                .body = entries({{"spec", std::move(cron)}})});
}

}  // namespace

// One run. Another revision is another run; what it goes before stays meanwhile.
Lowered lower_job(const Lowering& lowering) {
  const auto& job = lowering.resource;
  const auto* cluster = cluster_of(lowering, job);
  const auto* task = lowering.referred(job.config["task"]);
  if (cluster == nullptr || task == nullptr || task->config["container"].map() == nullptr) {
    return engine::nothing(lowering, {""});
  }
  Lowered out;
  auto pod = pod_template(lowering, *cluster, *task, out);
  if (!ends_as_one(lowering, *task, Value(pod))) return engine::nothing(lowering, {""});
  auto spec = entries({{"backoffLimit", 0},
                       {"activeDeadlineSeconds", seconds_up(job.config["timeout"])},
                       {"template", std::move(pod)}});
  if (const auto& schedule = job.config["schedule"]; schedule.map() != nullptr) {
    out.resources.push_back(cron_job(lowering, namespace_of(lowering, *cluster), schedule, std::move(spec)));
    out.outputs = entries({{"", Value(name_of(job, kLongestNamedAnew))}});
    return out;
  }
  out.resources.push_back(make_object(lowering, {.part = "job",
                                                 .type = "kube_job",
                                                 .space = namespace_of(lowering, *cluster),
                                                 .name = name_of(job, kLongestNamedAnew),
                                                 .body = entries({{"spec", std::move(spec)}}),
                                                 .naming = Naming::anew}));
  out.outputs = entries({{"", part_of(job, "job", "full_name")}});
  return out;
}

}  // namespace infra::kubernetes
