// A plan and what it was made from, by address: what check_plan looks things up in. Shares nothing with make_plan.
#pragma once
#include <set>
#include <unordered_map>
#include <vector>

#include "planner/planner.h"

namespace infra {

// Tables that copy no address: a check of 100,000 resources that are as declared should cost little.
struct PointedHash {
  std::size_t operator()(const Address* a) const { return AddressHash{}(*a); }
};
struct PointedEqual {
  bool operator()(const Address* a, const Address* b) const { return *a == *b; }
};
template <class T>
using ByAddress = std::unordered_map<const Address*, T, PointedHash, PointedEqual>;

// The steps of one change by what they do.
struct StepsOfChange {
  std::vector<std::size_t> makes, unmakes;  // create update adopt; destroy forget
};

class PlanTables {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};
  PlanTables(const Plan& plan, const PlanInput& input);

  const Plan& plan;
  const PlanInput& input;
  std::vector<StepsOfChange> steps_of;  // by change

  [[nodiscard]] const LoweredResource* wanted(const Address& address) const;
  [[nodiscard]] bool is_hidden(const Address& address) const { return hidden_.contains(address); }
  [[nodiscard]] bool is_protected(const Address& address) const;
  [[nodiscard]] const RecordedResource* current_row(const Address& address) const;
  // The row of the object that a change is about.
  [[nodiscard]] const RecordedResource* row_of(const Change& change) const;
  // Index of the change of the current object, or kNone.
  [[nodiscard]] std::size_t current_change(const Address& address) const;
  // All changes at an address of a `depends_on`: of one part, or of all of an owner.
  [[nodiscard]] const std::vector<std::size_t>& changes_at(const Address& dependency) const;

 private:
  ByAddress<const LoweredResource*> wanted_;
  ByAddress<std::vector<const RecordedResource*>> rows_;
  ByAddress<std::size_t> current_;
  ByAddress<std::vector<std::size_t>> parts_;
  const std::vector<std::size_t> nobody_;
  std::set<Address> hidden_;
};

}  // namespace infra
