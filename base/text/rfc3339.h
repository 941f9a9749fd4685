// Moments as the texts that people, states and services write: "2024-05-01T10:00:00Z".
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace infra {

using UtcMoment = std::chrono::sys_time<std::chrono::milliseconds>;

std::string rfc3339(UtcMoment moment);  // whole seconds
std::string rfc3339_now();
// In UTC, with or without a fraction of a second down to nanoseconds; nullopt for anything else.
std::optional<std::chrono::sys_time<std::chrono::nanoseconds>> parse_rfc3339(std::string_view text);

}  // namespace infra
