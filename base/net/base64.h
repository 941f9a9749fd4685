// Base64 as HTTP's headers have it, with padding.
#pragma once
#include <string>
#include <string_view>

namespace infra::net {

std::string base64(std::string_view bytes);      // with '+' and '/'
std::string base64_url(std::string_view bytes);  // with '-' and '_', as engines want it in X-Registry-Auth

// The value of an Authorization header.
std::string basic_authorization(const std::string& user, const std::string& password);

}  // namespace infra::net
