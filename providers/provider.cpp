#include "providers/provider.h"

#include <algorithm>

namespace infra {

Result<std::optional<FoundObject>> Provider::read(const std::string& type, const std::string&, const Value&) {
  return Error{.code = "E0714",
               .message = type + " objects can't be imported on this platform",
               .help = "let a declaration make a new one"};
}

std::string Platform::type_of(std::string_view) const { return {}; }
std::string Platform::declaration_of(const Address&, const FoundObject&) const { return {}; }

std::optional<Value> Platform::told_by_parts(std::string_view, std::string_view,
                                             const std::vector<std::string>&) const {
  return std::nullopt;
}

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

}  // namespace infra
