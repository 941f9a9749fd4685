#include "apply/deployments/sealed_task.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "planner/decide/delete_hooks.h"

namespace infra {
namespace {

constexpr std::string_view kPlain = "plain:";
constexpr const char* kBox = "run";            // among a hook's outputs
constexpr const char* kSecret = "\x01secret";  // no attribute has such a name

// Secrets as maps of one entry: the codec writes only their hashes.
Value laid_open(const Value& value) {
  if (const auto* secret = value.secret()) return Map(std::vector<Entry>{{kSecret, laid_open(*secret)}});
  if (const auto* list = value.list()) {
    List out;
    for (const auto& item : *list) out.push_back(laid_open(item));
    return out;
  }
  if (const auto* map = value.map()) {
    Map out;
    for (const auto& [name, member] : *map) out.set(name, laid_open(member));
    return out;
  }
  return value;
}

Value wrapped_again(const Value& value) {
  if (const auto* list = value.list()) {
    List out;
    for (const auto& item : *list) out.push_back(wrapped_again(item));
    return out;
  }
  const auto* map = value.map();
  if (map == nullptr) return value;
  if (map->size() == 1 && map->begin()->first == kSecret) return Value::secret(wrapped_again(map->begin()->second));
  Map out;
  for (const auto& [name, member] : *map) out.set(name, wrapped_again(member));
  return out;
}

}  // namespace

std::string place_of_revision(const std::string& lineage, const std::string& revision) {
  return fmt::format("revision {} of tasks in {}", revision, lineage);
}

bool is_sealed(const std::string& box) { return !box.starts_with(kPlain); }

Result<std::string> seal_task(const Value& task, const std::string& place, Keyring& keys) {
  const auto text = to_json(laid_open(task), HashKey());
  if (!task.has_secret()) return std::string(kPlain) + text;
  return keys.seal(text, place, Keyring::Missing::make);
}

Result<Value> open_task(const std::string& box, const std::string& place, Keyring& keys) {
  std::string text;
  if (box.starts_with(kPlain)) {
    text = box.substr(kPlain.size());
  } else {
    auto opened = keys.open(box, place);
    if (!opened) return std::move(opened).error();
    text = *std::move(opened);
  }
  auto value = from_json(text);
  if (!value) return std::move(value).error();
  return wrapped_again(*value);
}

bool is_hook(const RecordedResource& row) { return row.type == kDeleteHook && !row.deposed; }

RecordedResource with_box(RecordedResource hook, std::string box) {
  hook.outputs = to_json(Value(Map(std::vector<Entry>{{kBox, std::move(box)}})), HashKey());
  return hook;
}

std::string box_of_hook(const RecordedResource& hook) {
  const auto outputs = from_json(hook.outputs);
  const auto* box = outputs ? (*outputs)[kBox].string() : nullptr;
  return box != nullptr ? *box : std::string();
}

std::string place_of_hook(const std::string& lineage, const std::string& spec_hash) {
  return fmt::format("run {} before a deletion in {}", spec_hash, lineage);
}

}  // namespace infra
