#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind cluster() {
  return {.schema = make({
              .name = "cluster",
              .doc = "Where services run: on nodes the platform's engines, on AWS an ECS cluster.",
              .attributes =
                  {{.name = "vpc", .type = ref("vpc").opt(), .doc = "The network whose subnets awsvpc tasks join."}},
          })};
}

}  // namespace infra::kinds
