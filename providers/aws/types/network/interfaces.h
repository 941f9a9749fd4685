// What network interfaces stand in, or have: subnets and security groups. It can't go before they have gone.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

// Deletes it once it is free. Interfaces of balancers and tasks that are going leave by themselves, and are waited for,
// for at most twenty minutes; one that somebody else made is E0623 at once, with its name and what it says of itself.
// `filter`: of DescribeNetworkInterfaces, "subnet-id".
Result<Ok> delete_when_free(Call& call, const char* operation, const char* parameter, const char* filter);

}  // namespace infra::aws
