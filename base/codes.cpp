#include "base/codes.h"

namespace infra {
namespace {

constexpr Code kCodes[] = {
    {"E0004", "a file or folder of the stack is missing"},
    {"E0005", "a path leads out of the stack's folder"},
    {"E0007", "invalid JSON"},
    {"E0501", "the state is locked by another run"},
    {"E0502", "the state is damaged, or the file is not a state"},
    {"E0503", "the state was written by a newer infra"},
    {"E0504", "the disk is full or failed while reading or writing the state"},
    {"E0505", "no permission to read or write the state"},
    {"E0506", "the state belongs to another stack"},
    {"E0507", "the state was changed or is held by something else meanwhile"},
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
