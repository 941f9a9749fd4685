// The forms in which Compose and ECS write sizes and times.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace infra::importing {

std::string lower(std::string text);  // its ASCII letters
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_number(std::string_view text);
// "512m", "1.5gb", "1024": bytes; units are powers of 1024, as Compose has
// them.
std::optional<std::int64_t> parse_bytes(std::string_view text);
// "1m30s", "250ms", "10s": milliseconds.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace infra::importing
