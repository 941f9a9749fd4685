// The steps of a build as its user counts them: engines add steps of their own for the labels that they are given.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace infra::nodes {

// A line of a build's output; `labels` of ours were given to the engine. Docker makes each a step, behind all others:
// "Step 2/10 : RUN x" is "Step 2/3 : RUN x" with seven. How Podman counts them depends on its version: "STEP 2/4: RUN
// x" becomes "Step 2 : RUN x". Any other line stays as it is. Nothing: a step that no Dockerfile has.
std::optional<std::string> user_line(std::string_view line, std::size_t labels);

// "Step 2/3 : RUN x"?
bool is_step(std::string_view line);

}  // namespace infra::nodes
