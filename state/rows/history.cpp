#include "state/rows/history.h"

#include <fmt/format.h>

#include <bit>

#include "base/compress.h"
#include "state/faults.h"
#include "state/rows/checksum.h"
#include "state/rows/table_sql.h"
#include "state/rows/table_versions.h"

namespace infra {
namespace {

Result<Ok> keep_text(sql::Session& sql, const std::string& hash, const std::string& text) {
  return sql.run("INSERT INTO source_text (hash, compressed) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING", hash,
                 sql::Blob{compress(text)});
}

}  // namespace

Result<std::uint64_t> add_revision(sql::Session& sql, Revision revision, const SourceTexts& sources) {
  for (const auto& [hash, text] : sources) {
    if (auto kept = keep_text(sql, hash, text); !kept) return std::move(kept).error();
  }
  auto counted = sql.each("SELECT coalesce(max(number), 0) + 1 FROM revision",
                          [&](const sql::Row& row) { revision.number = std::bit_cast<std::uint64_t>(row.integer(0)); });
  if (!counted) return std::move(counted).error();
  if (auto put = put_revision(sql, revision); !put) return std::move(put).error();
  return revision.number;
}

Result<Ok> put_revision(sql::Session& sql, const Revision& revision) {
  auto dropped = sql.run("DELETE " + where_key<Revision>(), sql::stored(revision.number));
  if (!dropped) return dropped;
  return sql.run_bound(insert_sql<Revision>(), BoundRow<Revision>(revision, checksum(revision)).arguments());
}

Result<std::vector<Revision>> read_history(sql::Session& sql, const std::string& path) {
  std::vector<Revision> out;
  std::optional<std::uint64_t> broken;
  auto read = sql.each(select_sql<Revision>(kStateVersion), [&](const sql::Row& from) {
    ReadRow<Revision> row(from);
    const auto sum = row.sum();
    auto revision = std::move(row).take();
    if (!revision || checksum(*revision) != sum) {
      broken = std::bit_cast<std::uint64_t>(from.integer(0));
      return;
    }
    revision->by.since = revision->started;
    out.push_back(std::move(*revision));
  });
  if (!read) return std::move(read).error();
  if (broken)
    return damaged_state(path, fmt::format("revision {} of its history changed since infra wrote it", *broken));
  return out;
}

Result<SourceTexts> read_sources(sql::Session& sql, const std::string& path, std::uint64_t number) {
  auto history = read_history(sql, path);
  if (!history) return std::move(history).error();
  const auto at = std::find_if(history->begin(), history->end(), [&](const auto& r) { return r.number == number; });
  if (at == history->end()) return no_revision(path, number, history->empty() ? 0 : history->back().number);
  SourceTexts out;
  for (const auto& source : at->sources) {
    if (!source.kept) continue;
    std::optional<std::string> text;
    auto read = sql.each(
        "SELECT compressed FROM source_text WHERE hash = ?",
        [&](const sql::Row& row) { text = decompress(row.view(0)); }, source.hash);
    if (!read) return std::move(read).error();
    if (!text) return damaged_state(path, fmt::format("the text of {} in revision {} is lost", source.path, number));
    out.emplace(source.hash, std::move(*text));
  }
  return out;
}

}  // namespace infra
