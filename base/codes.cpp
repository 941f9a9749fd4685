#include "base/codes.h"

namespace infra {
namespace {

constexpr Code kCodes[] = {
    {"E0001", "a folder without .infra files"},
    {"E0003", "a file can't be read"},
    {"E0004", "a file or folder of the stack is missing"},
    {"E0005", "a path leads out of the stack's folder"},
    {"E0007", "invalid JSON"},
    {"E0404", "a fixed host port that more copies or services want than nodes have it free"},
    {"E0405", "a task that fits no node of its cluster"},
    {"E0408", "an awsvpc task without subnets"},
    {"E0409", "containers of a task that can't work together"},
    {"E0410", "a reference to a container, port or resource that doesn't exist"},
    {"E0412", "a port that is reserved, used twice or impossible"},
    {"E0413", "a secret shown in clear"},
    {"E0501", "the state is locked by another run"},
    {"E0502", "the state is damaged, or the file is not a state"},
    {"E0503", "the state was written by a newer infra"},
    {"E0504", "the disk is full or failed while reading or writing the state"},
    {"E0505", "no permission to read or write the state"},
    {"E0506", "the state belongs to another stack"},
    {"E0507", "the state was changed or is held by something else meanwhile"},
    {"E0601", "a container engine that doesn't answer"},
    {"E0602", "no permission to use a container engine"},
    {"E0603", "a container engine whose API is too old"},
    {"E0604", "an image that doesn't exist"},
    {"E0605", "a registry that doesn't answer or refuses"},
    {"E0606", "a port that is taken on its node"},
    {"E0607", "an image that can't be built"},
    {"E0608", "a container that didn't become what it should"},
    {"E0609", "a network that can't be made or removed"},
    {"E0610", "a container engine that refused a request"},
    {"E0611", "a node's endpoint that can't be used"},
    {"E0612", "a node that the platform doesn't have (any more)"},
    {"E0703", "stopped before it was done"},
    {"E0801", "an address that can't be followed as a repository"},
    {"E0802", "a repository that can't be reached"},
    {"E0803", "a repository that refuses access"},
    {"E0804", "a branch that doesn't exist or can't be a branch"},
    {"E0805", "a repository without commits"},
    {"E0806", "the local copy of a repository is damaged or can't be used"},
    {"E0807", "another watch of the same stack is running"},
    {"E0808", "a submodule where files are wanted"},
    {"E0809", "a file or folder of a repository that is too large"},
    {"E0810", "a name in a repository that no file may have"},
    {"E0811", "a fetch that took too long or was cut short"},
    {"E0812", "a repository's host that isn't known"},
    {"E0813", "no process could be started for fetching"},
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
