#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind simulator() {
  return {.role = KindRole::platform,
          .schema = make({
              .name = "simulator",
              .doc = "A world in a file that behaves like nodes: for tests, benchmarks and trying things out.",
              .attributes =
                  {
                      {.name = "nodes",
                       .type = integer().between(1, 1000),
                       .doc = "How many nodes; they are called n1, n2 …",
                       .fallback = 1},
                      {.name = "seed",
                       .type = integer().as_later(),
                       .doc = "Decides which operations fail when `failure` is set.",
                       .fallback = 1},
                      {.name = "delay",
                       .type = duration(),
                       .doc = "How long each operation takes.",
                       .fallback = Value(Duration{0})},
                      {.name = "failure",
                       .type = percent(),
                       .doc = "How many operations fail.",
                       .fallback = Value(Percent{0})},
                      {.name = "fail",
                       .type = list(string()),
                       .doc = "Addresses whose operations fail.",
                       .fallback = Value(List())},
                      {.name = "file",
                       .type = string().opt().as_later(),
                       .doc = "Where the world is kept; default: beside the state."},
                  },
          })};
}

}  // namespace infra::kinds
