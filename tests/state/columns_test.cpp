// The columns of each table (state/rows/columns.h): none is missing, none stands twice, and each counts.
#include <catch2/catch.hpp>

#include <set>

#include "state/rows/checksum.h"
#include "state/rows/table_sql.h"
#include "tests/state/samples.h"

namespace infra::test {
namespace {

template <class Row>
std::size_t columns_of() {
  const auto names = ColumnList::of<Row>().names();
  INFO(insert_sql<Row>());
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  return names.size();
}

// Changes one column after the other, and says how often the checksum stayed what it was.
template <class Row>
struct Disturb {
  int at = 0;
  int target = 0;

  bool due() { return at++ == target; }
  void operator()(ColumnName, std::string& text) {
    if (due()) text += "x";
  }
  void operator()(ColumnName, bool& flag) {
    if (due()) flag = !flag;
  }
  void operator()(ColumnName, Address& address) {
    if (due()) address.path += "x";
  }
  void operator()(ColumnName, Operation& operation) {
    if (due()) operation = operation == Operation::create ? Operation::update : Operation::create;
  }
  void operator()(ColumnName, Revision::Result& result) {
    if (due()) result = result == Revision::Result::failed ? Revision::Result::running : Revision::Result::failed;
  }
  void operator()(ColumnName, std::vector<Address>& all) {
    if (due()) all.push_back({.kind = "service", .path = "x", .part = {}});
  }
  void operator()(ColumnName, std::vector<SealedRevision>& all) {
    if (due()) all.push_back({"r", "box"});
  }
  void operator()(ColumnName, std::vector<SourceRecord>& all) {
    if (due()) all.push_back({.path = "x", .hash = "h"});
  }
  template <class Number>
  void operator()(ColumnName, Number& number) {
    if (due()) ++number;
  }
  void value(ColumnName name, std::string& text) { (*this)(name, text); }
  template <class Member>
  void later(ColumnName name, Member& member) {
    (*this)(name, member);
  }
  void fence(ColumnName name, std::uint64_t& number) { (*this)(name, number); }
};

template <class Row>
void check_each_counts() {
  const Row row{};
  for (int target = 0;; ++target) {
    Row changed = row;
    Disturb<Row> disturb{.target = target};
    each_column(changed, disturb);
    if (target == disturb.at) break;
    INFO(insert_sql<Row>() << " column " << target);
    CHECK(checksum(changed) != checksum(row));
  }
}

}  // namespace

// The bindings name each member: whoever adds one is led here, and then to its column. An address has three columns.
TEST_CASE("every member of a row has its column, once") {
  const auto& [address, type, platform, id, deposed, protect, keep, hash, inputs, outputs, needs] = RecordedResource{};
  CHECK(columns_of<RecordedResource>() == 11 + 2);
  const auto& [token, operation, at, of, on, object, spec, asked, safe, kept, deposes, depends, fence] = Intent{};
  CHECK(columns_of<Intent>() == 13 + 2);
  const auto& [output, value, secret] = RecordedOutput{};
  CHECK(columns_of<RecordedOutput>() == 3);
  const auto& [name, kind, config] = RecordedPlatform{};
  CHECK(columns_of<RecordedPlatform>() == 3);
  const auto& [called, key, box, updated] = RecordedSecret{};
  CHECK(columns_of<RecordedSecret>() == 4);
  const auto& [service, where, from, to, status, failures, began, ended, reason, commit, back_off, sealed] =
      RecordedDeployment{};
  CHECK(columns_of<RecordedDeployment>() == 12);
  const auto& [topic, about, since, number, text] = RecordedNote{};
  CHECK(columns_of<RecordedNote>() == 5);
  // `by` has four columns: its `since` is `started`.
  const auto& [count, result, started, finished, by, stack, ref, before, after, plan, params, sources] = Revision{};
  CHECK(columns_of<Revision>() == 11 + 4);
}

TEST_CASE("every column counts in its row's checksum") {
  check_each_counts<RecordedResource>();
  check_each_counts<Intent>();
  check_each_counts<RecordedOutput>();
  check_each_counts<RecordedPlatform>();
  check_each_counts<RecordedSecret>();
  check_each_counts<RecordedDeployment>();
  check_each_counts<RecordedNote>();
  check_each_counts<Revision>();
}

}  // namespace infra::test
