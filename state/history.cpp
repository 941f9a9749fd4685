#include "state/history.h"

#include <fmt/format.h>

#include <bit>

#include "base/compress.h"
#include "state/checksum.h"
#include "state/faults.h"
#include "state/revision_codec.h"

namespace infra {
namespace {

using sql::Row;

std::uint64_t number_at(const Row& row, int column) { return std::bit_cast<std::uint64_t>(row.integer(column)); }

constexpr const char* kRead =
    "SELECT number, result, started, finished, \"user\", host, command, process, stack, source_commit, serial_before, "
    "serial_after, plan, params, sources, sum FROM revision ORDER BY number";

std::optional<Revision> revision_of(const Row& row) {
  const auto result = revision_result(row.view(1));
  auto sources = decode_sources(row.view(14));
  if (!result || !sources) return std::nullopt;
  return Revision{.number = number_at(row, 0),
                  .result = *result,
                  .started = row.text(2),
                  .finished = row.text(3),
                  .by = {.user = row.text(4),
                         .host = row.text(5),
                         .command = row.text(6),
                         .process = static_cast<int>(row.integer(7)),
                         .since = row.text(2)},
                  .stack = row.text(8),
                  .commit = row.text(9),
                  .before = {number_at(row, 10)},
                  .after = {number_at(row, 11)},
                  .plan = row.text(12),
                  .params = row.text(13),
                  .sources = std::move(*sources)};
}

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
                          [&](const Row& row) { revision.number = number_at(row, 0); });
  if (!counted) return std::move(counted).error();
  if (auto put = put_revision(sql, revision); !put) return std::move(put).error();
  return revision.number;
}

Result<Ok> put_revision(sql::Session& sql, const Revision& r) {
  if (auto dropped = sql.run("DELETE FROM revision WHERE number = ?", sql::stored(r.number)); !dropped) return dropped;
  return sql.run(
      "INSERT INTO revision (number, result, started, finished, \"user\", host, command, process, stack, "
      "source_commit, serial_before, serial_after, plan, params, sources, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?)",
      sql::stored(r.number), to_text(r.result), r.started, r.finished, r.by.user, r.by.host, r.by.command, r.by.process,
      r.stack, r.commit, sql::stored(r.before.value), sql::stored(r.after.value), r.plan, r.params,
      encode_sources(r.sources), sql::stored(checksum(r)));
}

Result<std::vector<Revision>> read_history(sql::Session& sql, const std::string& path) {
  std::vector<Revision> out;
  std::optional<std::uint64_t> broken;
  auto read = sql.each(kRead, [&](const Row& row) {
    auto revision = revision_of(row);
    // `since` isn't kept twice: it is when the revision started.
    if (revision && checksum(*revision) == number_at(row, 15)) {
      out.push_back(std::move(*revision));
    } else {
      broken = number_at(row, 0);
    }
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
        "SELECT compressed FROM source_text WHERE hash = ?", [&](const Row& row) { text = decompress(row.view(0)); },
        source.hash);
    if (!read) return std::move(read).error();
    if (!text) return damaged_state(path, fmt::format("the text of {} in revision {} is lost", source.path, number));
    out.emplace(source.hash, std::move(*text));
  }
  return out;
}

}  // namespace infra
