// Public IPv4 addresses that come with an object; each is billed by the hour, used or not. Pure.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/values/value.h"

namespace infra::aws {

inline constexpr const char* kPublicAddress = "public IPv4 address";  // an address of its own is called so, too

// Of a service; where somebody else decides how many there are, those that it begins with.
std::int64_t first_copies(const Value& desired, const Value& initial);

std::size_t public_addresses(std::string_view type, const Value& inputs);

}  // namespace infra::aws
