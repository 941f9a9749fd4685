// The columns of each type of row, once. From them follow reading and writing the tables (table_sql.h), the rows'
// checksums (checksum.h), and all documents that hold rows: a copy of a state (`infra state pull`), what is printed of
// it as JSON, a file of outcomes that couldn't be recorded. Each of these says what it does with a kind of column.
//
// A new table: its row in state.h, its columns here, its CREATE TABLE in table_versions.cpp, its mutations in store.h
// and writer.cpp.
#pragma once
#include <cstdint>
#include <type_traits>

#include "state/revision.h"
#include "state/state.h"

namespace infra {

// What documents call a column, and what the tables do where that word is SQL's.
struct ColumnName {
  // Implicit: a column with one name is the rule.
  constexpr ColumnName(const char* both) : document(both), column(both) {}  // NOLINT(google-explicit-constructor)
  constexpr ColumnName(const char* in_documents, const char* in_tables) : document(in_documents), column(in_tables) {}
  const char* document;
  const char* column;
};

struct TableFacts {
  const char* name;
  const char* key;     // the columns that tell its rows apart, in the order in which they are read
  std::int64_t since;  // the version of the schema that it came with
  std::uint64_t seed;  // its checksums start differently: an output can't stand in for a platform
  const char* rows;    // what documents call all of them
};

template <class Row>
struct Table;

// Calls `column` for each column of a row, in the order that its checksum has; new ones stand behind the old ones.
//   column(name, member)        a text, a number, a flag, an address (three columns), or what column_text.h writes
//   column.value(name, text)    lossless JSON
//   column.later(name, member)  came with version 2: counts in the checksum only if it says something
//   column.fence(name, number)  the same, and means nothing outside of its database
// For writing `Row` is const.
template <class Row, class Column>
void each_column(Row& row, Column&& column) {
  Table<std::remove_const_t<Row>>::each(row, column);
}

// Calls `use` for all rows of each table.
template <class State, class Use>
void each_table(State& state, Use&& use) {
  use(state.platforms);
  use(state.resources);
  use(state.intents);
  use(state.outputs);
  use(state.secrets);
  use(state.deployments);
  use(state.notes);
}

template <>
struct Table<RecordedResource> {
  static constexpr TableFacts facts{"resource", "kind, path, part, deposed, id", 1, 1, "resources"};
  template <class Row, class Column>
  static void each(Row& r, Column& column) {
    column("address", r.address);
    column("type", r.type);
    column("platform", r.platform);
    column("id", r.id);
    column("deposed", r.deposed);
    column("protect", r.protect);
    column("spec_hash", r.spec_hash);
    column.value("inputs", r.inputs);
    column.value("outputs", r.outputs);
    column("depends_on", r.depends_on);
    column.later("keep", r.keep);
  }
};

template <>
struct Table<Intent> {
  static constexpr TableFacts facts{"intent", "token", 1, 2, "intents"};
  template <class Row, class Column>
  static void each(Row& i, Column& column) {
    column("token", i.token);
    column("operation", i.operation);
    column("address", i.address);
    column("type", i.type);
    column("platform", i.platform);
    column("id", i.id);
    column("spec_hash", i.spec_hash);
    column.value("inputs", i.inputs);
    column("protect", i.protect);
    column("deposes", i.deposes);
    column("depends_on", i.depends_on);
    column.later("keep", i.keep);
    column.fence("fence", i.fence);
  }
};

template <>
struct Table<RecordedOutput> {
  static constexpr TableFacts facts{"output", "name", 1, 3, "outputs"};
  template <class Row, class Column>
  static void each(Row& o, Column& column) {
    column("name", o.name);
    column.value("value", o.value);
    column("secret", o.secret);
  }
};

template <>
struct Table<RecordedPlatform> {
  static constexpr TableFacts facts{"platform", "name", 1, 4, "platforms"};
  template <class Row, class Column>
  static void each(Row& p, Column& column) {
    column("name", p.name);
    column("kind", p.kind);
    column.value("config", p.config);
  }
};

template <>
struct Table<RecordedSecret> {
  static constexpr TableFacts facts{"secret", "name", 2, 6, "secrets"};
  template <class Row, class Column>
  static void each(Row& s, Column& column) {
    column("name", s.name);
    column("key", s.key);
    column("box", s.box);
    column("updated", s.updated);
  }
};

template <>
struct Table<RecordedDeployment> {
  static constexpr TableFacts facts{"deployment", "name", 3, 8, "deployments"};
  template <class Row, class Column>
  static void each(Row& d, Column& column) {
    column("name", d.name);
    column("platform", d.platform);
    column({"from", "from_revision"}, d.from);
    column({"to", "to_revision"}, d.to);
    column("status", d.status);
    column("failures", d.failures);
    column("started", d.started);
    column("ended", d.ended);
    column("reason", d.reason);
    column({"commit", "commit_id"}, d.commit);
    column("back_off", d.back_off);
    column("revisions", d.revisions);
  }
};

template <>
struct Table<RecordedNote> {
  static constexpr TableFacts facts{"note", "topic, name", 4, 9, "notes"};
  template <class Row, class Column>
  static void each(Row& n, Column& column) {
    column("topic", n.topic);
    column("name", n.name);
    column("at", n.at);
    column("number", n.number);
    column("text", n.text);
  }
};

// Of the history: no part of a Snapshot, nor of the sum over all rows. `by.since` isn't kept twice: it is `started`.
template <>
struct Table<Revision> {
  static constexpr TableFacts facts{"revision", "number", 2, 7, "revisions"};
  template <class Row, class Column>
  static void each(Row& r, Column& column) {
    column("number", r.number);
    column("result", r.result);
    column("started", r.started);
    column("finished", r.finished);
    column({"user", "\"user\""}, r.by.user);
    column("host", r.by.host);
    column("command", r.by.command);
    column("process", r.by.process);
    column("stack", r.stack);
    column({"commit", "source_commit"}, r.commit);
    column("serial_before", r.before.value);
    column("serial_after", r.after.value);
    column("plan", r.plan);
    column("params", r.params);
    column("sources", r.sources);
  }
};

}  // namespace infra
