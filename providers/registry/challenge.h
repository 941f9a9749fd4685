// What a registry asks for at its door: WWW-Authenticate: Bearer realm="https://…",service="…",scope="…".
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace infra::registry {

std::map<std::string, std::string> parse_challenge(std::string_view header);

}  // namespace infra::registry
