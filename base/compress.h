// zlib, whole texts at a time.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace infra {

std::string compress(std::string_view text);
// nullopt: not what compress() made, or of more than 1 GiB.
std::optional<std::string> decompress(std::string_view bytes);

}  // namespace infra
