// Owners for SQLite's handles. Every fault goes through the user's `Explain`, so that the caller's words and codes
// reach the reader instead of SQLite's.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace infra::sqlite {

struct Fault {
  int code = 0;      // SQLITE_FULL …
  int extended = 0;  // SQLITE_IOERR_FSYNC …
  int system = 0;    // errno, if the operating system refused something
  std::string message;
};
// Bytes for a BLOB column.
struct Blob {
  std::string_view bytes;
};
using Explain = std::function<Error(const Fault&)>;

// One row while a statement stands on it. Texts live until the next row.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view view(int column) const;
  [[nodiscard]] std::string text(int column) const { return std::string(view(column)); }
  [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }

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
    int place = 0;
    (bind(++place, args), ...);
    for (;;) {
      auto row = step();
      if (!row || !*row) {
        reset();
        if (!row) return std::move(row).error();
        return Ok{};
      }
      use(Row(handle_.get()));
    }
  }
  template <class... Args>
  Result<Ok> run(const Args&... args) {
    return each([](const Row&) {}, args...);
  }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(std::shared_ptr<Connection> connection, sqlite3_stmt* handle)
      : connection_(std::move(connection)), handle_(handle) {}
  // Texts are not copied: they live as long as the call of each().
  void bind(int place, std::string_view text);
  void bind(int place, const std::string& text) { bind(place, std::string_view(text)); }
  void bind(int place, const char* text) { bind(place, std::string_view(text)); }
  void bind(int place, std::int64_t number);
  void bind(int place, const Blob& blob);
  void bind(int place, int number) { bind(place, std::int64_t{number}); }
  void bind(int place, bool flag) { bind(place, std::int64_t{flag ? 1 : 0}); }
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

 private:
  explicit Database(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  friend class Transaction;
  std::shared_ptr<Connection> connection_;
};

// Statements by their text, each prepared when it is first used and then kept.
class Statements {
 public:
  explicit Statements(Database database) : database_(std::move(database)) {}
  template <class Use, class... Args>
  Result<Ok> each(std::string_view sql, Use&& use, const Args&... args) {
    auto statement = find(sql);
    if (!statement) return std::move(statement).error();
    return (*statement)->each(std::forward<Use>(use), args...);
  }
  template <class... Args>
  Result<Ok> run(std::string_view sql, const Args&... args) {
    return each(
        sql, [](const Row&) {}, args...);
  }
  Database& database() { return database_; }

 private:
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
