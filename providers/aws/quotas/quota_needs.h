// What a stack still needs of a quota: what it declares, less what is recorded of it, in each place that the quota is
// about: the region, a VPC, a cluster. Pure.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "providers/checkup.h"

namespace infra::aws {

class DeclaredObjects;

// The inputs of an object, as they are declared or as they are recorded, and those of what they refer to.
class InputsView {
 public:
  InputsView(const DeclaredObjects& all, const Value& inputs) : all_(all), inputs_(inputs) {}
  [[nodiscard]] const Value& operator[](std::string_view name) const { return inputs_[name]; }
  // Of what this input refers to; null values: that isn't this stack's.
  [[nodiscard]] InputsView behind(std::string_view name) const;

 private:
  const DeclaredObjects& all_;
  const Value& inputs_;
};

class DeclaredObjects {
 public:
  explicit DeclaredObjects(const std::vector<DeclaredObject>& all);
  [[nodiscard]] const std::vector<DeclaredObject>& all() const { return all_; }
  // What a Ref refers to, or what is recorded with this id or output; nullptr: it isn't this stack's.
  [[nodiscard]] const DeclaredObject* behind(const Value& input) const;
  // What an input is, or what is recorded of the output that it refers to; null: not known yet.
  [[nodiscard]] Value known(const Value& input) const;

 private:
  const std::vector<DeclaredObject>& all_;
  std::unordered_map<Address, const DeclaredObject*, AddressHash> by_address_;
  std::unordered_map<std::string_view, const DeclaredObject*> by_id_;
};

// A type that counts toward a quota: how much one object takes of it.
struct Counted {
  std::string_view type;
  std::function<std::int64_t(const InputsView&)> amount;
};

// Where a quota counts: what the first attribute refers to, and of that the next one. Empty: in the whole region.
using CountedIn = std::vector<std::string_view>;
// A place of this name is the object itself.
inline constexpr std::string_view kItself;

struct Need {
  std::string where;  // for people: "cluster.core"; empty: the region
  std::string id;     // of the place; empty: the region, or a place that isn't there yet
  std::int64_t amount = 0;
};

// One for each place that has any of these, sorted by `where`; what is made already needs nothing more.
std::vector<Need> needs_of(const DeclaredObjects& declared, const std::vector<Counted>& counted,
                           const CountedIn& place);

}  // namespace infra::aws
