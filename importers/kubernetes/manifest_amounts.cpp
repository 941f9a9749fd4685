#include "importers/kubernetes/manifest_amounts.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "importers/values.h"

namespace infra::importing {

namespace {

struct Suffix {
  std::string_view text;
  double factor;
};
constexpr std::array<Suffix, 9> kSuffixes = {{{"Ki", 1024.0},
                                              {"Mi", 1048576.0},
                                              {"Gi", 1073741824.0},
                                              {"Ti", 1099511627776.0},
                                              {"k", 1e3},
                                              {"M", 1e6},
                                              {"G", 1e9},
                                              {"T", 1e12},
                                              {"m", 1e-3}}};

std::optional<double> quantity_of(std::string_view text) {
  for (const auto& suffix : kSuffixes) {
    if (!text.ends_with(suffix.text)) continue;
    const auto number = parse_number(text.substr(0, text.size() - suffix.text.size()));
    return number ? std::optional(*number * suffix.factor) : std::nullopt;
  }
  return parse_number(text);
}

}  // namespace

std::optional<std::int64_t> kube_bytes(std::string_view text) {
  const auto value = quantity_of(text);
  if (!value || *value < 1 || *value > 1e17) return std::nullopt;
  return static_cast<std::int64_t>(std::ceil(*value));
}

std::optional<std::int64_t> kube_millicores(std::string_view text) {
  const auto value = quantity_of(text);
  if (!value || *value <= 0 || *value > 1e5) return std::nullopt;
  return static_cast<std::int64_t>(std::ceil(*value * 1000 - 1e-6));
}

std::string kube_cpu(std::int64_t millicores) { return fmt::format("{}vcpu", static_cast<double>(millicores) / 1000); }

std::optional<std::int64_t> kube_share(std::string_view text, std::int64_t of, bool up) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const auto number = parse_integer(text);
  if (!number || *number < 0 || *number > 1'000'000) return std::nullopt;
  if (!percent) return number;
  return (*number * of + (up ? 99 : 0)) / 100;
}

}  // namespace infra::importing
