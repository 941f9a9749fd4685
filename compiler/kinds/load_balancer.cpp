#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind listener() {
  return {.schema = make({
              .name = "listener",
              .doc = "A port on which a load balancer takes requests; services are put behind it with `route`.",
              .attributes =
                  {
                      {.name = "port", .type = port(), .doc = "The port that clients connect to.", .required = true},
                      {.name = "protocol",
                       .type = one_of({"http", "https", "tcp", "udp", "tls"}),
                       .doc = "What is spoken: http and https know paths and hosts, the others pass bytes on.",
                       .fallback = "http"},
                      {.name = "certificate",
                       .type = string().opt(),
                       .doc = "For https and tls: an ACM certificate's ARN, or the name of a file or Secret with it."},
                  },
          }),
          .parent = "load_balancer"};
}

Kind load_balancer() {
  return {
      .schema = make({
          .name = "load_balancer",
          .doc = "One address in front of services: HAProxy on nodes, an ALB or NLB on AWS, a Service or Ingress on "
                 "Kubernetes.",
          .attributes =
              {
                  {.name = "subnets",
                   .type = list(ref("subnet")).between(1, 16).opt(),
                   .doc = "Where it stands; AWS wants two zones."},
                  {.name = "internal",
                   .type = boolean(),
                   .doc = "Reachable only from inside its vpc.",
                   .fallback = false,
                   .change = OnChange::replace},
                  {.name = "address",
                   .type = string(),
                   .doc = "Its name or address, without a port.",
                   .computed = true},
              },
          .blocks = {{.name = "listener",
                      .doc = "A port on which it takes requests.",
                      .schema = listener().schema,
                      .labelled = true,
                      .times = Times::many,
                      .resource = true}},
      })};
}

}  // namespace infra::kinds
