// The order of a plan's steps.
#pragma once
#include <optional>
#include <vector>

#include "planner/draft.h"

namespace infra {

// Where the changes of a draft stand in the plan. kNowhere for a slot without one.
struct Layout {
  static constexpr std::size_t kNowhere = ~std::size_t{0};
  std::vector<std::size_t> current;   // by slot
  std::vector<std::size_t> beside;    // by index in Draft::beside
  std::vector<std::size_t> owner_of;  // by change
};

// nullopt: they wait for each other, a bug. May turn create-first replacements round where they leave no order.
std::optional<std::vector<Step>> order_steps(Draft& draft, const Layout& layout);

}  // namespace infra
