// Base64 as HTTP's headers have it, with padding.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace infra::net {

std::string base64(std::string_view bytes);      // with '+' and '/'
std::string base64_url(std::string_view bytes);  // with '-' and '_', as engines want it in X-Registry-Auth

std::optional<std::string> from_base64(std::string_view text);  // of the first form; nullopt: it is none

// The value of an Authorization header.
std::string basic_authorization(const std::string& user, const std::string& password);

}  // namespace infra::net
