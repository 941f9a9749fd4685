#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

static Schema fargate() {
  return {
      .name = "fargate",
      .doc = "Capacity without machines: each task gets what it asks for (AWS Fargate).",
      .attributes = {{.name = "spot",
                      .type = boolean(),
                      .doc = "Cheaper capacity that may be taken away (FARGATE_SPOT).",
                      .fallback = false}},
  };
}

static Schema ec2() {
  return {
      .name = "ec2",
      .doc = "Capacity of EC2 instances in an Auto Scaling group.",
      .attributes =
          {
              instance_type(),
              {.name = "size",
               .type = any_of({range(integer()), integer().between(1, 5'000)}),
               .doc = "How many instances: a number, or a range in which they scale, such as 1..3.",
               .fallback = 1},
          },
  };
}

static Schema on_kubernetes_cluster() {
  return {
      .name = "kubernetes",
      .doc = "What only Kubernetes has for a cluster.",
      .attributes = {{.name = "namespace",
                      .type = name_type().opt(),
                      .doc = "The namespace's whole name; default: STACK-NAME."}},
  };
}

Kind cluster() {
  return {.schema = make({
              .name = "cluster",
              .doc = "Where services run: on nodes the platform's engines, on AWS an ECS cluster, on Kubernetes a "
                     "namespace.",
              .attributes =
                  {{.name = "vpc", .type = ref("vpc").opt(), .doc = "The network whose subnets awsvpc tasks join."}},
              .blocks =
                  {
                      {.name = "fargate",
                       .doc = "Capacity without machines.",
                       .schema = make(fargate()),
                       .platforms = {"aws"}},
                      {.name = "ec2", .doc = "Capacity of EC2 instances.", .schema = make(ec2()), .platforms = {"aws"}},
                      {.name = "kubernetes",
                       .doc = "What only Kubernetes has for a cluster.",
                       .schema = make(on_kubernetes_cluster()),
                       .platforms = {"kubernetes"}},
                  },
          })};
}

}  // namespace infra::kinds
