#include "importers/ecs/taskdef_amounts.h"

#include <fmt/format.h>

#include "importers/stack_text.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return lower(std::move(text));
}

}  // namespace

std::string ecs_memory(Section& section, std::string_view key) {
  const auto text = without_blanks(section.text(key));
  if (text.empty()) return {};
  const auto mib = parse_integer(text);
  constexpr std::int64_t kMost = 1 << 26;
  const auto bytes = mib && *mib > 0 && *mib < kMost ? std::optional(*mib * kMiB)
                     : mib                           ? std::nullopt
                                                     : parse_bytes(text);
  if (bytes && *bytes > 0) return bytes_of(*bytes);
  section.note(key, fmt::format("{} is no size", text));
  return {};
}

std::string ecs_cpu(Section& section, std::string_view key) {
  auto text = without_blanks(section.text(key));
  if (text.empty() || text == "0") return {};
  constexpr std::string_view kUnit = "vcpu";
  constexpr double kMost = 1024.0 * 1024;
  const bool whole = text.ends_with(kUnit);
  const auto number =
      parse_number(whole ? (text.starts_with('.') ? "0" : "") + text.substr(0, text.size() - kUnit.size()) : text);
  const auto units = number ? *number * (whole ? 1024 : 1) : 0;
  if (units >= 1 && units <= kMost) return cpu_of(static_cast<std::int64_t>(units));
  section.note(key, fmt::format("{} is no amount of CPU", text));
  return {};
}

std::string ecs_seconds(Section& section, std::string_view key) {
  const auto text = section.text(key);
  if (text.empty()) return {};
  const auto value = parse_integer(text);
  constexpr std::int64_t kMost = 1'000'000;
  if (value && *value >= 0 && *value <= kMost) return duration_of(*value * 1000);
  section.note(key, fmt::format("{} is no number of seconds", text));
  return {};
}

}  // namespace infra::importing
