// Hashes. BLAKE2b (libsodium) for our own identities, SHA-256 where OCI asks for it.
#pragma once
#include <string>
#include <string_view>

#include "base/values/value.h"

namespace infra {

std::string sha256_hex(std::string_view data);

class Sha256 {  // streaming
 public:
  Sha256();
  void add(std::string_view data);
  std::string hex();  // ends it

 private:
  alignas(16) unsigned char state_[128];
};

// What a state's values are hashed with. The lineage stands in the state and in the labels of every object, so whoever
// reads these could try out guesses of a short secret. `secret` is in no such place: what holds a secret is hashed with
// it once more. Empty: the state has none (yet).
struct HashKey {
  HashKey() = default;
  HashKey(std::string state, std::string secret_part = {})
      : lineage(std::move(state)), secret(std::move(secret_part)) {}
  HashKey(std::string_view state) : lineage(state) {}
  HashKey(const char* state) : lineage(state) {}
  std::string lineage;
  std::string secret;
};

// 32 hex digits over the value's structure. Same value, same key: same hash, on every machine and in every version:
// it is written into labels. Secrets enter by their text. Unknown parts enter by their Ref.
std::string spec_hash(const Value& value, const HashKey& key);
// The hash of a value with a secret, from its hash without HashKey::secret: so that a state can be given one later.
std::string with_secret_part(std::string_view hash, std::string_view secret_part);
// 32 hex digits over bytes.
std::string keyed_hash(std::string_view data, std::string_view key);

// n random characters of [a-z0-9], from the operating system. For request tokens and lineages.
std::string random_token(std::size_t n);

}  // namespace infra
