// A world in memory with one type, "thing": `value` and `needs` are updated in place, `key` replaces. It enforces what
// the order of a plan is for: a thing can only be made of things that are there, and none may go while it is needed.
#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "providers/provider.h"
#include "tests/apply/fate.h"

namespace infra::test {

struct Thing {
  Address address;
  std::string platform, token, spec_hash;
  Ownership owner;
  Value inputs;
  Health health = {};
};

class FakeWorld {
 public:
  explicit FakeWorld(Fate& fate) : fate_(fate) {}

  // The provider's four operations, for one platform.
  Observation observe(const std::string& platform, const Ownership& owner, const std::vector<KnownObject>& known);
  Result<ObjectResult> create(const std::string& platform, const Ownership& owner, const CreateRequest& request,
                              const Cancel& cancel, const Progress& progress);
  Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel);
  Result<Ok> destroy(const ExistingObject& existing, const Cancel& cancel);

  void remove_by_hand(const std::string& address);
  [[nodiscard]] std::vector<std::string> addresses() const;  // sorted, one for each object

  std::map<std::string, Thing> things;        // by id
  std::vector<std::string> log;               // "create thing.a/0"
  std::set<std::string> failing;              // addresses whose operations fail
  std::string complaint;                      // what it says of a failure besides
  std::set<std::string> throwing;             // … and whose operations throw
  std::set<std::string> silent;               // platforms that don't answer
  std::map<std::string, std::string> opened;  // the `file` of each platform, as it was last opened
  std::set<std::string> hanging;              // addresses whose operations last until they are aborted
  std::chrono::milliseconds delay{0};
  std::size_t most_at_once = 0;
  std::vector<std::string> violations;

 private:
  class Visit;
  Result<Ok> enter(const char* operation, const Address& address, const Cancel& cancel);
  [[nodiscard]] bool needed(const std::string& id) const;

  Fate& fate_;
  mutable std::mutex mutex_;
  std::size_t at_once_ = 0;
  int next_id_ = 0;
};

// The platform kind "simulator" as this world serves it. A declaration is lowered to one thing; a load balancer's
// address is what that echoes, and of one that is called "mute" never known.
std::shared_ptr<const Platform> fake_platform(FakeWorld& world);

}  // namespace infra::test
