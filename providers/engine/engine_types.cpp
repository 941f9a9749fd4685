#include "providers/engine/engine_types.h"

#include "providers/engine/jobs/job.h"
#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

const std::vector<Schema>& types() {
  static const std::vector<Schema> all = {
      acme_account_type(),    acme_certificate_type(), balancer_route_type(), container_type(), delete_hook_type(),
      image_type(),           job_run_type(),          load_balancer_type(),  network_type(),   overlay_type(),
      overlay_network_type(), registry_access_type(),  repository_type(),     task_type(),      task_set_type()};
  return all;
}

}  // namespace infra::engine
