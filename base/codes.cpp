#include "base/codes.h"

namespace infra {
namespace {

constexpr Code kCodes[] = {
    {"E0004", "a file or folder of the stack is missing"},
    {"E0005", "a path leads out of the stack's folder"},
    {"E0007", "invalid JSON"},
    {"E0901", "somebody must say yes, and nobody is there to ask"},
    {"E0902", "a command line that can't be understood"},
    {"E0903", "a param's value on the command line that isn't NAME=VALUE"},
    {"E0904", "a values file that can't be read"},
    {"E0905", "a secret's source that can't be read"},
    {"E0906", "no such output"},
    {"E0907", "the output can't be written"},
    {"E0999", "internal error"},
};

}  // namespace

std::span<const Code> all_codes() { return kCodes; }

}  // namespace infra
