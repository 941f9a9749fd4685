#include "providers/provider.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/codec.h"

namespace infra {

bool Platforms::serves(std::string_view platform_kind, std::string_view resource_kind) const {
  const auto* platform = find(platform_kind);
  return platform != nullptr && platform->serves(resource_kind);
}

std::vector<std::string> Platforms::platform_kinds() const {
  std::vector<std::string> out;
  for (const auto& platform : all_) out.push_back(platform->kind());
  std::sort(out.begin(), out.end());
  return out;
}

Result<Value> KnownObject::inputs() const {
  auto decoded = from_json(recorded_inputs);
  if (decoded) return decoded;
  return std::move(decoded).take_error(fmt::format("reading the recorded inputs of {}", address.text()));
}

}  // namespace infra
