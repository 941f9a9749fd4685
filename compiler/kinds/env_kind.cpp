#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind env() {
  return {
      .role = KindRole::environment,
      .schema = make({
          .name = "env",
          .doc = "An environment: a place where the stack runs, with params, a state and a platform of its own. "
                 "`--env NAME` or INFRA_ENV chooses it.",
          .attributes =
              {
                  {.name = "values",
                   .type = string().opt(),
                   .doc = "A file of the stack's folder with values of params; default: NAME.values, if there is one."},
                  {.name = "state",
                   .type = string().opt(),
                   .doc = "Where its state is: a file, or postgres://…; default: .infra/NAME/state.db."},
                  {.name = "platform",
                   .type = ref("platform").opt(),
                   .doc = "The platform of everything that names none; default: the stack's."},
                  {.name = "protect",
                   .type = boolean(),
                   .doc = "Refuse every plan that would destroy or replace one of its resources.",
                   .fallback = false},
              },
      })};
}

}  // namespace infra::kinds
