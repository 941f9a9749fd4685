// Desired, recorded and observed, side by side by address.
#pragma once
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "planner/planner.h"
#include "planner/rollout/assemble.h"

namespace infra {

// All that is known of one lowered address. Points into the PlanInput.
struct Slot {
  const Address* address = nullptr;
  std::size_t owner = 0;                  // index into Slots::owners
  const LoweredResource* want = nullptr;  // null also in a destroy
  const LoweredResource* declared = nullptr;
  const LoweredResource* last = nullptr;  // what may run here before a service is deleted
  const RecordedResource* row = nullptr;  // the current one
  std::span<const RecordedResource* const> deposed;
  std::span<const ObservedObject* const> observed;  // sorted by id
  bool hidden = false;                              // in a part of the world that doesn't answer
  bool selected = true;                             // by the run's targets

  [[nodiscard]] const ObservedObject* object(const std::string& id) const;
};

struct OwnerSlots {
  const Address* address = nullptr;  // of any of its slots
  std::size_t begin = 0, end = 0;    // its slots
};

struct SlotRange {
  std::size_t begin = 0, end = 0;
};

class Slots {
 public:
  explicit Slots(const PlanInput& input);
  Slots(const Slots&) = delete;  // slots point into own vectors
  Slots& operator=(const Slots&) = delete;

  std::vector<Slot> all;           // sorted by address
  std::vector<OwnerSlots> owners;  // sorted

  // The tasks on a platform of a service that has a task set: they have no slots, for a deployment decides about them.
  [[nodiscard]] TasksNow tasks_of(const Address& owner, const std::string& platform) const;

  [[nodiscard]] std::optional<std::size_t> find(const Address& part) const;
  [[nodiscard]] std::optional<std::size_t> find_owner(const Address& owner) const;
  // An address of a `depends_on`: one part, or all of an owner. Empty if there is no such thing.
  [[nodiscard]] SlotRange range(const Address& dependency) const;
  // Slots of desired.resources, by their index there.
  [[nodiscard]] const std::vector<std::size_t>& of_desired() const { return of_desired_; }

 private:
  void align(const PlanInput& input);
  void hide(const std::vector<Observation::Unreachable>& unreachable);
  std::vector<const LoweredResource*> wanted_;
  std::vector<const LoweredResource*> last_;
  std::vector<const RecordedResource*> rows_;
  std::vector<const ObservedObject*> objects_;
  std::vector<const RecordedResource*> task_rows_;
  std::vector<const ObservedObject*> task_objects_;
  std::set<std::string_view> orphans_;  // ids of tasks that were orphaned
  std::vector<std::size_t> of_desired_;
};

}  // namespace infra
