#include "lsp/lsp_json.h"

namespace infra::lsp {

const Json* look(const Json& in, std::initializer_list<const char*> path) {
  const Json* at = &in;
  for (const auto* name : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(name);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string text(const Json& in, std::initializer_list<const char*> path) {
  const auto* found = look(in, path);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag(const Json& in, std::initializer_list<const char*> path) {
  const auto* found = look(in, path);
  return found != nullptr && found->is_boolean() && found->get<bool>();
}

std::optional<std::int64_t> number(const Json& in, std::initializer_list<const char*> path) {
  const auto* found = look(in, path);
  if (found == nullptr || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

}  // namespace infra::lsp
