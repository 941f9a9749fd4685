// What a Dockerfile says of its stages and arguments; nothing is built, and no variable is replaced.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/checks/check_input.h"

namespace infra::checks {

struct Stage {
  std::string base;  // as FROM names it: an image, or an earlier stage
  std::string name;  // lower case; empty: none
};
struct Dockerfile {
  std::vector<Stage> stages;
  std::set<std::string> arguments;                                  // of ARG, anywhere
  [[nodiscard]] const Stage* stage(std::string_view target) const;  // by name or number; empty: the last
  // The image that the stage stands on in the end, through other stages; empty: not known.
  [[nodiscard]] std::string root_of(const Stage& stage) const;
};
Dockerfile parse_dockerfile(std::string_view text);

// The Dockerfile of an `image`; nullopt: it isn't there, or isn't known.
std::optional<Dockerfile> dockerfile_of(const CheckInput& input, const Resource& image);

}  // namespace infra::checks
