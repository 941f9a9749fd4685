#include "providers/engine/lowering.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra::engine {

namespace {

class Substitution : public LeafMapper {
 public:
  explicit Substitution(const LowerContext& context) : context_(context) {}

  std::optional<Value> change(const Value& leaf) override {
    if (const auto* ref = leaf.ref()) return stands_for(*ref);
    if (const auto* call = leaf.call()) return map_arguments(*call);
    return std::nullopt;
  }

 private:
  std::optional<Value> stands_for(const Ref& ref) const {
    if (!ref.address.is_owner()) return std::nullopt;
    const auto* outputs = context_.outputs(ref.address);
    const auto* members = outputs != nullptr ? outputs->map() : nullptr;
    const auto* found = members != nullptr ? members->find(ref.attribute) : nullptr;
    return found != nullptr ? std::optional(*found) : std::nullopt;
  }

  const LowerContext& context_;
};

std::vector<Address> with_refs(std::vector<Address> needs, const Value& inputs, const Address& self) {
  std::vector<Ref> refs;
  collect_refs(inputs, refs);
  for (auto& ref : refs) {
    if (!ref.address.is_owner() && ref.address != self) needs.push_back(std::move(ref.address));
  }
  std::sort(needs.begin(), needs.end());
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  return needs;
}

}  // namespace

const Resource* Lowering::referred(const Value& value) const {
  const auto* ref = value.ref();
  return ref != nullptr ? context.resource(ref->address.owner()) : nullptr;
}

const std::vector<const Resource*>& Lowering::of_kind(std::string_view kind) const {
  static const std::vector<const Resource*> none;
  return context.of_kind ? context.of_kind(kind) : none;
}

Value Lowering::substituted(const Value& value) const {
  if (!value.facts().refs) return value;
  Substitution substitution(context);
  return map_leaves(value, substitution);
}

LoweredResource Lowering::part(std::string name, std::string type, Map inputs, std::vector<Address> needs) const {
  LoweredResource out{
      .address = resource.address.with_part(std::move(name)),
      .type = std::move(type),
      .platform = context.platform.name,
      .inputs = substituted(Value(std::move(inputs))),
      .options = resource.options,
  };
  out.depends_on = with_refs(std::move(needs), out.inputs, out.address);
  return out;
}

Lowered nothing(const Lowering& lowering, std::initializer_list<const char*> outputs) {
  Map unknown;
  for (const auto* name : outputs) unknown.set(name, Unknown{.what = lowering.resource.address.text()});
  return {.outputs = std::move(unknown)};
}

void keep_derived_name(const Resource& resource, std::vector<std::string>& ignored) {
  if (resource.config["name"].is_null()) ignored.emplace_back("name");
}

std::string world_name(const Lowering& lowering, const Resource& resource) {
  const auto* own = resource.config["name"].string();
  return fmt::format("{}-{}", run_time_name(lowering.context.stack),
                     own != nullptr ? run_time_name(*own) : run_time_name(resource.address.path));
}

}  // namespace infra::engine
