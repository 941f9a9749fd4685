// What others say may be of any length: a number of 100,000 digits, an engine's answer of 50 MB. What is shown of it
// fits a screen.
#pragma once
#include <string>

namespace infra {

constexpr std::size_t kMostOfMessage = 2'000;  // bytes
constexpr std::size_t kMostOfLabel = 300;

// The beginning of a longer text, up to a whole character, and how much was left out: "1111… (99,700 bytes more)".
std::string cut(std::string text, std::size_t most = kMostOfMessage);

}  // namespace infra
