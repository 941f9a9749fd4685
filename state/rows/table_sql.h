// Statements and rows of the tables, from their columns (columns.h). The last column of each row is its checksum,
// `sum`.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/databases/sql.h"
#include "state/rows/column_text.h"
#include "state/rows/columns.h"

namespace infra {

// "SELECT kind, …, sum FROM resource ORDER BY …". Versions before 2 don't have the later columns: 0 stands for them.
template <class T>
std::string select_sql(std::int64_t version, const std::string& where = {});
// "INSERT INTO resource (kind, …, sum) VALUES (?, …)".
template <class T>
const std::string& insert_sql();
// "FROM note WHERE topic = ? AND name = ?".
template <class T>
const std::string& where_key();

// What is bound to the question marks of insert_sql(). Refers to the row.
template <class T>
class BoundRow {
 public:
  BoundRow(const T& row, std::uint64_t sum) {
    each_column(row, *this);
    all_.emplace_back(sql::stored(sum));
  }
  [[nodiscard]] const std::vector<sql::Argument>& arguments() const { return all_; }

  void operator()(ColumnName, const std::string& text) { all_.emplace_back(std::string_view(text)); }
  void operator()(ColumnName, bool flag) { all_.push_back(sql::argument(flag)); }
  void operator()(ColumnName, int number) { all_.push_back(sql::argument(number)); }
  void operator()(ColumnName, std::int64_t number) { all_.emplace_back(number); }
  void operator()(ColumnName, std::uint64_t number) { all_.emplace_back(sql::stored(number)); }
  void operator()(ColumnName, const Address& at) {
    for (const auto* text : {&at.kind, &at.path, &at.part}) all_.emplace_back(std::string_view(*text));
  }
  template <class Other>
  void operator()(ColumnName, const Other& member) {
    all_.emplace_back(std::string_view(texts_.emplace_back(encode(member))));
  }
  template <class Member>
  void later(ColumnName name, const Member& member) {
    (*this)(name, member);
  }
  void value(ColumnName name, const std::string& text) { (*this)(name, text); }
  void fence(ColumnName name, std::uint64_t number) { (*this)(name, number); }

 private:
  std::vector<sql::Argument> all_;
  std::deque<std::string> texts_;  // that stay where they are
};

// A row of select_sql(), and its checksum behind it.
template <class T>
class ReadRow {
 public:
  explicit ReadRow(const sql::Row& row) : row_(row) {
    each_column(value_, *this);
    sum_ = std::bit_cast<std::uint64_t>(row_.integer(at_));
  }
  [[nodiscard]] std::uint64_t sum() const { return sum_; }
  // nullopt: no row that we ever wrote.
  [[nodiscard]] std::optional<T> take() && { return whole_ ? std::optional<T>(std::move(value_)) : std::nullopt; }

  void operator()(ColumnName, std::string& text) { text = row_.text(at_++); }
  void operator()(ColumnName, bool& flag) { flag = row_.boolean(at_++); }
  void operator()(ColumnName, int& number) { number = static_cast<int>(row_.integer(at_++)); }
  void operator()(ColumnName, std::int64_t& number) { number = row_.integer(at_++); }
  void operator()(ColumnName, std::uint64_t& number) { number = std::bit_cast<std::uint64_t>(row_.integer(at_++)); }
  void operator()(ColumnName, Address& at) {
    for (auto* text : {&at.kind, &at.path, &at.part}) *text = row_.text(at_++);
  }
  template <class Other>
  void operator()(ColumnName, Other& member) {
    whole_ = decode(row_.view(at_++), member) && whole_;
  }
  template <class Member>
  void later(ColumnName name, Member& member) {
    (*this)(name, member);
  }
  void value(ColumnName name, std::string& text) { (*this)(name, text); }
  void fence(ColumnName name, std::uint64_t& number) { (*this)(name, number); }

 private:
  const sql::Row& row_;
  int at_ = 0;
  bool whole_ = true;
  T value_;
  std::uint64_t sum_ = 0;
};

// The names of a table's columns.
class ColumnList {
 public:
  template <class T>
  static ColumnList of() {
    ColumnList out;
    const T row{};
    each_column(row, out);
    return out;
  }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  // Those of a version of the schema.
  [[nodiscard]] std::string text(std::int64_t version) const;

  void operator()(ColumnName, const Address&) {
    for (const char* name : {"kind", "path", "part"}) names_.emplace_back(name);
  }
  template <class Member>
  void operator()(ColumnName name, const Member&) {
    names_.emplace_back(name.column);
  }
  template <class Member>
  void later(ColumnName name, const Member&) {
    later_.push_back(names_.size());
    names_.emplace_back(name.column);
  }
  void value(ColumnName name, const std::string& text) { (*this)(name, text); }
  void fence(ColumnName name, std::uint64_t number) { later(name, number); }

 private:
  std::vector<std::string> names_;
  std::vector<std::size_t> later_;  // places of those that came with version 2
};

std::string insert_text(const TableFacts& table, const ColumnList& columns);
std::string where_text(const TableFacts& table);

template <class T>
std::string select_sql(std::int64_t version, const std::string& where) {
  const auto& table = Table<T>::facts;
  const auto rows = where.empty() ? std::string("FROM ") + table.name : where;
  return "SELECT " + ColumnList::of<T>().text(version) + ", sum " + rows + " ORDER BY " + table.key;
}

template <class T>
const std::string& insert_sql() {
  static const std::string text = insert_text(Table<T>::facts, ColumnList::of<T>());
  return text;
}

template <class T>
const std::string& where_key() {
  static const std::string text = where_text(Table<T>::facts);
  return text;
}

}  // namespace infra
