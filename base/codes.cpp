#include "base/codes.h"

namespace infra {
namespace {

constexpr Code kCodes[] = {
    {"E0004", "a file or folder of the stack is missing"},
    {"E0005", "a path leads out of the stack's folder"},
    {"E0007", "invalid JSON"},
};

}  // namespace

std::span<const Code> all_codes() { return kCodes; }

}  // namespace infra
