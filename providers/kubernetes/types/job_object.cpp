#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& job_type() {
  static const ObjectType type{
      .schema = {.name = std::string(kJob),
                 .doc = "Pods that run to their end; never changed once made.",
                 .attributes = object_attributes(
                     {fixed_spec_attribute(),
                      output("exit_code", types::integer(), "How it ended; 0: well. Nothing while it runs."),
                      full_name_attribute()})},
      .kind = "Job",
      .resource = "jobs",
      .versions = {{"batch/v1"}},
      .in_full = true};
  return type;
}

}  // namespace infra::kubernetes
