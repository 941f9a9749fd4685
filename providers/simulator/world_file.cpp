#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/hash.h"
#include "providers/simulator/tables.h"

namespace infra::simulator {
namespace {

constexpr std::int64_t kApplicationId = 0x696e6677;  // "infw"
constexpr std::int64_t kVersion = 2;

// Looked up by name, key and range: an operation costs the same in a big world.
constexpr const char* kTables = R"(
CREATE TABLE world (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  turns INTEGER NOT NULL,
  creates INTEGER NOT NULL,
  updates INTEGER NOT NULL,
  destroys INTEGER NOT NULL,
  lost_answers INTEGER NOT NULL
) STRICT;
INSERT INTO world VALUES (1, 0, 0, 0, 0, 0);
CREATE TABLE object (
  id TEXT NOT NULL PRIMARY KEY,
  type TEXT NOT NULL,
  node TEXT NOT NULL,
  name TEXT NOT NULL,
  stack TEXT NOT NULL,
  lineage TEXT NOT NULL,
  address TEXT NOT NULL,
  token TEXT NOT NULL,
  spec_hash TEXT NOT NULL,
  inputs TEXT NOT NULL,
  outputs TEXT NOT NULL,
  health INTEGER NOT NULL,
  detail TEXT NOT NULL,
  key TEXT NOT NULL,
  low TEXT NOT NULL,
  high TEXT NOT NULL,
  image_id TEXT NOT NULL,
  revision TEXT NOT NULL
) STRICT;
CREATE INDEX object_owner ON object (stack, lineage, token);
CREATE INDEX object_name ON object (type, node, name);
CREATE INDEX object_key ON object (type, key) WHERE key != '';
CREATE INDEX object_range ON object (node, low) WHERE low != '';
CREATE TABLE lease (
  pool TEXT NOT NULL,
  number INTEGER NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (pool, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_object ON lease (id);
)";

Error unusable(const std::string& path, const std::string& why) {
  return {
      .code = "E0613",
      .message = fmt::format("the simulated world \"{}\" can't be used: {}", path, why),
      .help = "check the file and its folder; a world is only a simulation: it may be removed to start from nothing"};
}

sqlite::Explain explain(const std::string& path) {
  return [path](const sqlite::Fault& fault) { return unusable(path, fault.message); };
}

// Its content outlives processes, not the machine: nothing waits for the disk.
Result<sqlite::Database> open_database(const std::string& path, const std::string& shown) {
  auto database = sqlite::Database::open(path, {.busy_ms = 20'000}, explain(shown));
  if (!database) return database;
  auto quick = database->execute("PRAGMA synchronous = OFF");
  if (!quick) return std::move(quick).error();
  return database;
}

Result<Ok> write_draft(const std::string& draft, const std::string& path) {
  const int file = ::open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return unusable(path, std::strerror(errno));
  ::close(file);
  auto database = open_database(draft, path);
  if (!database) return std::move(database).error();
  auto mode = database->execute("PRAGMA journal_mode = WAL");
  if (!mode) return mode;
  auto transaction = sqlite::Transaction::begin(*database, true);
  if (!transaction) return std::move(transaction).error();
  auto made = database->execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};{}", kApplicationId, kVersion, kTables));
  if (!made) return made;
  return transaction->commit();
}

// Made whole beside its place, so that no process ever finds half of one; whoever comes second uses the first's.
Result<Ok> make_world(const std::string& path) {
  std::error_code fault;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, fault);
  if (fault) return unusable(path, fault.message());
  const std::string draft = fmt::format("{}.{}", path, random_token(8));
  auto written = write_draft(draft, path);
  const bool linked = written && (::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int why = errno;
  for (const char* suffix : {"", "-wal", "-shm"}) ::unlink((draft + suffix).c_str());
  if (!written) return written;
  if (!linked) return unusable(path, std::strerror(why));
  return Ok{};
}

Result<Ok> check_identity(sqlite::Database& database, const std::string& path) {
  auto application = database.ask("PRAGMA application_id");
  if (!application) return std::move(application).error();
  auto version = database.ask("PRAGMA user_version");
  if (!version) return std::move(version).error();
  if (*application != std::to_string(kApplicationId)) return unusable(path, "it is not a simulated world");
  if (*version != std::to_string(kVersion)) return unusable(path, "it is of another version of infra");
  return Ok{};
}

}  // namespace

Result<std::optional<Tables>> Tables::open(const std::string& path, bool create) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) return unusable(path, std::strerror(errno));
    if (!create) return std::optional<Tables>{};
    auto made = make_world(path);
    if (!made) return std::move(made).error();
  }
  auto database = open_database(path, path);
  if (!database) return std::move(database).error();
  auto ours = check_identity(*database, path);
  if (!ours) return std::move(ours).error();
  return std::optional<Tables>(Tables(*std::move(database)));
}

}  // namespace infra::simulator
