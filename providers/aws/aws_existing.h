// What a stack on AWS may refer to without owning it (`existing`), by its ARN, or by an id or name as AWS shows it:
//   vpc, subnet    an id, or what its tag Name says
//   cluster, repository, load_balancer, secret   a name
//   image          as it is pulled: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web:v1", "nginx:1.27"
//   service        CLUSTER/NAME
//   listener       BALANCER:PORT, since it has no name of its own
// Attributes are those of the kind, as far as AWS tells them, and what lowering wants to know beside: the outputs that
// types/aws_surroundings.h adds.
#pragma once
#include <string_view>
#include <vector>

#include "providers/provider.h"

namespace infra::aws {

// In Sought::wanted: it is somebody else's, so its surroundings are to be looked at too.
inline constexpr const char* kAsExisting = "existing";

// Platform::reads, sought and attributes_of.
bool reads(std::string_view kind);
std::vector<Sought> sought(const Resource& existing);
Value attributes_of(const Resource& existing, const std::vector<FoundObject>& found);

}  // namespace infra::aws
