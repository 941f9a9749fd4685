#include "apply/prepare/protected_environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace infra {

std::optional<Error> refuse_protected(const ChosenEnvironment& environment, const Plan& plan) {
  if (!environment.protect) return std::nullopt;
  std::vector<std::string> lost;
  for (const auto& owner : plan.owners) {
    if (owner.action != Action::destroy && owner.action != Action::replace) continue;
    lost.push_back(owner.address.text());
  }
  if (lost.empty()) return std::nullopt;
  constexpr std::size_t kMost = 5;
  const auto more = lost.size() > kMost ? fmt::format(" and {} more", lost.size() - kMost) : std::string();
  lost.resize(std::min(lost.size(), kMost));
  return Error{
      .code = "E0702",
      .message = fmt::format("environment `{}` is protected, and this plan would destroy {}{}", environment.name,
                             fmt::join(lost, ", "), more),
      .help = fmt::format("undo the change, exclude what it is about (--exclude), or remove `protect` from `env {}`",
                          environment.name)};
}

}  // namespace infra
