#include "state/places/postgres_place.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/databases/postgres.h"
#include "base/text/units.h"
#include "state/faults.h"
#include "state/rows/table_versions.h"
#include "state/rows/writer.h"

namespace infra {
namespace {

using std::chrono::milliseconds;

constexpr const char* kDefaultSchema = "infra";
constexpr milliseconds kDefaultPatience{5 * 60 * 1000};

// Beside the tables of every state: their version, and how far each run's batches got (state/places/sql_store.h). The
// head's row changes with every commit: room in its page keeps that cheap.
constexpr const char* kOwnTables = R"(
CREATE TABLE format (version BIGINT NOT NULL);
INSERT INTO format VALUES (0);
CREATE TABLE writer (run BYTEA NOT NULL PRIMARY KEY, batch BIGINT NOT NULL, serial BIGINT NOT NULL);
)";

// Writers come one after the other: each takes the head's row first.
constexpr const char* kBeginWrite = "BEGIN; SELECT one FROM state FOR UPDATE";

struct Settings {
  std::string schema = kDefaultSchema;
  milliseconds patience = kDefaultPatience;
};

class PostgresPlace : public Place {
 public:
  PostgresPlace(postgres::Target target, Settings settings)
      : target_(std::move(target)),
        settings_(std::move(settings)),
        name_(settings_.schema == kDefaultSchema ? target_.text()
                                                 : fmt::format("{} schema {}", target_.text(), settings_.schema)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  Result<Session> open_reading() override;
  Result<Writing> open_writing(const std::string& lineage, const std::string& stack, bool expected) override;
  Result<std::int64_t> identify(sql::Session& session) override;
  [[nodiscard]] bool distant() const override { return true; }
  [[nodiscard]] milliseconds patience() const override { return settings_.patience; }

 private:
  // False: it is the connection of the last time.
  Result<bool> connect();
  // 0: there is nothing.
  Result<std::int64_t> find_version();
  Result<Ok> make_or_upgrade(const std::string& lineage, const std::string& stack, bool expected);
  Result<Ok> make_or_upgrade_within(const std::string& lineage, const std::string& stack, bool expected);

  postgres::Target target_;
  Settings settings_;
  std::string name_;
  std::shared_ptr<postgres::Connection> connection_;
  bool writing_ = false;  // this connection has seen tables of our version
};

Result<bool> PostgresPlace::connect() {
  if (connection_ && !connection_->lost()) return false;
  writing_ = false;
  // What the broken connection may still be doing must have ended before its outcome is looked at.
  auto opened = postgres::Connection::open(target_, explain_server_faults(name_));
  if (!opened) return std::move(opened).error();
  if (connection_) {
    if (auto ended = (*opened)->end_session(connection_->identity()); !ended) return std::move(ended).error();
  }
  auto path = (*opened)->execute(fmt::format("SET search_path TO \"{}\"", settings_.schema));
  if (!path) return std::move(path).error();
  connection_ = *std::move(opened);
  return true;
}

Result<std::int64_t> PostgresPlace::find_version() {
  std::int64_t tables = 0, format = 0, version = 0;
  auto counted = connection_->each(
      "SELECT count(*), count(*) FILTER (WHERE tablename = 'format') FROM pg_tables "
      "WHERE schemaname = convert_from(?, 'UTF8')",
      [&](const sql::Row& row) {
        tables = row.integer(0);
        format = row.integer(1);
      },
      settings_.schema);
  if (!counted) return std::move(counted).error();
  if (tables == 0) return std::int64_t{0};
  if (format == 0) return not_a_state(name_, "its schema holds another program's tables");
  auto read = connection_->each("SELECT version FROM format", [&](const sql::Row& row) { version = row.integer(0); });
  if (!read) return std::move(read).error();
  if (version > kStateVersion) return newer_state(name_, version, kStateVersion);
  if (version < 1) return damaged_state(name_, fmt::format("it says format {}, which never was", version));
  return version;
}

Result<std::int64_t> PostgresPlace::identify(sql::Session&) {
  if (writing_) return kStateVersion;
  auto version = find_version();
  if (version && *version == 0) return damaged_state(name_, "its tables are gone");
  return version;
}

Result<Place::Session> PostgresPlace::open_reading() {
  if (auto connected = connect(); !connected) return std::move(connected).error();
  if (writing_) return Session(connection_);
  auto version = find_version();
  if (!version) return std::move(version).error();
  return *version == 0 ? Session() : Session(connection_);
}

Result<Ok> PostgresPlace::make_or_upgrade_within(const std::string& lineage, const std::string& stack, bool expected) {
  auto& session = *connection_;
  auto version = find_version();
  if (!version || *version == kStateVersion) return version ? Result<Ok>(Ok{}) : std::move(version).error();
  if (*version == 0) {
    if (expected) return changed_meanwhile(name_, "its tables were removed while this run was using them");
    if (auto made = session.execute(kOwnTables); !made) return made;
  }
  if (auto made = upgrade_tables(session, *version, Dialect::postgres); !made) return made;
  if (auto marked = session.run("UPDATE format SET version = ?", kStateVersion); !marked) return marked;
  return *version == 0 ? Writer(session, name_).start(lineage, stack) : Result<Ok>(Ok{});
}

Result<Ok> PostgresPlace::make_or_upgrade(const std::string& lineage, const std::string& stack, bool expected) {
  connection_->begin_writes_with("BEGIN");
  auto transaction = sql::Transaction::begin(*connection_, sql::Access::write);
  if (!transaction) return std::move(transaction).error();
  // One after the other, also while there is no table yet that could be locked.
  auto alone = connection_->each(
      "SELECT pg_advisory_xact_lock(hashtext(convert_from(?, 'UTF8')))", [](const sql::Row&) {},
      "infra state " + settings_.schema);
  if (!alone) return alone;
  // Not asked for needlessly: who may use the schema need not have the right to make one.
  bool there = false;
  auto looked = connection_->each(
      "SELECT 1 FROM pg_namespace WHERE nspname = convert_from(?, 'UTF8')", [&](const sql::Row&) { there = true; },
      settings_.schema);
  if (!looked) return looked;
  if (!there) {
    auto schema = connection_->execute(fmt::format("CREATE SCHEMA \"{}\"", settings_.schema));
    if (!schema) return schema;
  }
  if (auto done = make_or_upgrade_within(lineage, stack, expected); !done) return done;
  return transaction->commit();
}

Result<Place::Writing> PostgresPlace::open_writing(const std::string& lineage, const std::string& stack,
                                                   bool expected) {
  if (auto connected = connect(); !connected) return std::move(connected).error();
  if (writing_) return Writing{connection_, false};
  if (auto made = make_or_upgrade(lineage, stack, expected); !made) return std::move(made).error();
  connection_->begin_writes_with(kBeginWrite);
  writing_ = true;
  return Writing{connection_, true};
}

bool good_name(const std::string& schema) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !schema.empty() && schema.size() <= 63 && std::all_of(schema.begin(), schema.end(), plain) &&
         !schema.starts_with("pg_");
}

Error bad_url(const std::string& what, const std::string& help) {
  return {.code = "E0505", .message = fmt::format("the state's URL can't be used: {}", what), .help = help};
}

Result<Settings> settings_of(const postgres::Target& target) {
  Settings out;
  if (const auto at = target.own().find("schema"); at != target.own().end()) {
    out.schema = at->second;
    if (!good_name(out.schema)) {
      return bad_url(fmt::format("\"{}\" is no name of a schema", out.schema),
                     "use small letters, digits and _, such as schema=shop_prod");
    }
  }
  if (const auto at = target.own().find("patience"); at != target.own().end()) {
    const auto given = parse_duration(at->second);
    if (!given) {
      return bad_url(fmt::format("\"{}\" is no duration", at->second), "write it as patience=30s or patience=5m");
    }
    out.patience = milliseconds(given->ms);
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<Place>> postgres_place(const std::string& url) {
  auto target = postgres::Target::parse(url, {"schema", "patience"}, [](const postgres::Fault& fault) {
    return Error{.code = "E0505", .message = "the state's place: " + fault.message, .help = {}, .context = {}};
  });
  if (!target) return std::move(target).error();
  auto settings = settings_of(*target);
  if (!settings) return std::move(settings).error();
  return std::unique_ptr<Place>(std::make_unique<PostgresPlace>(*std::move(target), *std::move(settings)));
}

}  // namespace infra
