// A connection to PostgreSQL (libpq). Every fault goes through the user's `Explain`; no message holds a password.
#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/databases/sql.h"

struct pg_conn;
struct pg_result;

namespace infra::postgres {

struct Fault {
  std::string state;  // SQLSTATE: "42P01", "57P01" …; empty: the library's, not the server's
  bool lost = false;  // the connection is gone: what was under way may have been done or not
  std::string message;
};
using Explain = std::function<Error(const Fault&)>;

bool is_url(std::string_view text);  // "postgres://…" or "postgresql://…"
// The same URL as far as it may be kept in a file; libpq then takes the password from elsewhere.
std::string without_password(const std::string& url);

// Where a server is: "postgres://user:password@host:port/database?sslmode=verify-full&…". What isn't said comes from
// where libpq takes it: PGHOST, PGPASSWORD, ~/.pgpass, …
class Target {
 public:
  // `own`: parameters of the URL that are the caller's and not libpq's. The Fault never repeats the URL.
  static Result<Target> parse(const std::string& url, const std::vector<std::string>& own, const Explain& explain);
  // For messages: without the password and the parameters.
  [[nodiscard]] const std::string& text() const { return text_; }
  // The caller's parameters that the URL has.
  [[nodiscard]] const std::map<std::string, std::string>& own() const { return own_; }

 private:
  friend class Connection;
  std::map<std::string, std::string> options_;  // by libpq's names
  std::map<std::string, std::string> own_;
  std::string text_;
};

// Of a session on the server; process numbers are used again.
struct Identity {
  std::int64_t process = 0, started = 0;
};

class Connection : public sql::Session {
 public:
  static Result<std::unique_ptr<Connection>> open(const Target& target, Explain explain);
  Result<Ok> execute(const std::string& sql) override;
  Result<std::int64_t> last_number() override;
  // Of no use any more; make a new one.
  [[nodiscard]] bool lost() const;
  [[nodiscard]] const Identity& identity() const { return identity_; }
  // Another session of the same user, if it is still there: when this returns it does nothing any more.
  Result<Ok> end_session(const Identity& other);
  // What write transactions begin with: "BEGIN", and a lock if the tables need one.
  void begin_writes_with(std::string sql) { begin_write_ = std::move(sql); }
  [[nodiscard]] std::int64_t wall_ms() const override;  // the server's

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using ResultOwner = std::unique_ptr<pg_result, Clear>;
  using Clock = std::chrono::steady_clock;

  explicit Connection(Explain explain) : explain_(std::move(explain)) {}
  Result<std::int64_t> perform(std::string_view sql, std::span<const sql::Argument> arguments,
                               const sql::Use& use) override;
  Result<Ok> begin(sql::Access access) override;
  Result<Ok> commit() override;
  void roll_back() override;

  Result<Ok> connect(const Target& target);
  Result<Ok> introduce();
  Result<std::string> prepare(std::string_view sql, std::span<const sql::Argument> arguments);
  // After a send: the results in turn, null behind the last one.
  Result<ResultOwner> next_result();
  Result<Ok> wait_for(short events, Clock::time_point until);
  // Reads to the end; the first fault among the results. `tag`: what the last statement says of itself.
  Result<std::string> finish(const sql::Use& use);
  [[nodiscard]] Fault fault_of(const pg_result* result) const;
  Error fail(const Fault& fault);
  Error fail();  // with the connection's own words

  Explain explain_;
  std::string password_;  // to keep it out of messages
  std::unique_ptr<pg_conn, Close> handle_;
  std::unordered_map<std::string, std::string> prepared_;  // by text
  std::string begin_write_ = "BEGIN";
  Identity identity_;
  std::int64_t clock_offset_ms_ = 0;  // to this machine's steady clock
};

}  // namespace infra::postgres
