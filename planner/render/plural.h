// Nouns in what people read.
#pragma once
#include <cstddef>
#include <string>

namespace infra {

// "gateway", 2 → "gateways"; "entry" → "entries"; "group of EC2 instances" → "groups of EC2 instances".
std::string plural(const std::string& noun, std::size_t count);

}  // namespace infra
