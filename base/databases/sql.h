// What the databases that a state may be kept in have in common: one way to run statements, whichever it is.
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/result.h"

namespace infra::sql {

// Databases have no unsigned numbers: the same 64 bits, which std::bit_cast takes back.
inline std::int64_t stored(std::uint64_t number) { return std::bit_cast<std::int64_t>(number); }

// One row while a statement stands on it. Views live until the next row.
class Row {
 public:
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual std::string_view view(int column) const = 0;
  [[nodiscard]] std::string text(int column) const { return std::string(view(column)); }
  [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }

 protected:
  ~Row() = default;
};
using Use = std::function<void(const Row&)>;

// Bytes for a BLOB column.
struct Blob {
  std::string_view bytes;
};

// What is bound to a question mark. Texts are not copied: they live as long as the call.
using Argument = std::variant<std::int64_t, std::string_view, Blob>;
inline Argument argument(std::string_view text) { return text; }
inline Argument argument(const std::string& text) { return std::string_view(text); }
inline Argument argument(const char* text) { return std::string_view(text); }
inline Argument argument(const Blob& blob) { return blob; }
inline Argument argument(std::int64_t number) { return number; }
inline Argument argument(int number) { return std::int64_t{number}; }
inline Argument argument(bool flag) { return std::int64_t{flag ? 1 : 0}; }

enum class Access { read, write };

// A connection with its prepared statements. Not for two threads at once; no statement while another one shows rows.
class Session {
 public:
  virtual ~Session() = default;
  // Runs one statement, its arguments in the order of the question marks, and shows every row to `use`.
  template <class Show, class... Args>
  Result<Ok> each(std::string_view sql, Show&& use, const Args&... args) {
    const std::array<Argument, sizeof...(Args)> bound{argument(args)...};
    auto done = perform(sql, bound, [&use](const Row& row) { use(row); });
    if (!done) return std::move(done).error();
    return Ok{};
  }
  template <class... Args>
  Result<Ok> run(std::string_view sql, const Args&... args) {
    auto changed = change(sql, args...);
    if (!changed) return std::move(changed).error();
    return Ok{};
  }
  // The same with arguments that were bound before.
  Result<Ok> run_bound(std::string_view sql, std::span<const Argument> bound) {
    auto done = perform(sql, bound, [](const Row&) {});
    if (!done) return std::move(done).error();
    return Ok{};
  }
  // How many rows it inserted, updated or deleted.
  template <class... Args>
  Result<std::int64_t> change(std::string_view sql, const Args&... args) {
    const std::array<Argument, sizeof...(Args)> bound{argument(args)...};
    return perform(sql, bound, [](const Row&) {});
  }
  // One or several statements without arguments and without rows of interest.
  virtual Result<Ok> execute(const std::string& sql) = 0;
  // What the database numbered the row of the last INSERT with.
  virtual Result<std::int64_t> last_number() = 0;
  // The clock that all who use this database share, in ms since 1970.
  [[nodiscard]] virtual std::int64_t wall_ms() const = 0;

 protected:
  // Prepared when its text is first seen, and then kept.
  virtual Result<std::int64_t> perform(std::string_view sql, std::span<const Argument> arguments, const Use& use) = 0;

 private:
  friend class Transaction;
  virtual Result<Ok> begin(Access access) = 0;
  virtual Result<Ok> commit() = 0;
  virtual void roll_back() = 0;
};

// Rolled back unless committed. A reader sees one moment; writers come one after the other.
class Transaction {
 public:
  static Result<Transaction> begin(Session& session, Access access) {
    auto begun = session.begin(access);
    if (!begun) return std::move(begun).error();
    return Transaction(session);
  }
  Result<Ok> commit() {
    auto done = session_->commit();
    if (done) session_ = nullptr;  // else the destructor rolls back
    return done;
  }
  Transaction(Transaction&& other) noexcept : session_(std::exchange(other.session_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() {
    if (session_ != nullptr) session_->roll_back();
  }

 private:
  explicit Transaction(Session& session) : session_(&session) {}
  Session* session_;  // null: nothing to roll back
};

}  // namespace infra::sql
