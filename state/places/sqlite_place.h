// A state in one SQLite file.
#pragma once
#include <memory>
#include <string>

#include "state/places/state_place.h"

namespace infra {

// Touches nothing yet: the file and its folder are made by the first lock or commit.
std::unique_ptr<Place> sqlite_place(std::string path);

// For `infra state recover`: the file as it is, whether or not it is whole.
Result<Snapshot> read_file_as_it_is(const std::string& path);

}  // namespace infra
