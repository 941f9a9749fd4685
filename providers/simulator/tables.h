// The tables of a world's file. Everything here runs inside the caller's transaction.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/databases/sqlite.h"
#include "providers/simulator/blueprint.h"
#include "providers/simulator/world.h"

namespace infra::simulator {

enum class Call { create, update, destroy };

// One operation of the world as it begins.
struct Turn {
  std::int64_t number = 0;        // 1, 2, 3 … over all runs
  std::int64_t lost_answers = 0;  // so many answers, this one first, are still to be lost
};

class Tables {
 public:
  // Opens it; makes it first if `create`. nullopt: there is no file.
  static Result<std::optional<Tables>> open(const std::string& path, bool create);
  sqlite::Database& database() { return sql_.database(); }

  Result<Turn> begin_turn(Call call);
  Result<Ok> set_lost_answers(std::int64_t count);
  Result<std::map<std::string, std::int64_t>> calls();

  Result<std::vector<ObservedObject>> owned(const Ownership& owner);
  Result<std::vector<WorldObject>> all();
  Result<std::optional<WorldObject>> find(const std::string& id);
  Result<std::optional<WorldObject>> called(const std::string& name);
  Result<std::optional<WorldObject>> find_by_token(const Ownership& owner, const std::string& token);
  Result<std::optional<WorldObject>> named(std::string_view type, const std::string& node, const std::string& name);
  Result<std::optional<WorldObject>> overlapping_network(const std::string& node, const std::string& low,
                                                         const std::string& high);
  Result<std::vector<std::string>> running_on_network(const std::string& id);  // containers' names
  Result<bool> has_key(std::string_view type, const std::string& key);
  Result<bool> has_image(const std::string& image_id);

  // The name of whoever holds it.
  Result<std::optional<std::string>> holder(const Lease& lease);
  // The next after the highest that is held or `chosen`, as engines count; from `low` again when `high` is reached.
  // nullopt: all are held.
  Result<std::optional<std::int64_t>> free_number(const std::string& pool, std::int64_t low, std::int64_t high,
                                                  const std::vector<Lease>& chosen);

  Result<Ok> insert(const WorldObject& object, const Blueprint& blueprint);
  Result<Ok> change(const WorldObject& object, const Blueprint& blueprint);
  Result<Ok> set_health(const std::string& id, const Health& health);
  Result<Ok> disown(const std::string& id);
  Result<Ok> release(const std::string& id);  // its leases
  Result<Ok> erase(const std::string& id);

 private:
  explicit Tables(sqlite::Database database) : sql_(std::move(database)) {}
  template <class... Args>
  Result<std::optional<WorldObject>> first(std::string_view sql, const Args&... args);
  template <class... Args>
  Result<std::int64_t> number(std::string_view sql, const Args&... args);
  sqlite::Statements sql_;
};

}  // namespace infra::simulator
