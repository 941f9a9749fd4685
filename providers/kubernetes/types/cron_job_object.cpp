#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& cron_job_type() {
  static const ObjectType type{.schema = {.name = std::string(kCronJob),
                                          .doc = "Jobs by the clock.",
                                          .attributes = object_attributes({spec_attribute()})},
                               .kind = "CronJob",
                               .resource = "cronjobs",
                               .versions = {{"batch/v1", 21}, {"batch/v1beta1"}}};
  return type;
}

}  // namespace infra::kubernetes
