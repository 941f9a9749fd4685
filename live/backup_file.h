// A backup of a volume: a tar in gzip, whose checksums tell a whole one from one that was cut off.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "providers/volumes.h"

namespace infra {

// "shop-db-20261129T101500Z.tar.gz"
std::string backup_name(const std::string& volume, std::chrono::system_clock::time_point now);

// Writes what `fill` gives, under a name of its own until it is whole and on the disk. E0907.
Result<Ok> write_backup(const std::string& path, const std::function<Result<Ok>(const Volumes::Take& take)>& fill);
// To a descriptor, such as the standard output.
Result<Ok> write_backup_to(int descriptor, const std::function<Result<Ok>(const Volumes::Take& take)>& fill);

// Is it whole, and below "volume/"? E0617. Reads all of it.
// `place`, if it isn't the path, is what messages call it.
Result<Ok> check_backup(const std::string& path, const std::string& place = {});
// Gives its tar to `take_from`.
Result<Ok> read_backup(const std::string& path, const std::function<Result<Ok>(const Volumes::Give& give)>& take_from);

// Of these names those of the volume's backups that are older than the newest `keep`.
std::vector<std::string> old_backups(std::vector<std::string> names, const std::string& volume, std::size_t keep);

// Removes all but the newest `keep` of this volume in the folder, and what killed runs left of it; the names.
Result<std::vector<std::string>> remove_old_backups(const std::string& folder, const std::string& volume,
                                                    std::size_t keep);

}  // namespace infra
