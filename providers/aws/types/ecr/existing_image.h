// What the name of an image means now: its digest, as its registry says it. An ECR is asked by its API, any other
// registry without credentials.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

// nullopt: there is no such image.
Result<std::optional<Seen>> existing_image(Account& account, const std::string& name);

}  // namespace infra::aws
