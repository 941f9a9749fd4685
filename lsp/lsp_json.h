// JSON that somebody else wrote: every look into it says what it found, and never throws.
#pragma once
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace infra::lsp {

using Json = nlohmann::json;

// The value below these names, or nullptr.
const Json* look(const Json& in, std::initializer_list<const char*> path);
std::string text(const Json& in, std::initializer_list<const char*> path);  // "" if it isn't a string
bool flag(const Json& in, std::initializer_list<const char*> path);         // false if it isn't true
std::optional<std::int64_t> number(const Json& in, std::initializer_list<const char*> path);

// The error of a request, as JSON-RPC has it.
struct Refusal {
  int code = 0;
  std::string message;
};
inline constexpr int kParseError = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601, kInvalidParams = -32602,
                     kInternalError = -32603, kNotInitialized = -32002, kRequestFailed = -32803;

using Answer = std::variant<Json, Refusal>;

}  // namespace infra::lsp
