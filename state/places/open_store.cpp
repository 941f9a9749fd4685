#include "state/places/open_store.h"

#include "base/databases/postgres.h"
#include "state/places/postgres_place.h"
#include "state/places/sql_store.h"
#include "state/places/sqlite_store.h"

namespace infra {
Result<std::unique_ptr<Store>> open_store(const std::string& where, const std::string& stack,
                                          const std::string& folder) {
  if (!is_distant_state(where)) return open_sqlite(where, stack);
  auto place = postgres_place(where);
  if (!place) return std::move(place).error();
  return std::unique_ptr<Store>(std::make_unique<SqlStore>(*std::move(place), stack, folder));
}

std::string name_of_state(const std::string& where) {
  if (!is_distant_state(where)) return where;
  const auto place = postgres_place(where);
  return place ? (*place)->name() : "postgres://…";
}

std::string state_to_keep(const std::string& where) {
  return is_distant_state(where) ? postgres::without_password(where) : where;
}

bool is_distant_state(const std::string& where) { return postgres::is_url(where); }

}  // namespace infra
