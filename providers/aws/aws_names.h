// The names of objects in an account: stable ones that follow from the stack and the address, and those that need the
// token behind because a second one stands beside the first while it is replaced. Pure.
#pragma once
#include <string>
#include <string_view>

#include "base/values/address.h"

namespace infra::aws {

// "shop-web", cut to `longest` with a hash of the whole behind where it is longer.
std::string stable_name(std::string_view stack, std::string_view path, std::size_t longest);
// "shop-web-1a2b3c"
std::string unique_name(std::string_view stack, std::string_view path, std::string_view token, std::size_t longest);

}  // namespace infra::aws
