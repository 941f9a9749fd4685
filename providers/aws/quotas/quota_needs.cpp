#include "providers/aws/quotas/quota_needs.h"

#include <algorithm>
#include <map>

#include "providers/aws/api/xml.h"

namespace infra::aws {

namespace {

const Value& nothing() {
  static const Value null;
  return null;
}

Need need_in(const DeclaredObjects& declared, const DeclaredObject& object, const CountedIn& place) {
  const auto* at = &object;
  for (std::size_t i = 0; i < place.size(); ++i) {
    if (place[i] == kItself) return {.where = at->address.owner().text(), .id = at->id};
    const auto& input = at->inputs[place[i]];
    const auto* next = declared.behind(input);
    if (next == nullptr || i + 1 == place.size()) {
      auto id = text_of(declared.known(input));
      return {.where = next != nullptr ? next->address.owner().text() : id, .id = id};
    }
    at = next;
  }
  return {};
}

}  // namespace

InputsView InputsView::behind(std::string_view name) const {
  const auto& input = inputs_[name];
  const auto* object = all_.behind(input);
  if (object == nullptr) return {all_, nothing()};
  return {all_, input.ref() != nullptr ? object->inputs : object->recorded_inputs};
}

DeclaredObjects::DeclaredObjects(const std::vector<DeclaredObject>& all) : all_(all) {
  for (const auto& one : all_) {
    by_address_.emplace(one.address, &one);
    if (!one.id.empty()) by_id_.emplace(one.id, &one);
    const auto* outputs = one.recorded_outputs.map();
    for (const auto& [name, value] : outputs != nullptr ? *outputs : Map()) {
      if (value.string() != nullptr) by_id_.emplace(*value.string(), &one);  // an id, an ARN: what others are given
    }
  }
}

const DeclaredObject* DeclaredObjects::behind(const Value& input) const {
  if (const auto* ref = input.ref()) {
    const auto at = by_address_.find(ref->address);
    return at != by_address_.end() ? at->second : nullptr;
  }
  const auto* id = input.string();
  const auto at = id != nullptr ? by_id_.find(*id) : by_id_.end();
  return at != by_id_.end() ? at->second : nullptr;
}

Value DeclaredObjects::known(const Value& input) const {
  const auto* ref = input.ref();
  if (ref == nullptr) return input.known() ? input : Value();
  const auto* object = behind(input);
  return object != nullptr ? object->recorded_outputs[ref->attribute] : Value();
}

std::vector<Need> needs_of(const DeclaredObjects& declared, const std::vector<Counted>& counted,
                           const CountedIn& place) {
  std::map<std::string, Need> by_place;
  for (const auto& object : declared.all()) {
    const auto row = std::ranges::find(counted, object.type, &Counted::type);
    if (row == counted.end()) continue;
    const auto wanted = row->amount({declared, object.inputs});
    if (wanted <= 0) continue;
    const auto made = object.id.empty() ? 0 : row->amount({declared, object.recorded_inputs});
    const auto here = need_in(declared, object, place);
    by_place.try_emplace(here.where, here).first->second.amount += std::max<std::int64_t>(0, wanted - made);
  }
  std::vector<Need> out;
  out.reserve(by_place.size());
  for (auto& [where, need] : by_place) out.push_back(std::move(need));
  return out;
}

}  // namespace infra::aws
