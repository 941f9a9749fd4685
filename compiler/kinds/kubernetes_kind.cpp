#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind kubernetes() {
  return {.role = KindRole::platform,
          .schema = make({
              .name = "kubernetes",
              .doc = "A Kubernetes cluster.",
              .attributes =
                  {
                      {.name = "kubeconfig",
                       .type = string().opt().as_later(),
                       .doc = "The file with its address and credentials; default: KUBECONFIG, else ~/.kube/config."},
                      {.name = "context",
                       .type = string().opt().as_later(),
                       .doc = "The context of that file; default: its current one."},
                      {.name = "eks",
                       .type = ref("eks").opt(),
                       .doc = "The EKS cluster that it is, instead of a kubeconfig: whoever makes it signs in there as "
                              "who makes the cluster."},
                      {.name = "ingress",
                       .type = name_type().opt(),
                       .doc = "The IngressClass of load balancers; default: the cluster's own default."},
                      {.name = "gateway",
                       .type = name_type().opt(),
                       .doc = "The GatewayClass of load balancers: each is a Gateway with HTTPRoutes (Gateway API) in "
                              "place of Ingresses, and http and https may have any port."},
                  },
          })};
}

}  // namespace infra::kinds
