// Hashes. BLAKE2b (libsodium) for our own identities, SHA-256 where OCI asks for it.
#pragma once
#include <string>
#include <string_view>

#include "base/value.h"

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

// 32 hex digits over the value's structure. Same value, same key: same hash, on every machine and in every version:
// it is written into labels. Secrets enter by their text, so `key` must be the state's lineage: the hash of a short
// secret alone could be guessed. Unknown parts enter by their Ref.
std::string spec_hash(const Value& value, std::string_view key);
// 32 hex digits over bytes.
std::string keyed_hash(std::string_view data, std::string_view key);

// n random characters of [a-z0-9], from the operating system. For request tokens and lineages.
std::string random_token(std::size_t n);

}  // namespace infra
