#include "state/state_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "state/faults.h"

namespace infra {
namespace {

// Reads the header, so that faults show now.
Result<Ok> probe(sqlite::Database& database) {
  auto tables = database.ask("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::move(tables).error();
  return Ok{};
}

bool has_unmerged_log(const std::string& path) {
  struct stat info {};
  return ::stat((path + "-wal").c_str(), &info) == 0 && info.st_size > 0;
}

}  // namespace

Result<std::optional<FileIdentity>> identify_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::optional<FileIdentity>{};
    return system_fault(fmt::format("look at the state \"{}\"", path), errno);
  }
  if (!S_ISREG(info.st_mode)) return not_a_state(path, "it is not a file");
  return std::optional<FileIdentity>({.device = info.st_dev, .number = info.st_ino});
}

Result<Ok> make_private_folder(const std::string& path_of_file) {
  const auto folder = std::filesystem::path(path_of_file).parent_path();
  if (folder.empty()) return Ok{};
  std::error_code fault;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), fault);
  if (fault) return system_fault(fmt::format("make the folder \"{}\"", folder.parent_path().string()), fault.value());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_fault(fmt::format("make the folder \"{}\"", folder.string()), errno);
  }
  return Ok{};
}

Result<Ok> make_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return system_fault(fmt::format("write the state \"{}\"", path), errno);
  ::close(file);
  return Ok{};
}

Result<sqlite::Database> open_for_reading(const std::string& path) {
  const auto explain = explain_state_faults(path);
  auto database = sqlite::Database::open(path, {.read_only = true}, explain);
  if (!database) return database;
  auto readable = probe(*database);
  if (readable) return database;
  const auto& code = readable.error().code;
  if ((code != "E0504" && code != "E0505") || has_unmerged_log(path)) return std::move(readable).error();
  auto as_it_stands = sqlite::Database::open(path, {.immutable = true}, explain);
  if (!as_it_stands) return as_it_stands;
  readable = probe(*as_it_stands);
  if (!readable) return std::move(readable).error();
  return as_it_stands;
}

Result<sqlite::Database> open_for_writing(const std::string& path) {
  auto made = make_private_file(path);
  if (!made) return std::move(made).error();
  auto database = sqlite::Database::open(path, {}, explain_state_faults(path));
  if (!database) return database;
  auto mode = database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (!mode) return std::move(mode).error();
  return database;
}

}  // namespace infra
