#include "planner/decide/delete_hooks.h"

namespace infra {
namespace {

constexpr std::string_view kHookPart = "before_delete.";
constexpr std::string_view kRunPart = "run.";
constexpr const char* kService = "before_delete";  // among a hook's inputs

}  // namespace

Address run_of_hook(const Address& hook) {
  std::string_view service = hook.part;
  if (service.starts_with(kHookPart)) service.remove_prefix(kHookPart.size());
  return hook.with_part(std::string(kRunPart) + std::string(service));
}

bool is_last_run(const Address& address) { return address.part.starts_with(kRunPart); }

std::optional<Address> service_of_hook(const Value& inputs) {
  const auto* text = inputs[kService].string();
  return text != nullptr ? Address::parse(*text) : std::nullopt;
}

Value inputs_of_last_run(const Value& hook_inputs) {
  auto out = *hook_inputs.map();
  out.erase(kService);
  return out;
}

}  // namespace infra
