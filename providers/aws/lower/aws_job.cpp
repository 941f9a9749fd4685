#include <fmt/format.h>

#include "providers/aws/lower/aws_place.h"
#include "providers/aws/lower/aws_schedule.h"
#include "providers/aws/lower/capacity.h"

namespace infra::aws {

// One run of a task. Whatever it is run from is part of it: another revision is another run.
Lowered lower_job(const Lowering& lowering) {
  const auto& job = lowering.resource;
  const auto* cluster = cluster_of(lowering, job);
  const auto* task = lowering.referred(job.config["task"]);
  if (cluster == nullptr || task == nullptr) return engine::nothing(lowering, {""});
  const auto place = place_of(lowering, job, *cluster);
  if (place.spots.empty()) {
    lowering.diagnostics.error("E0403", job.span, fmt::format("job `{}` has no subnets", job.address.path), "",
                               "give its cluster a `vpc` with subnets, or add `subnets`");
    return engine::nothing(lowering, {""});
  }
  if (job.config["schedule"].map() != nullptr) return lower_scheduled_job(lowering, *cluster, *task, place);
  auto inputs = entries({{"cluster", arn_of_cluster(lowering, *cluster)},
                         {"task_definition", part_of(*task, "definition", "arn")},
                         {"timeout_seconds", seconds_of(job.config["timeout"])}});
  set_capacity(lowering, *cluster, inputs);
  Lowered out;
  if (network_mode(lowering, *task) == "awsvpc") {
    inputs.set("network", network_of(place, is_fargate(lowering, *cluster), inside_group(lowering, place, out)));
  }
  auto part = make_part(lowering, "run", "run_task", std::move(inputs), Order::create_first);
  wait_for_routes(place, part);
  out.resources.push_back(std::move(part));
  out.outputs = entries({{"", part_of(job, "run", "arn")}});
  return out;
}

}  // namespace infra::aws
