// Back to an earlier revision.
#pragma once
#include <cstdint>
#include <optional>

#include "workspace/open_session.h"

namespace infra::cli {

// From now on the session has the files and params of that revision; without a number of the last one before the
// present that succeeded. E0509 if there is none.
Result<Ok> go_back(OpenSession& open, std::optional<std::uint64_t> number);

}  // namespace infra::cli
