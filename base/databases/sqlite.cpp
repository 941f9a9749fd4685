#include "base/databases/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>

namespace infra::sqlite {

struct Connection {
  sqlite3* handle = nullptr;
  Explain explain;
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { sqlite3_close_v2(handle); }

  [[nodiscard]] Error fault() const {
    return explain({.code = sqlite3_extended_errcode(handle) & 0xff,
                    .extended = sqlite3_extended_errcode(handle),
                    .system = sqlite3_system_errno(handle),
                    .message = sqlite3_errmsg(handle)});
  }
};

namespace {

// A path as an URI: everything that has a meaning in one is escaped.
std::string uri_of(const std::string& path, bool immutable) {
  std::string out = "file:";
  for (const char c : path) {
    const bool plain = c != '%' && c != '?' && c != '#' && static_cast<unsigned char>(c) > 0x20;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return immutable ? out + "?immutable=1" : out;
}

}  // namespace

std::int64_t Row::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Row::view(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::bind(int place, const sql::Argument& argument) {
  // An empty view may have no address, which SQLite would take for NULL.
  const auto start = [](std::string_view bytes) { return bytes.empty() ? "" : bytes.data(); };
  if (const auto* number = std::get_if<std::int64_t>(&argument)) {
    sqlite3_bind_int64(handle_.get(), place, *number);
  } else if (const auto* blob = std::get_if<sql::Blob>(&argument)) {
    sqlite3_bind_blob64(handle_.get(), place, start(blob->bytes), blob->bytes.size(), SQLITE_STATIC);
  } else {
    const auto text = std::get<std::string_view>(argument);
    sqlite3_bind_text64(handle_.get(), place, start(text), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
}

Result<Ok> Statement::perform(std::span<const sql::Argument> arguments, const sql::Use& use) {
  int place = 0;
  for (const auto& argument : arguments) bind(++place, argument);
  const Row here(handle_.get());
  for (;;) {
    auto row = step();
    if (row && *row) {
      use(here);
      continue;
    }
    reset();
    if (!row) return std::move(row).error();
    return Ok{};
  }
}

Result<bool> Statement::step() {
  switch (sqlite3_step(handle_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return connection_->fault();
  }
}

void Statement::reset() {
  sqlite3_reset(handle_.get());  // returns the fault of the last step again
  sqlite3_clear_bindings(handle_.get());
}

Result<Database> Database::open(const std::string& path, const OpenOptions& options, Explain explain) {
  auto connection = std::make_shared<Connection>();
  connection->explain = std::move(explain);
  int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= options.read_only || options.immutable ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options.create) flags |= SQLITE_OPEN_CREATE;
  const int status = sqlite3_open_v2(uri_of(path, options.immutable).c_str(), &connection->handle, flags, nullptr);
  if (connection->handle == nullptr) {
    return connection->explain({.code = SQLITE_NOMEM, .extended = SQLITE_NOMEM, .message = "out of memory"});
  }
  if (status != SQLITE_OK) return connection->fault();
  sqlite3_busy_timeout(connection->handle, options.busy_ms);
  return Database(std::move(connection));
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_->handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                         &statement, nullptr) != SQLITE_OK) {
    return connection_->fault();
  }
  return Statement(connection_, statement);
}

Result<Ok> Database::execute(const std::string& sql) {
  if (sqlite3_exec(connection_->handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return connection_->fault();
  }
  return Ok{};
}

Result<std::string> Database::ask(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::move(statement).error();
  std::string out;
  bool first = true;
  auto done = statement->each([&](const sql::Row& row) {
    if (std::exchange(first, false)) out = row.text(0);
  });
  if (!done) return std::move(done).error();
  return out;
}

Result<Statement*> Statements::find(std::string_view sql) {
  const std::string text(sql);
  auto at = prepared_.find(text);
  if (at == prepared_.end()) {
    auto statement = database_.prepare(sql);
    if (!statement) return std::move(statement).error();
    at = prepared_.emplace(text, *std::move(statement)).first;
  }
  return &at->second;
}

Result<std::int64_t> Statements::perform(std::string_view sql, std::span<const sql::Argument> arguments,
                                         const sql::Use& use) {
  auto statement = find(sql);
  if (!statement) return std::move(statement).error();
  auto done = (*statement)->perform(arguments, use);
  if (!done) return std::move(done).error();
  return std::int64_t{sqlite3_changes(database_.connection_->handle)};
}

Result<std::int64_t> Statements::last_number() {
  return std::int64_t{sqlite3_last_insert_rowid(database_.connection_->handle)};
}

std::int64_t Statements::wall_ms() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Result<Ok> Statements::begin(sql::Access access) {
  return database_.execute(access == sql::Access::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

void Statements::roll_back() {
  auto* const handle = database_.connection_->handle;
  // Some faults (a full disk) have rolled back already; the only other outcome is "no transaction is active".
  if (sqlite3_get_autocommit(handle) == 0) sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<Ok> Database::copy_to(const std::string& path) {
  auto copy = open(path, {.create = true}, connection_->explain);
  if (!copy) return std::move(copy).error();
  // The caller gives the copy its name when it is whole.
  auto quick = copy->execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
  if (!quick) return quick;
  auto* const backup = sqlite3_backup_init(copy->connection_->handle, "main", connection_->handle, "main");
  if (backup == nullptr) return copy->connection_->fault();
  sqlite3_backup_step(backup, -1);
  if (sqlite3_backup_finish(backup) != SQLITE_OK) return copy->connection_->fault();
  return Ok{};
}

Result<Transaction> Transaction::begin(Database& database, bool immediate) {
  auto begun = database.execute(immediate ? "BEGIN IMMEDIATE" : "BEGIN");
  if (!begun) return std::move(begun).error();
  return Transaction(database.connection_);
}

Result<Ok> Transaction::commit() {
  if (sqlite3_exec(connection_->handle, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) {
    return connection_->fault();  // the destructor rolls back
  }
  connection_.reset();
  return Ok{};
}

Transaction::~Transaction() {
  // Some faults (a full disk) have rolled back already; the only other outcome is "no transaction is active".
  if (connection_ && sqlite3_get_autocommit(connection_->handle) == 0) {
    sqlite3_exec(connection_->handle, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace infra::sqlite
