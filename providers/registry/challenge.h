// What a registry asks for at its door: WWW-Authenticate: Bearer realm="https://…",service="…",scope="…".
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace infra::registry {

std::map<std::string, std::string> parse_challenge(std::string_view header);

std::string base64(std::string_view bytes);      // with '+', '/' and padding
std::string base64_url(std::string_view bytes);  // with '-', '_' and padding, as engines want it in X-Registry-Auth

}  // namespace infra::registry
