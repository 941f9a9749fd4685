// A platform for planner tests: every declaration says itself which provider type it becomes.
#pragma once
#include "providers/provider.h"

namespace infra::test {

// A resource's config: `type` (String; absent: lowers to nothing), `parts` (Int), `sidecar` (Bool: each copy is two
// containers, the second needs the first), `guard` (Bool: one more container, which needs the first copy), and the
// type's attributes.
//   network    cidr* name*                               -> id°
//   task_set   deploy desired place task, as a deployment reads them
//   container  image* env* network* password* memory      -> id° address
//   image      context tag                                -> digest url°
//   disk       zone* size                                 -> id°
// * a change replaces, ° stays the same for the object's life. Containers are replaced create-first, in turns.
class ToyPlatform : public Platform {
 public:
  std::string kind() const override { return "toy"; }
  bool serves(std::string_view) const override { return true; }
  const std::vector<Schema>& types() const override { return types_; }
  Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) const override;
  std::optional<Value> recorded_attribute(std::string_view kind, std::string_view attribute,
                                          const std::vector<RecordedPart>& parts) const override;
  Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override;
  ToyPlatform();

 private:
  std::vector<Schema> types_;
};

}  // namespace infra::test
