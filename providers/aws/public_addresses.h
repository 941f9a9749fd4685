// Public IPv4 addresses that come with an object; each is billed by the hour, used or not. Pure.
#pragma once
#include <string_view>

#include "base/values/value.h"

namespace infra::aws {

inline constexpr const char* kPublicAddress = "public IPv4 address";  // an address of its own is called so, too

std::size_t public_addresses(std::string_view type, const Value& inputs);

}  // namespace infra::aws
