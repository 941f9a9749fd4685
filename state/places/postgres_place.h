// A state in a schema of a PostgreSQL database: for teams.
#pragma once
#include <memory>
#include <string>

#include "state/places/state_place.h"

namespace infra {

// "postgres://user@host/database?schema=shop&patience=5m&…". One state a schema ("infra" unless named), so that several
// stacks share one database. Connects when it is first used.
Result<std::unique_ptr<Place>> postgres_place(const std::string& url);

}  // namespace infra
