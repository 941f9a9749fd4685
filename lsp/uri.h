// file:// URIs and paths.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace infra::lsp {

// The absolute path that a file: URI names; nothing for other schemes.
std::optional<std::string> path_of(std::string_view uri);
std::string uri_of(std::string_view path);

}  // namespace infra::lsp
