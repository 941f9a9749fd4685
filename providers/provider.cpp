#include "providers/provider.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/values/codec.h"

namespace infra {

Result<std::optional<FoundObject>> Provider::read(const std::string& type, const std::string&, const Value&) {
  return Error{.code = "E0714",
               .message = type + " objects can't be read on this platform",
               .help = "let a declaration make a new one"};
}

std::string Platform::billed(std::string_view /*type*/) const { return {}; }

std::string Platform::permissions(const std::string& /*stack*/, const PlatformDecl& /*platform*/,
                                  const std::vector<const LoweredResource*>& /*resources*/) const {
  return {};
}

std::string Platform::type_of(std::string_view) const { return {}; }
std::string Platform::declaration_of(const Address&, const FoundObject&) const { return {}; }

bool Platform::reads(std::string_view) const { return false; }
std::vector<Sought> Platform::sought(const Resource&, const LowerContext&) const { return {}; }
Value Platform::attributes_of(const Resource&, const PlatformDecl&, const std::vector<FoundObject>&) const {
  return Map();
}

std::optional<Value> Platform::recorded_attribute(std::string_view, std::string_view,
                                                  const std::vector<RecordedPart>&) const {
  return std::nullopt;
}

bool Platforms::serves(std::string_view platform_kind, std::string_view resource_kind) const {
  const auto* platform = find(platform_kind);
  return platform != nullptr && platform->serves(resource_kind);
}

bool Platforms::reads(std::string_view platform_kind, std::string_view resource_kind) const {
  const auto* platform = find(platform_kind);
  return platform != nullptr && platform->reads(resource_kind);
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
