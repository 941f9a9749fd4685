#include "base/databases/postgres.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <bit>
#include <cerrno>
#include <cstring>

namespace infra::postgres {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kAnswer{60};  // how long a server may be silent while it works
constexpr Oid kBytea = 17;                   // pg_type.dat
constexpr Oid kInt8 = 20;

// On the server's side: who waits for a row that another run keeps, and what a cut-off client leaves behind.
constexpr const char* kSettings =
    "SET lock_timeout = '20s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '10s'; "
    "SET standard_conforming_strings = on; SET synchronous_commit = on";

std::string big_endian(std::int64_t number) {
  auto bits = std::bit_cast<std::uint64_t>(number);
  std::string out(8, '\0');
  for (std::size_t i = 8; i-- > 0; bits >>= 8U) out[i] = static_cast<char>(bits & 0xffU);
  return out;
}

// A row of a result in PostgreSQL's binary form.
class ResultRow final : public sql::Row {
 public:
  ResultRow(const PGresult* result, int row) : result_(result), row_(row) {}
  [[nodiscard]] std::int64_t integer(int column) const override {
    const auto bytes = view(column);
    if (bytes.empty()) return 0;
    // Sign-extended from its first byte: a bool, int2, int4 or int8.
    auto out = std::bit_cast<std::uint64_t>(std::int64_t{static_cast<signed char>(bytes[0])});
    for (const char byte : bytes.substr(1)) out = out << 8U | static_cast<unsigned char>(byte);
    return std::bit_cast<std::int64_t>(out);
  }
  [[nodiscard]] std::string_view view(int column) const override {
    return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }

 private:
  const PGresult* result_;
  int row_;
};

// `?` → `$1`, but in texts.
std::string numbered(std::string_view sql) {
  std::string out;
  int number = 0;
  char quote = '\0';
  for (const char c : sql) {
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    }
    out += quote == '\0' && c == '?' ? fmt::format("${}", ++number) : std::string(1, c);
  }
  return out;
}

// Arguments as libpq takes them. Numbers own their bytes; texts are the caller's.
struct Bound {
  explicit Bound(std::span<const sql::Argument> arguments) {
    numbers.reserve(arguments.size());  // so that their addresses stay
    for (const auto& argument : arguments) {
      std::string_view bytes;
      if (const auto* number = std::get_if<std::int64_t>(&argument)) {
        bytes = numbers.emplace_back(big_endian(*number));
      } else if (const auto* blob = std::get_if<sql::Blob>(&argument)) {
        bytes = blob->bytes;
      } else {
        bytes = std::get<std::string_view>(argument);
      }
      values.push_back(bytes.empty() ? "" : bytes.data());  // no address would be NULL
      lengths.push_back(static_cast<int>(bytes.size()));
      formats.push_back(1);
      types.push_back(std::holds_alternative<std::int64_t>(argument) ? kInt8 : kBytea);
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(values.size()); }
  std::vector<std::string> numbers;
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  std::vector<Oid> types;
};

std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n')) text.replace(at, 1, "; ");
  for (auto at = text.find('\t'); at != std::string::npos; at = text.find('\t')) text.erase(at, 1);
  return text;
}

std::string without(std::string text, const std::string& secret) {
  if (secret.empty()) return text;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
    text.replace(at, secret.size(), "***");
  }
  return text;
}

// The server ends the connection with these: 08 connection exceptions, 57P01 to 57P03 it stops, crashed or starts.
bool ends_connection(std::string_view state) {
  return state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03";
}

}  // namespace

void Connection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }
void Connection::Clear::operator()(pg_result* result) const { PQclear(result); }

bool Connection::lost() const { return !handle_ || PQstatus(handle_.get()) != CONNECTION_OK; }

Fault Connection::fault_of(const pg_result* result) const {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);  // the detail may hold values of a row
  Fault out{.state = state != nullptr ? state : "", .message = words != nullptr ? words : PQresultErrorMessage(result)};
  out.lost = lost() || ends_connection(out.state);
  return out;
}

Error Connection::fail(const Fault& fault) {
  if (fault.lost) handle_.reset();
  auto shown = fault;
  shown.message = without(one_line(shown.message), password_);
  return explain_(shown);
}

Error Connection::fail() {
  if (!handle_) return fail(Fault{.lost = true, .message = "the connection was lost"});
  return fail(Fault{.lost = lost(), .message = PQerrorMessage(handle_.get())});
}

Result<std::unique_ptr<Connection>> Connection::open(const Target& target, Explain explain) {
  std::unique_ptr<Connection> out(new Connection(std::move(explain)));
  auto connected = out->connect(target);
  if (!connected) return std::move(connected).error();
  return out;
}

Result<Ok> Connection::connect(const Target& target) {
  std::vector<const char*> names, values;
  for (const auto& [name, value] : target.options_) {
    if (name == "password") password_ = value;
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  handle_.reset(PQconnectdbParams(names.data(), values.data(), 0));
  if (!handle_) return fail(Fault{.lost = true, .message = "out of memory"});
  if (const char* used = PQpass(handle_.get()); used != nullptr && *used != '\0') password_ = used;
  if (lost()) return fail(Fault{.lost = true, .message = PQerrorMessage(handle_.get())});
  PQsetNoticeProcessor(
      handle_.get(), [](void*, const char*) {}, nullptr);
  PQsetnonblocking(handle_.get(), 1);
  auto set = execute(kSettings);
  if (!set) return set;
  return introduce();
}

Result<Ok> Connection::introduce() {
  return each(
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, pid, "
      "(extract(epoch FROM backend_start) * 1000000)::bigint FROM pg_stat_activity WHERE pid = pg_backend_pid()",
      [&](const sql::Row& row) {
        const auto here = std::chrono::duration_cast<milliseconds>(Clock::now().time_since_epoch()).count();
        clock_offset_ms_ = row.integer(0) - here;
        identity_ = {.process = row.integer(1), .started = row.integer(2)};
      });
}

Result<Ok> Connection::end_session(const Identity& other) {
  if (other.process == 0) return Ok{};
  return run(
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid = ? AND "
      "(extract(epoch FROM backend_start) * 1000000)::bigint = ?",
      other.process, other.started);
}

std::int64_t Connection::wall_ms() const {
  return std::chrono::duration_cast<milliseconds>(Clock::now().time_since_epoch()).count() + clock_offset_ms_;
}

Result<Ok> Connection::wait_for(short events, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now()).count();
    if (left <= 0) {
      return fail(Fault{.lost = true, .message = fmt::format("the server hasn't answered for {} s", kAnswer.count())});
    }
    pollfd one{.fd = PQsocket(handle_.get()), .events = events, .revents = 0};
    const int ready = ::poll(&one, 1, static_cast<int>(left));
    if (ready > 0) return Ok{};
    if (ready < 0 && errno != EINTR) return fail(Fault{.lost = true, .message = std::strerror(errno)});
  }
}

Result<Connection::ResultOwner> Connection::next_result() {
  if (!handle_) return fail();
  const auto until = Clock::now() + kAnswer;
  auto* const handle = handle_.get();
  // While something is still to be sent, the server may want to be read from first.
  for (int unsent = PQflush(handle); unsent != 0; unsent = PQflush(handle)) {
    if (unsent < 0) return fail();
    auto ready = wait_for(POLLIN | POLLOUT, until);
    if (!ready) return std::move(ready).error();
    if (PQconsumeInput(handle) == 0) return fail();
  }
  while (PQisBusy(handle) != 0) {
    auto ready = wait_for(POLLIN, until);
    if (!ready) return std::move(ready).error();
    if (PQconsumeInput(handle) == 0) return fail();
  }
  return ResultOwner(PQgetResult(handle));
}

Result<std::string> Connection::finish(const sql::Use& use) {
  std::string tag;
  std::optional<Fault> fault;
  for (;;) {
    auto result = next_result();
    if (!result) return std::move(result).error();
    if (!*result) break;
    switch (PQresultStatus(result->get())) {
      case PGRES_SINGLE_TUPLE:
      case PGRES_TUPLES_OK:
        for (int row = 0; row < PQntuples(result->get()); ++row) use(ResultRow(result->get(), row));
        [[fallthrough]];
      case PGRES_COMMAND_OK:
      case PGRES_EMPTY_QUERY:
        tag = PQcmdStatus(result->get());
        if (const std::string_view rows = PQcmdTuples(result->get()); !rows.empty()) tag += "\n" + std::string(rows);
        break;
      default:
        if (!fault) fault = fault_of(result->get());
    }
  }
  if (fault) return fail(*fault);
  return tag;
}

Result<Ok> Connection::execute(const std::string& sql) {
  if (!handle_ || PQsendQuery(handle_.get(), sql.c_str()) == 0) return fail();
  auto done = finish([](const sql::Row&) {});
  if (!done) return std::move(done).error();
  return Ok{};
}

Result<std::string> Connection::prepare(std::string_view sql, std::span<const sql::Argument> arguments) {
  const std::string text(sql);
  if (const auto at = prepared_.find(text); at != prepared_.end()) return at->second;
  const auto name = fmt::format("s{}", prepared_.size());
  const Bound bound(arguments);
  if (PQsendPrepare(handle_.get(), name.c_str(), numbered(sql).c_str(), bound.count(), bound.types.data()) == 0) {
    return fail();
  }
  auto done = finish([](const sql::Row&) {});
  if (!done) return done;
  prepared_.emplace(text, name);
  return name;
}

Result<std::int64_t> Connection::perform(std::string_view sql, std::span<const sql::Argument> arguments,
                                         const sql::Use& use) {
  if (!handle_) return fail();
  auto name = prepare(sql, arguments);
  if (!name) return std::move(name).error();
  const Bound bound(arguments);
  if (PQsendQueryPrepared(handle_.get(), name->c_str(), bound.count(), bound.values.data(), bound.lengths.data(),
                          bound.formats.data(), 1) == 0) {
    return fail();
  }
  PQsetSingleRowMode(handle_.get());  // a large table never lies in memory twice
  auto tag = finish(use);
  if (!tag) return std::move(tag).error();
  const auto line = tag->find('\n');
  return line == std::string::npos ? 0 : std::atoll(tag->c_str() + line + 1);
}

Result<std::int64_t> Connection::last_number() {
  std::int64_t number = 0;
  auto done = each("SELECT lastval()", [&](const sql::Row& row) { number = row.integer(0); });
  if (!done) return std::move(done).error();
  return number;
}

Result<Ok> Connection::begin(sql::Access access) {
  auto begun = execute(access == sql::Access::write ? begin_write_ : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  if (!begun) roll_back();  // the transaction may stand where the lock failed
  return begun;
}

Result<Ok> Connection::commit() {
  if (!handle_ || PQsendQuery(handle_.get(), "COMMIT") == 0) return fail();
  auto tag = finish([](const sql::Row&) {});
  if (!tag) return std::move(tag).error();
  // Of a transaction that had failed, the server makes a rollback without calling it a fault.
  if (*tag != "COMMIT") return fail(Fault{.state = "25P02", .message = "the transaction was rolled back"});
  return Ok{};
}

void Connection::roll_back() {
  if (lost()) return;
  // Whatever it says: a connection that can't roll back is no longer one.
  if (auto done = execute("ROLLBACK"); !done) handle_.reset();
}

}  // namespace infra::postgres
