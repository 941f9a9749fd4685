#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind subnet() {
  return {
      .schema = make({
          .name = "subnet",
          .doc = "A part of a vpc's addresses, in one zone.",
          .attributes =
              {
                  {.name = "cidr",
                   .type = cidr(),
                   .doc = "Its addresses, inside the vpc's.",
                   .required = true,
                   .change = OnChange::replace},
                  {.name = "zone",
                   .type = string().opt(),
                   .doc = "The availability zone; on nodes their label `zone`: what names the subnet runs on nodes of "
                          "that zone, or on any if no node has that label.",
                   .change = OnChange::replace},
                  {.name = "public",
                   .type = boolean(),
                   .doc = "Reachable from outside.",
                   .fallback = false,
                   .change = OnChange::replace},
              },
      }),
      .parent = "vpc"};
}

static Schema vpc_aws() {
  return {
      .name = "aws",
      .doc = "What only AWS has for a vpc.",
      .attributes = {{.name = "nat",
                      .type = one_of({"none", "one", "zone"}).opt(),
                      .doc =
                          "NAT gateways, through which private subnets reach the outside: none, one for all, or one in "
                          "each zone. Each costs by the hour. Default: one, if there are private and public subnets."}},
  };
}

Kind vpc() {
  return {
      .schema = make({
          .name = "vpc",
          .doc = "A private network with its subnets.",
          .attributes = {{.name = "cidr",
                          .type = cidr(),
                          .doc = "All its addresses.",
                          .required = true,
                          .change = OnChange::replace}},
          .blocks =
              {{.name = "subnet",
                .doc = "A part of the addresses.",
                .schema = subnet().schema,
                .labelled = true,
                .times = Times::many,
                .resource = true},
               {.name = "aws", .doc = "What only AWS has for a vpc.", .schema = make(vpc_aws()), .platforms = {"aws"}}},
      })};
}

}  // namespace infra::kinds
