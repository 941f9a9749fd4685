// A simulated world in an SQLite file: the server side of the simulator. Several processes and threads may use one
// world; each operation is one transaction. It survives the death of every process that uses it (not that of the
// machine: nothing is forced to the disk, which makes it quick). The file is made by the first operation that changes
// something.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "providers/provider.h"

namespace infra::simulator {

struct WorldRules {
  std::int64_t seed = 1;
  double failure = 0;  // the share of creates, updates and destroys that fail, 0 to 1
};

struct WorldObject {
  std::string id;
  std::string type;
  std::string node;  // empty: on none (a repository)
  std::string name;
  Ownership owner;
  Address address;
  std::string token;
  std::string spec_hash;
  Value inputs;  // secrets are hashes
  Value outputs;
  Health health = {};
  std::string revision = {};  // of a task
  friend bool operator==(const WorldObject&, const WorldObject&) = default;
};

class World {
 public:
  explicit World(std::string path, WorldRules rules = {});
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  // What a provider asks for. One query; changes nothing.
  Result<std::vector<ObservedObject>> observe(const Ownership& owner);
  // Checks, object, labels, ports and addresses are one transaction. A token that is known gives the object it made.
  Result<ObjectResult> create(const Ownership& owner, const CreateRequest& request);
  Result<ObjectResult> update(const Ownership& owner, const std::string& id, const CreateRequest& request);
  Result<Ok> destroy(const Ownership& owner, const ExistingObject& existing);

  // See simulated_found.h.
  Result<std::optional<FoundObject>> find_by_name(const std::string& type, const std::string& id,
                                                  const std::string& node);
  Result<FoundObject> pretend(const std::string& type, const std::string& name, const Value& wanted);

  // What people and accidents do to it; for tests.
  Result<std::optional<WorldObject>> find(const std::string& id);  // or its name; anybody's
  Result<std::vector<WorldObject>> objects();                      // everybody's, sorted by id
  Result<Ok> disown(const std::string& id);  // takes its labels off, as if somebody else had made it
  Result<Ok> remove(const std::string& id);  // by hand: nothing is asked
  Result<Ok> stop(const std::string& id, const std::string& detail = "exited with code 137");
  // The next `count` operations take effect, but their caller is told that nothing answered.
  Result<Ok> lose_answers(int count);
  // How often each operation was asked for ("create", "update", "destroy"), failed ones too.
  Result<std::map<std::string, std::int64_t>> calls();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace infra::simulator
