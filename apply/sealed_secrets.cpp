#include "apply/sealed_secrets.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/kept_secrets.h"

namespace infra {
namespace {

std::string place_of(const std::string& lineage, const std::string& type, const std::string& id) {
  return fmt::format("what {} {} keeps in {}", type, id, lineage);
}

Value outputs_with(const Value& outputs, Value kept) {
  auto members = outputs.map() != nullptr ? *outputs.map() : Map();
  members.set(std::string(kKept), std::move(kept));
  return members;
}

}  // namespace

std::string box_of_kept(const RecordedResource& row) {
  if (!keeps_secret(row.type)) return {};
  const auto outputs = from_json(row.outputs);
  const auto* box = outputs ? (*outputs)[kKept].string() : nullptr;
  return box != nullptr ? *box : std::string();
}

RecordedResource with_kept(RecordedResource row, std::string box) {
  const auto outputs = from_json(row.outputs);
  row.outputs = to_json(outputs_with(outputs ? *outputs : Value(), std::move(box)), HashKey());
  return row;
}

std::string place_of_kept(const std::string& lineage, const RecordedResource& row) {
  return place_of(lineage, row.type, row.id);
}

Result<Ok> seal_kept(const Intent& intent, ObjectResult& result, const std::string& lineage, Keyring* keys,
                     Redactor& redactor) {
  const auto* secret = keeps_secret(intent.type) ? result.outputs[kKept].secret() : nullptr;
  if (secret == nullptr || secret->string() == nullptr) return Ok{};
  redactor.hide(*secret->string());
  if (keys == nullptr) {
    result.outputs = outputs_with(result.outputs, {});
    return Ok{};
  }
  auto box = keys->seal(*secret->string(), place_of(lineage, intent.type, result.id), Keyring::Missing::make);
  if (!box) return std::move(box).take_error("keeping what it was given");
  result.outputs = outputs_with(result.outputs, *std::move(box));
  return Ok{};
}

Result<Ok> tell_kept(const Snapshot& state, const std::map<std::string, std::unique_ptr<Provider>>& providers,
                     Keyring& keys, Redactor& redactor) {
  std::map<std::string, std::vector<KeptSecret>> all;  // by platform
  for (const auto& row : state.resources) {
    const auto box = row.deposed ? std::string() : box_of_kept(row);
    if (box.empty()) continue;
    auto text = keys.open(box, place_of_kept(state.lineage, row));
    if (!text) return std::move(text).take_error(fmt::format("reading what {} keeps", row.address.text()));
    redactor.hide(*text);
    all[row.platform].push_back({row.address, *std::move(text)});
  }
  for (const auto& [platform, kept] : all) {
    const auto at = providers.find(platform);
    auto* knows = at != providers.end() ? dynamic_cast<KnowsKept*>(at->second.get()) : nullptr;
    if (knows != nullptr) knows->know_kept(kept);
  }
  return Ok{};
}

}  // namespace infra
