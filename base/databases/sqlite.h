// Owners for SQLite's handles. Every fault goes through the user's `Explain`, so that the caller's words and codes
// reach the reader instead of SQLite's.
#pragma once
#include <memory>
#include <unordered_map>

#include "base/databases/sql.h"

struct sqlite3;
struct sqlite3_stmt;

namespace infra::sqlite {

struct Fault {
  int code = 0;      // SQLITE_FULL …
  int extended = 0;  // SQLITE_IOERR_FSYNC …
  int system = 0;    // errno, if the operating system refused something
  std::string message;
};
using Explain = std::function<Error(const Fault&)>;

class Row final : public sql::Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] std::int64_t integer(int column) const override;
  [[nodiscard]] std::string_view view(int column) const override;

 private:
  sqlite3_stmt* statement_;
};

struct Connection;

// A prepared statement. Arguments are bound in the order of the question marks.
class Statement {
 public:
  // Runs it and shows every row to `use`.
  template <class Use, class... Args>
  Result<Ok> each(Use&& use, const Args&... args) {
    const std::array<sql::Argument, sizeof...(Args)> bound{sql::argument(args)...};
    return perform(bound, [&use](const sql::Row& row) { use(row); });
  }
  template <class... Args>
  Result<Ok> run(const Args&... args) {
    return each([](const sql::Row&) {}, args...);
  }
  Result<Ok> perform(std::span<const sql::Argument> arguments, const sql::Use& use);

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(std::shared_ptr<Connection> connection, sqlite3_stmt* handle)
      : connection_(std::move(connection)), handle_(handle) {}
  void bind(int place, const sql::Argument& argument);
  Result<bool> step();
  void reset();

  std::shared_ptr<Connection> connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

struct OpenOptions {
  bool create = false;
  bool read_only = false;
  bool immutable = false;  // the file can't change while it is open: needs no lock and no file beside it
  int busy_ms = 5000;      // how long to wait for another process
};

class Database {
 public:
  static Result<Database> open(const std::string& path, const OpenOptions& options, Explain explain);
  Result<Statement> prepare(std::string_view sql);
  // One or several statements without rows of interest.
  Result<Ok> execute(const std::string& sql);
  // The first column of the first row; "" without a row.
  Result<std::string> ask(std::string_view sql);
  // Copies all of it into a new file, whatever other connections do meanwhile.
  Result<Ok> copy_to(const std::string& path);

 private:
  friend class Statements;
  explicit Database(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  friend class Transaction;
  std::shared_ptr<Connection> connection_;
};

// Statements by their text, each prepared when it is first used and then kept.
class Statements final : public sql::Session {
 public:
  explicit Statements(Database database) : database_(std::move(database)) {}
  Result<Ok> execute(const std::string& sql) override { return database_.execute(sql); }
  Result<std::int64_t> last_number() override;
  [[nodiscard]] std::int64_t wall_ms() const override;  // this machine's
  Database& database() { return database_; }

 private:
  Result<std::int64_t> perform(std::string_view sql, std::span<const sql::Argument> arguments,
                               const sql::Use& use) override;
  Result<Ok> begin(sql::Access access) override;
  Result<Ok> commit() override { return database_.execute("COMMIT"); }
  void roll_back() override;
  Result<Statement*> find(std::string_view sql);
  Database database_;
  std::unordered_map<std::string, Statement> prepared_;
};

// Rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database, bool immediate);
  Result<Ok> commit();
  Transaction(Transaction&&) = default;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

 private:
  explicit Transaction(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  std::shared_ptr<Connection> connection_;  // null: nothing to roll back
};

}  // namespace infra::sqlite
