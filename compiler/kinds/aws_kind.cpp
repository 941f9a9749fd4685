#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind aws() {
  return {.role = KindRole::platform,
          .schema = make({
              .name = "aws",
              .doc = "An account and region of AWS: ECS, Fargate, ECR, VPC, ELB, Secrets Manager and EKS.",
              .attributes =
                  {
                      {.name = "region",
                       .type = string().matching("[a-z]{2,3}(-[a-z]+)+-[0-9]").opt(),
                       .doc = "Such as \"eu-west-1\"; default: the one of the profile or of AWS_REGION."},
                      {.name = "profile",
                       .type = string().opt(),
                       .doc = "A profile of ~/.aws/config; default: the usual chain of credentials."},
                      {.name = "endpoint",
                       .type = string().matching("https?://.+").opt().as_later(),
                       .doc = "The address of another API that speaks as AWS does."},
                      {.name = "builder",
                       .type = string().opt(),
                       .doc = "The container engine that builds images, such as \"unix:///var/run/docker.sock\"; "
                              "default: DOCKER_HOST, or that one."},
                  },
          })};
}

}  // namespace infra::kinds
