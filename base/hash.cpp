#include "base/hash.h"

#include <sodium.h>

#include <array>
#include <bit>
#include <cstring>
#include <unordered_map>
#include <utility>

namespace infra {
namespace {

std::string hex(const unsigned char* data, std::size_t size) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    out += kDigits[data[i] >> 4U];
    out += kDigits[data[i] & 15U];
  }
  return out;
}

// Writes a value as tagged, length-prefixed bytes. Part of the label format: never change an existing tag.
class Writer {
 public:
  std::string out;
  Writer() { out.reserve(1024); }
  void add(const Value& value) {
    std::visit([this](const auto& v) { put(v); }, value.data());
  }

 private:
  void tag(char c) { out += c; }
  void number(std::int64_t n) {
    auto bits = static_cast<std::uint64_t>(n);
    std::array<char, 8> least_first{};
    for (auto& byte : least_first) byte = static_cast<char>(bits & 0xFFU), bits >>= 8U;
    out.append(least_first.data(), least_first.size());
  }
  void bytes(std::string_view s) {
    number(static_cast<std::int64_t>(s.size()));
    out += s;
  }
  void put(Null) { tag('n'); }
  void put(bool v) { tag(v ? 't' : 'f'); }
  void put(std::int64_t v) { tag('i'), number(v); }
  void put(double v) { tag('d'), number(std::bit_cast<std::int64_t>(v)); }
  void put(const std::shared_ptr<const std::string>& v) { tag('s'), bytes(*v); }
  void put(Bytes v) { tag('b'), number(v.count); }
  void put(Duration v) { tag('u'), number(v.ms); }
  void put(Percent v) { tag('p'), number(std::bit_cast<std::int64_t>(v.value)); }
  void put(Cpu v) {
    if (v.whole_units()) {
      tag('c'), number(v.units_up());
    } else {
      tag('C'), number(v.ticks);
    }
  }
  void put(const Ip& v) {
    tag(v.v6 ? '6' : '4');
    out.append(reinterpret_cast<const char*>(v.bytes.data()), v.bytes.size());
  }
  void put(const Cidr& v) { tag('N'), put(v.base), number(v.prefix); }
  void put(Range v) { tag(v.of_bytes ? 'R' : 'r'), number(v.low), number(v.high); }
  void put(const std::shared_ptr<const List>& v) {
    tag('l'), number(static_cast<std::int64_t>(v->size()));
    for (const auto& item : *v) add(item);
  }
  void put(const std::shared_ptr<const Map>& v) {
    tag('m'), number(static_cast<std::int64_t>(v->size()));
    for (const auto& [key, item] : *v) bytes(key), add(item);
  }
  void put(const std::shared_ptr<const Ref>& v) { tag('@'), bytes(v->address.text()), bytes(v->attribute); }
  // Of a Call that is large with all that it shares written out, its hash: that of each is found once.
  void put(const std::shared_ptr<const Call>& v) {
    if (facts_of(*v).size <= kMostWrittenOut) return write(*v);
    auto& hash = hashes_[v.get()];
    if (hash.empty()) {
      std::string outer = std::exchange(out, {});
      write(*v);
      hash = keyed_hash(std::exchange(out, std::move(outer)), "");
    }
    tag('#'), bytes(hash);
  }
  void write(const Call& call) {
    tag('('), bytes(call.function), number(static_cast<std::int64_t>(call.arguments.size()));
    for (const auto& item : call.arguments) add(item);
  }
  void put(const std::shared_ptr<const Unknown>& v) { tag('?'), bytes(v->what); }
  void put(const Secret& v) { tag('*'), add(*v.inner); }

  static constexpr std::uint64_t kMostWrittenOut = 64U << 10U;
  std::unordered_map<const Call*, std::string> hashes_;
};

}  // namespace

std::string sha256_hex(std::string_view data) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(data.data()), data.size());
  return hex(digest, sizeof digest);
}

static_assert(sizeof(crypto_hash_sha256_state) <= 128);
Sha256::Sha256() { crypto_hash_sha256_init(reinterpret_cast<crypto_hash_sha256_state*>(state_)); }
void Sha256::add(std::string_view data) {
  crypto_hash_sha256_update(reinterpret_cast<crypto_hash_sha256_state*>(state_),
                            reinterpret_cast<const unsigned char*>(data.data()), data.size());
}
std::string Sha256::hex() {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(reinterpret_cast<crypto_hash_sha256_state*>(state_), digest);
  return infra::hex(digest, sizeof digest);
}

std::string keyed_hash(std::string_view data, std::string_view key) {
  // BLAKE2b takes keys of at most 64 bytes; a lineage is shorter.
  unsigned char digest[16];
  crypto_generichash(digest, sizeof digest, reinterpret_cast<const unsigned char*>(data.data()), data.size(),
                     key.empty() ? nullptr : reinterpret_cast<const unsigned char*>(key.data()),
                     std::min<std::size_t>(key.size(), crypto_generichash_KEYBYTES_MAX));
  return hex(digest, sizeof digest);
}

std::string spec_hash(const Value& value, const HashKey& key) {
  Writer writer;
  writer.add(value);
  auto hash = keyed_hash(writer.out, key.lineage);
  return key.secret.empty() || !value.has_secret() ? hash : with_secret_part(hash, key.secret);
}

std::string with_secret_part(std::string_view hash, std::string_view secret_part) {
  return keyed_hash(hash, secret_part);
}

std::string random_token(std::size_t n) {
  static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += kLetters[randombytes_uniform(36)];
  return out;
}

}  // namespace infra
