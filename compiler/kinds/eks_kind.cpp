#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

static Schema group() {
  return {
      .name = "group",
      .doc = "Machines of the cluster (a managed node group).",
      .attributes =
          {
              instance_type(),
              {.name = "size",
               .type = any_of({range(integer()), integer().between(1, 450)}),
               .doc = "How many machines: a number, or a range in which they scale.",
               .fallback = 1},
          },
  };
}

static Schema fargate_profile() {
  return {
      .name = "fargate",
      .doc = "Pods of a namespace that run without machines (a Fargate profile).",
      .attributes =
          {
              {.name = "namespace", .type = name_type(), .doc = "Whose pods.", .required = true},
              {.name = "labels",
               .type = map(string()),
               .doc = "Only pods with these labels.",
               .fallback = Value(Map())},
          },
  };
}

Kind eks() {
  return {.schema = make({
              .name = "eks",
              .doc = "A Kubernetes cluster of AWS, with its roles, machines and access.",
              .attributes =
                  {
                      {.name = "subnets",
                       .type = list(ref("subnet")).between(1, 16),
                       .doc = "Where it is placed: subnets of two zones or more.",
                       .required = true},
                      {.name = "version",
                       .type = string().matching("1\\.[0-9]{2}").opt(),
                       .doc = "The version of Kubernetes, such as \"1.31\"; default: what AWS takes."},
                      {.name = "endpoint", .type = string(), .doc = "The address of its API.", .computed = true},
                      {.name = "kubeconfig",
                       .type = string(),
                       .doc = "A file by which kubectl reaches it, with the program `aws`.",
                       .computed = true},
                  },
              .blocks =
                  {
                      {.name = "group",
                       .doc = "Machines of the cluster.",
                       .schema = make(group()),
                       .labelled = true,
                       .times = Times::many},
                      {.name = "fargate",
                       .doc = "Pods that run without machines.",
                       .schema = make(fargate_profile()),
                       .labelled = true,
                       .times = Times::many},
                  },
          }),
          .platforms = {"aws"}};
}

}  // namespace infra::kinds
