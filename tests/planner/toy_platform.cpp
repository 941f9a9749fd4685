#include "tests/planner/toy_platform.h"

#include <fmt/format.h>

namespace infra::test {
namespace {

Attribute input(std::string name, OnChange change) {
  return {.name = std::move(name), .type = types::string(), .change = change};
}
Attribute output(std::string name, OnChange change) {
  return {.name = std::move(name), .type = types::string(), .computed = true, .change = change};
}

Attribute exclusive(std::string name) {
  return {.name = std::move(name), .type = types::string(), .change = OnChange::replace, .exclusive_in = std::string()};
}

constexpr auto kFixed = OnChange::replace;
constexpr auto kSoft = OnChange::update;

Value inputs_of(const Resource& resource) {
  std::vector<Entry> out;
  for (const auto& [name, value] : *resource.config.map()) {
    if (name != "type" && name != "parts" && name != "sidecar" && name != "guard") out.emplace_back(name, value);
  }
  return Map(std::move(out));
}

// Outputs of the first part stand for the declaration.
Value outputs_of(const Address& part, const Schema& type) {
  Map out;
  for (const auto& attribute : type.attributes) {
    if (attribute.computed) out.set(attribute.name, Ref{part, attribute.name});
  }
  return out;
}

}  // namespace

ToyPlatform::ToyPlatform()
    : types_{{.name = "container",
              .attributes = {input("env", kFixed), input("image", kFixed), input("memory", kSoft),
                             input("network", kFixed), input("password", kFixed), output("address", kSoft),
                             output("id", kFixed)}},
             {.name = "disk", .attributes = {input("size", kSoft), input("zone", kFixed), output("id", kFixed)}},
             {.name = "image",
              .attributes = {input("context", kSoft), input("tag", kSoft), output("digest", kSoft),
                             output("url", kFixed)}},
             {.name = "network", .attributes = {exclusive("cidr"), input("name", kFixed), output("id", kFixed)}},
             {.name = "task_set",
              .attributes = {{.name = "deploy", .type = types::map(Type())},
                             {.name = "desired", .type = types::integer()},
                             {.name = "place", .type = types::map(Type())},
                             {.name = "task", .type = types::map(Type())}}}} {}

Lowered ToyPlatform::lower(const Resource& resource, const LowerContext&, Diagnostics&) const {
  Lowered out{.resources = {}, .outputs = Map{}};
  const auto* type = resource.config["type"].string();
  if (type == nullptr) return out;
  const auto* parts = resource.config["parts"].integer();
  const bool sidecar = resource.config["sidecar"].boolean() != nullptr;
  auto options = resource.options;
  if (options.replace == Replace::by_platform) {
    options.replace = *type == "container" ? Replace::create_first : Replace::destroy_first;
  }
  auto add = [&](std::string part, Value inputs, std::vector<Address> needs) {
    out.resources.push_back({.address = resource.address.with_part(std::move(part)),
                             .type = *type,
                             .platform = resource.platform,
                             .inputs = std::move(inputs),
                             .depends_on = std::move(needs),
                             .options = options});
  };
  for (std::int64_t i = 0; i < (parts != nullptr ? *parts : 1); ++i) {
    const auto copy = *type == "task_set" ? "tasks" : fmt::format("{}", i);
    if (!sidecar) {
      add(copy, inputs_of(resource), {});
      continue;
    }
    add(copy + ".pause", Map(std::vector<Entry>{{"image", "pause"}}), {});
    add(copy + ".web", inputs_of(resource), {resource.address.with_part(copy + ".pause")});
  }
  if (resource.config["guard"].boolean() != nullptr && !out.resources.empty()) {
    add("guard", Map(std::vector<Entry>{{"image", "guard"}}), {out.resources.front().address});
  }
  for (const auto& schema : types_) {
    if (schema.name == *type && !out.resources.empty()) {
      out.outputs = outputs_of(out.resources.front().address, schema);
    }
  }
  return out;
}

std::optional<Value> ToyPlatform::recorded_attribute(std::string_view, std::string_view attribute,
                                                     const std::vector<RecordedPart>& parts) const {
  if (attribute != "parts") return std::nullopt;
  return Value(static_cast<std::int64_t>(parts.size()));
}

Result<std::unique_ptr<Provider>> ToyPlatform::connect(ConnectContext) const {
  return Error{.code = "E0999", .message = "a toy has no provider"};
}

}  // namespace infra::test
