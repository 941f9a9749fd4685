// A plan and what it was made from, side by side by address: what check_plan looks things up in. Shares nothing with
// make_plan.
#pragma once
#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "planner/planner.h"
#include "planner/rollout/task_set.h"

namespace infra {

// The steps of one change by what they do.
struct StepsOfChange {
  std::vector<std::size_t> makes, unmakes;  // create update adopt; destroy forget
};

// Sorted vectors that are walked side by side, and no map by address: what a map costs grows faster than what is in it.
class PlanTables {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};

  // All that stands at one address.
  struct Place {
    const Address* address = nullptr;
    const LoweredResource* wanted = nullptr;
    const LoweredResource* last = nullptr;  // what may run here before a service is deleted
    std::span<const RecordedResource* const> rows;
    std::span<const ObservedObject* const> objects;
    std::span<const std::size_t> changes;  // in the order of the plan
    std::size_t current = kNone;           // the change of the current object
    bool hidden = false;

    [[nodiscard]] const RecordedResource* current_row() const;
  };

  // The tasks of a service that has a task set; they have no places.
  struct Tasks {
    std::vector<const RecordedResource*> rows;    // on the platform, without the marks of orphans
    std::vector<const ObservedObject*> observed;  // on the platform
    std::vector<std::string_view> orphans;        // ids; sorted
    [[nodiscard]] bool is_orphan(std::string_view id) const {
      return std::binary_search(orphans.begin(), orphans.end(), id);
    }
  };

  PlanTables(const Plan& plan, const PlanInput& input);
  PlanTables(const PlanTables&) = delete;  // places point into own vectors
  PlanTables& operator=(const PlanTables&) = delete;

  const Plan& plan;
  const PlanInput& input;
  std::vector<StepsOfChange> steps_of;  // by change
  std::vector<Place> places;            // sorted by address

  [[nodiscard]] const Place& place_of(std::size_t change) const { return places[place_of_change_[change]]; }
  [[nodiscard]] std::size_t place_index(std::size_t change) const { return place_of_change_[change]; }
  // Null: nothing is there.
  [[nodiscard]] const Place* find(const Address& address) const;
  // The row of the object that a change is about.
  [[nodiscard]] const RecordedResource* row_of(std::size_t change) const;
  // Index of the change of the current object, or kNone.
  [[nodiscard]] std::size_t current_change(const Address& address) const;
  [[nodiscard]] Tasks tasks_of(const Address& service, std::string_view platform) const;
  // What a change makes of a task set; nullopt: it goes there.
  [[nodiscard]] std::optional<TaskSet> wanted_set(const Change& change) const;
  // Recorded there, and the node says nothing.
  [[nodiscard]] bool is_on_unreachable_node(const RecordedResource& task) const;
  // All changes at an address of a `depends_on`: of one part, or of all of an owner.
  [[nodiscard]] std::span<const std::size_t> changes_at(const Address& dependency) const;

 private:
  void align();
  std::vector<const LoweredResource*> wanted_;
  std::vector<const LoweredResource*> last_;
  std::vector<const RecordedResource*> rows_;
  std::vector<const ObservedObject*> objects_;
  std::vector<std::size_t> changes_;
  std::vector<const OwnerChange*> owners_;
  std::vector<const RecordedResource*> task_rows_;
  std::vector<const ObservedObject*> task_objects_;
  std::vector<std::size_t> place_of_change_;
};

}  // namespace infra
