#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind secret() {
  return {.schema = make({
              .name = "secret",
              .doc = "A secret that containers read: Secrets Manager on AWS, a Secret on Kubernetes; never in clear in "
                     "the state.",
              .attributes =
                  {
                      {.name = "value",
                       .type = string().as_secret(),
                       .doc = "What it holds, from a param of type Secret<String>.",
                       .required = true},
                  },
          })};
}

}  // namespace infra::kinds
