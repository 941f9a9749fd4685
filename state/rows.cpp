#include "state/rows.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>

#include "state/checksum.h"
#include "state/deployment_codec.h"
#include "state/faults.h"
#include "state/leases.h"

namespace infra {
namespace {

using sql::Row;

// Takes "8:subnet.a," off the text.
std::optional<std::string_view> next_netstring(std::string_view& text) {
  std::size_t size = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (fault != std::errc{}) return std::nullopt;
  const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (!rest.starts_with(':') || rest.size() < 2 || size > rest.size() - 2 || rest[size + 1] != ',') return std::nullopt;
  text = rest.substr(size + 2);
  return rest.substr(1, size);
}

std::optional<Operation> operation_of(std::string_view text) {
  for (const auto operation : {Operation::create, Operation::update, Operation::destroy}) {
    if (to_text(operation) == text) return operation;
  }
  return std::nullopt;
}

std::optional<Intent> intent_of(const Row& row) {
  const auto operation = operation_of(row.view(1));
  auto depends_on = decode_addresses(row.view(12));
  if (!operation || !depends_on) return std::nullopt;
  return Intent{.token = row.text(0),
                .operation = *operation,
                .address = {.kind = row.text(2), .path = row.text(3), .part = row.text(4)},
                .type = row.text(5),
                .platform = row.text(6),
                .id = row.text(7),
                .spec_hash = row.text(8),
                .inputs = row.text(9),
                .protect = row.boolean(10),
                .keep = row.boolean(14),
                .deposes = row.boolean(11),
                .depends_on = std::move(*depends_on),
                .fence = std::bit_cast<std::uint64_t>(row.integer(15))};
}

std::optional<RecordedSecret> secret_of(const Row& row) {
  return RecordedSecret{.name = row.text(0), .key = row.text(1), .box = row.text(2), .updated = row.text(3)};
}

std::optional<RecordedDeployment> deployment_of(const Row& row) {
  auto revisions = decode_revisions(row.view(11));
  if (!revisions) return std::nullopt;
  return RecordedDeployment{.name = row.text(0),
                            .platform = row.text(1),
                            .from = row.text(2),
                            .to = row.text(3),
                            .status = row.text(4),
                            .failures = static_cast<int>(row.integer(5)),
                            .started = row.text(6),
                            .ended = row.text(7),
                            .reason = row.text(8),
                            .commit = row.text(9),
                            .back_off = row.text(10),
                            .revisions = *std::move(revisions)};
}

std::optional<RecordedNote> note_of(const Row& row) {
  return RecordedNote{
      .topic = row.text(0), .name = row.text(1), .at = row.text(2), .number = row.integer(3), .text = row.text(4)};
}

std::optional<RecordedOutput> output_of(const Row& row) {
  return RecordedOutput{.name = row.text(0), .value = row.text(1), .secret = row.boolean(2)};
}

std::optional<RecordedPlatform> platform_of(const Row& row) {
  return RecordedPlatform{.name = row.text(0), .kind = row.text(1), .config = row.text(2)};
}

// Reads tables one after the other and adds their checksums up.
class Reader {
 public:
  Reader(sql::Session& sql, const std::string& path, std::int64_t version)
      : sql_(sql), path_(path), version_(version) {}

  // `sum`: the place of that column; `order`: the columns that make the rows' order; `later`: what stands for the
  // columns that version 1 doesn't have.
  template <class T>
  Result<std::vector<T>> table(const char* name, const char* order, int sum, std::optional<T> (*decode)(const Row&),
                               const char* later = "") {
    std::vector<T> out;
    std::size_t broken = 0;
    const auto all = fmt::format("SELECT *{} FROM {} ORDER BY {}", version_ < 2 ? later : "", name, order);
    auto done = sql_.each(all, [&](const Row& row) {
      auto record = decode(row);
      const auto stored = std::bit_cast<std::uint64_t>(row.integer(sum));
      if (record && checksum(*record) == stored) {
        out.push_back(std::move(*record));
      } else {
        ++broken;
      }
      total_ += stored;
    });
    if (!done) return std::move(done).error();
    if (broken != 0) {
      return damaged_state(path_,
                           fmt::format("{} of its rows of table \"{}\" changed since infra wrote them", broken, name));
    }
    return out;
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  sql::Session& sql_;
  const std::string& path_;
  std::int64_t version_;
  std::uint64_t total_ = 0;
};

template <class T>
bool take(Result<std::vector<T>> from, std::vector<T>& to, std::optional<Error>& error) {
  if (from) {
    to = *std::move(from);
  } else {
    error = std::move(from).error();
  }
  return !error;
}

Result<Snapshot> read_tables(sql::Session& sql, const std::string& path, std::int64_t version) {
  auto head = read_head(sql, path, version);
  if (!head) return std::move(head).error();
  Snapshot out{.lineage = head->lineage, .stack = head->stack, .serial = head->serial, .hash_key = head->hash_key};
  Reader reader(sql, path, version);
  std::optional<Error> error;
  bool complete =
      take(reader.table<RecordedResource>("resource", "kind, path, part, deposed, id", 12, resource_of, ", 0"),
           out.resources, error) &&
      take(reader.table<Intent>("intent", "token", 13, intent_of, ", 0, 0"), out.intents, error) &&
      take(reader.table<RecordedOutput>("output", "name", 3, output_of), out.outputs, error) &&
      take(reader.table<RecordedPlatform>("platform", "name", 3, platform_of), out.platforms, error);
  if (complete && version >= 2) {
    complete = take(reader.table<RecordedSecret>("secret", "name", 4, secret_of), out.secrets, error) &&
               take(living_leases(sql), out.leases, error);
  }
  if (complete && version >= 3) {
    complete = take(reader.table<RecordedDeployment>("deployment", "name", 12, deployment_of), out.deployments, error);
  }
  if (complete && version >= 4) {
    complete = take(reader.table<RecordedNote>("note", "topic, name", 5, note_of), out.notes, error);
  }
  if (!complete) return *std::move(error);
  if (reader.total() + checksum_of_head(out.lineage, out.stack, out.serial) != head->sum) {
    return damaged_state(path, "its rows don't add up to what infra wrote: some are missing, doubled or changed");
  }
  return out;
}

}  // namespace

Result<StateHead> read_head(sql::Session& sql, const std::string& path, std::int64_t version) {
  std::vector<StateHead> heads;
  const auto all = fmt::format("SELECT lineage, stack, serial, sum, {} FROM state", version < 2 ? "''" : "hash_key");
  auto done = sql.each(all, [&](const Row& row) {
    heads.push_back({.lineage = row.text(0),
                     .stack = row.text(1),
                     .serial = {std::bit_cast<std::uint64_t>(row.integer(2))},
                     .sum = std::bit_cast<std::uint64_t>(row.integer(3)),
                     .hash_key = row.text(4)});
  });
  if (!done) return std::move(done).error();
  if (heads.size() != 1) return damaged_state(path, fmt::format("it has {} heads instead of one", heads.size()));
  return heads.front();
}

Result<Snapshot> read_snapshot(sql::Session& sql, const std::string& path, std::int64_t version) {
  auto transaction = sql::Transaction::begin(sql, sql::Access::read);
  if (!transaction) return std::move(transaction).error();
  auto snapshot = read_tables(sql, path, version);
  if (!snapshot) return snapshot;
  auto ended = transaction->commit();
  if (!ended) return std::move(ended).error();
  return snapshot;
}

std::optional<RecordedResource> resource_of(const Row& row) {
  auto depends_on = decode_addresses(row.view(11));
  if (!depends_on) return std::nullopt;
  return RecordedResource{.address = {.kind = row.text(0), .path = row.text(1), .part = row.text(2)},
                          .type = row.text(5),
                          .platform = row.text(6),
                          .id = row.text(4),
                          .deposed = row.boolean(3),
                          .protect = row.boolean(7),
                          .keep = row.boolean(13),
                          .spec_hash = row.text(8),
                          .inputs = row.text(9),
                          .outputs = row.text(10),
                          .depends_on = std::move(*depends_on)};
}

std::string encode_addresses(const std::vector<Address>& addresses) {
  std::string out;
  for (const auto& address : addresses) {
    const std::string text = address.text();
    out += fmt::format("{}:{},", text.size(), text);
  }
  return out;
}

std::optional<std::vector<Address>> decode_addresses(std::string_view text) {
  std::size_t count = 0;
  for (auto rest = text; !rest.empty(); ++count) {
    if (!next_netstring(rest)) return std::nullopt;
  }
  std::vector<Address> out;
  out.reserve(count);  // exactly: there is one such list for each resource
  while (!text.empty()) {
    auto address = Address::parse(*next_netstring(text));
    if (!address) return std::nullopt;
    out.push_back(std::move(*address));
  }
  return out;
}

}  // namespace infra
