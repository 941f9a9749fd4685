#include "base/values/codec.h"
#include "providers/aws/api/xml.h"
#include "providers/aws/lower/aws_lower.h"

namespace infra::aws {

namespace {

std::optional<Value> inputs_of(std::string_view name, const std::vector<RecordedPart>& parts) {
  for (const auto& part : parts) {
    if (part.part != name) continue;
    if (auto inputs = from_json(part.inputs)) return *std::move(inputs);
  }
  return std::nullopt;
}

std::optional<Value> stated(const Value& value) { return value.is_null() ? std::nullopt : std::optional(value); }

}  // namespace

std::optional<Value> recorded_attribute(std::string_view kind, std::string_view attribute,
                                        const std::vector<RecordedPart>& parts) {
  if (kind == "service" && attribute == "desired") {
    const auto inputs = inputs_of("service", parts);
    if (!inputs) return std::nullopt;
    return stated((*inputs)["desired"].is_null() ? (*inputs)["initial"] : (*inputs)["desired"]);
  }
  constexpr std::string_view kBefore = "container.";
  constexpr std::string_view kAfter = ".image";
  if (kind != "task" || !attribute.starts_with(kBefore) || !attribute.ends_with(kAfter)) return std::nullopt;
  const auto container = attribute.substr(kBefore.size(), attribute.size() - kBefore.size() - kAfter.size());
  const auto inputs = inputs_of("definition", parts);
  if (!inputs) return std::nullopt;
  for (const auto& one : items_of((*inputs)["definition"]["containerDefinitions"])) {
    if (text_of(one["name"]) == container) return stated(one["image"]);
  }
  return std::nullopt;
}

}  // namespace infra::aws
