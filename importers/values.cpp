#include "importers/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace infra::importing {
std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool numeric(char c) { return (c >= '0' && c <= '9') || c == '.'; }

// A number and the letters behind it; `text` is moved behind both.
struct Amount {
  double number = 0;
  std::string unit;
};
std::optional<Amount> next_amount(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && numeric(text[end])) ++end;
  const auto number = parse_number(text.substr(0, end));
  if (!number) return std::nullopt;
  Amount out{.number = *number, .unit = {}};
  for (; end < text.size() && !numeric(text[end]); ++end) out.unit += small(text[end]);
  text.remove_prefix(end);
  return out;
}

std::optional<std::int64_t> whole(double value) {
  constexpr double kLargest = 9e18;
  if (!(value >= 0) || value > kLargest) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(value));
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
  return good ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  const auto amount = next_amount(text);
  if (!amount || !text.empty()) return std::nullopt;
  constexpr std::array<std::string_view, 5> kLetters = {"b", "k", "m", "g", "t"};
  double factor = 1;
  for (const auto letter : kLetters) {
    const auto& unit = amount->unit;
    if (unit == letter || (letter != "b" && (unit == std::string(letter) + "b" || unit == std::string(letter) + "ib")))
      return whole(amount->number * factor);
    if (letter == "b" && unit.empty()) return whole(amount->number);
    factor *= 1024;
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 7> kUnits = {
      {{"ns", 1e-6}, {"us", 1e-3}, {"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}}};
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const auto amount = next_amount(text);
    if (!amount) return std::nullopt;
    bool known = amount->number == 0 && amount->unit.empty();
    for (const auto& [unit, size] : kUnits) {
      if (amount->unit != unit) continue;
      total += amount->number * size;
      known = true;
    }
    if (!known) return std::nullopt;
  }
  return whole(total);
}

}  // namespace infra::importing
