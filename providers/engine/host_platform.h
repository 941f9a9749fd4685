// A platform whose hosts run containers: everything but its name and its connection is the same for all of them.
#pragma once
#include "providers/engine/engine_existing.h"
#include "providers/engine/engine_types.h"

namespace infra::engine {

class HostPlatform : public Platform {
 public:
  bool serves(std::string_view kind) const override { return engine::serves(kind); }
  const std::vector<Schema>& types() const override { return engine::types(); }
  Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) const override {
    return engine::lower(resource, context, diagnostics);
  }
  std::optional<Value> recorded_attribute(std::string_view kind, std::string_view attribute,
                                          const std::vector<RecordedPart>& parts) const override {
    return engine::recorded_attribute(kind, attribute, parts);
  }
  std::string type_of(std::string_view kind) const override { return engine::type_of(kind); }
  std::string declaration_of(const Address& address, const FoundObject& found) const override {
    return engine::declaration_of(address, found);
  }
  bool reads(std::string_view kind) const override { return engine::reads(kind); }
  std::vector<Sought> sought(const Resource& existing, const LowerContext& context) const override {
    return engine::sought(existing, context);
  }
  Value attributes_of(const Resource& existing, const PlatformDecl& platform,
                      const std::vector<FoundObject>& found) const override {
    return engine::attributes_of(existing, platform, found);
  }
};

}  // namespace infra::engine
