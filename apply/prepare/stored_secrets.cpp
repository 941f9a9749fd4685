#include "apply/prepare/stored_secrets.h"

#include <fmt/format.h>

#include <algorithm>

#include "apply/execute/ledger.h"
#include "base/hash.h"
#include "base/values/codec.h"
#include "providers/kept_secrets.h"

namespace infra {
namespace {

constexpr std::size_t kLength = 52;  // letters and digits: more than 256 bits

class Rehashing {
 public:
  explicit Rehashing(std::string secret) : secret_(std::move(secret)) {}

  Result<std::vector<Mutation>> all(const Snapshot& state) {
    for (const auto& row : state.resources) {
      // What waits for its removal is compared with nothing any more.
      if (!row.deposed) put(row, row.spec_hash);
    }
    for (const auto& intent : state.intents) put(intent);
    for (const auto& platform : state.platforms) put(platform);
    put(state.outputs);
    if (error_) return *std::move(error_);
    return std::move(out_);
  }

 private:
  std::string rehashed(const std::string& json) {
    if (!holds_secret(json)) return json;
    auto out = with_secret_part_inside(json, secret_);
    if (out) return *std::move(out);
    error_ = std::move(out).take_error("hashing the recorded secrets with a key");
    return json;
  }
  void put(const RecordedResource& row, const std::string& hash) {
    if (!holds_secret(row.inputs) && !holds_secret(row.outputs)) return;
    auto fresh = row;
    fresh.inputs = rehashed(row.inputs);
    fresh.outputs = rehashed(row.outputs);
    if (holds_secret(row.inputs) && !hash.empty()) fresh.spec_hash = with_secret_part(hash, secret_);
    out_.push_back(PutResource{std::move(fresh)});
  }
  void put(const Intent& intent) {
    if (!holds_secret(intent.inputs)) return;
    auto fresh = intent;
    fresh.inputs = rehashed(intent.inputs);
    if (!intent.spec_hash.empty()) fresh.spec_hash = with_secret_part(intent.spec_hash, secret_);
    out_.push_back(PutIntent{std::move(fresh)});
  }
  void put(const RecordedPlatform& platform) {
    if (!holds_secret(platform.config)) return;
    auto fresh = platform;
    fresh.config = rehashed(platform.config);
    out_.push_back(PutPlatform{std::move(fresh)});
  }
  void put(std::vector<RecordedOutput> outputs) {
    const auto before = outputs;
    for (auto& output : outputs) output.value = rehashed(output.value);
    if (outputs != before) out_.push_back(PutOutputs{std::move(outputs)});
  }

  std::string secret_;
  std::vector<Mutation> out_;
  std::optional<Error> error_;
};

}  // namespace

std::string place_of_secret(const Snapshot& state, const std::string& name) {
  return fmt::format("{} secret {}", state.lineage, name);
}

std::string place_of_hash_key(const Snapshot& state) { return fmt::format("{} hash key", state.lineage); }

Keyring::Missing when_no_key(const Snapshot& state) {
  const bool empty = state.hash_key.empty() && state.secrets.empty();
  return empty ? Keyring::Missing::make : Keyring::Missing::refuse;
}

bool holds_secret(const LoweredGraph& desired) {
  const auto any = [](const auto& all, auto holds) { return std::any_of(all.begin(), all.end(), holds); };
  return any(desired.resources, [](const auto& r) { return r.inputs.has_secret() || keeps_secret(r.type); }) ||
         any(desired.outputs, [](const auto& o) { return o.secret || o.value.has_secret(); }) ||
         any(desired.platforms, [](const auto& p) { return p.config.has_secret(); });
}

Result<std::string> open_hash_key(const Snapshot& state, Keyring& keys) {
  if (state.hash_key.empty()) return std::string();
  auto opened = keys.open(state.hash_key, place_of_hash_key(state));
  if (!opened) return std::move(opened).take_error("reading the key that the state hashes secrets with");
  return opened;
}

Result<NewHashKey> new_hash_key(const Snapshot& state, Keyring& keys) {
  NewHashKey out{.secret = random_token(kLength), .mutations = {}};
  auto box = keys.seal(out.secret, place_of_hash_key(state), when_no_key(state));
  if (!box) return std::move(box).error();
  auto rehashed = Rehashing(out.secret).all(state);
  if (!rehashed) return std::move(rehashed).error();
  out.mutations = *std::move(rehashed);
  out.mutations.push_back(SetHashKey{*std::move(box)});
  return out;
}

Result<std::string> hash_key_for_writing(Snapshot& state, std::vector<Mutation>& prelude, Store& store, Keyring& keys) {
  if (!state.hash_key.empty()) return open_hash_key(state, keys);
  auto fresh = new_hash_key(state, keys);
  if (!fresh) return std::move(fresh).error();
  auto batch = prelude;
  batch.insert(batch.end(), fresh->mutations.begin(), fresh->mutations.end());
  auto written = store.commit_if(state.serial, batch);
  if (!written) return std::move(written).error();
  if (!*written) {
    // Once in a state's life at most.
    return Error{.code = "E0507",
                 .message = "the state was changed by another run while this one was about to record its first secret",
                 .help = "run the command again"};
  }
  Ledger ledger(std::move(state));
  ledger.apply(fresh->mutations);
  ledger.set_serial(**written);
  state = ledger.snapshot();
  prelude.clear();
  return fresh->secret;
}

}  // namespace infra
