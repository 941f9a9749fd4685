// Base64 of answers: ECR's tokens.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace infra::aws {

std::optional<std::string> from_base64(std::string_view text);  // nullopt: it is none

}  // namespace infra::aws
