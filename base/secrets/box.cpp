#include "base/secrets/box.h"

#include <fmt/format.h>
#include <sodium.h>

#include <cstdlib>
#include <vector>

namespace infra {
namespace {

static_assert(BoxKey::kSize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kStep = 64;  // to which a text is filled up
constexpr std::string_view kVersion = "1.";
constexpr std::size_t kIdLength = 8;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// A machine without randomness can't keep a secret.
void start_sodium() {
  if (sodium_init() < 0) std::abort();
}

std::string base64_of(const unsigned char* data, std::size_t size) {
  std::string out(sodium_base64_encoded_len(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), data, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();  // the terminating zero
  return out;
}

std::optional<std::vector<unsigned char>> from_base64(std::string_view text, int variant) {
  std::vector<unsigned char> out(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end, variant) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

std::optional<std::vector<unsigned char>> from_any_base64(std::string_view text) {
  for (const int variant : {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
                            sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING}) {
    if (auto bytes = from_base64(text, variant)) return bytes;
  }
  return std::nullopt;
}

std::optional<std::vector<unsigned char>> from_hex(std::string_view text) {
  std::vector<unsigned char> out(text.size() / 2 + 1);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

struct Parts {
  std::string_view id, content;
};
std::optional<Parts> parts_of(std::string_view box) {
  if (!box.starts_with(kVersion) || box.size() < kVersion.size() + kIdLength + 1) return std::nullopt;
  const auto rest = box.substr(kVersion.size());
  if (rest[kIdLength] != '.') return std::nullopt;
  return Parts{rest.substr(0, kIdLength), rest.substr(kIdLength + 1)};
}

Error unopened(std::string message) {
  return {.code = "E0522",
          .message = std::move(message),
          .help = "restore the state from a backup, or set the secret again: infra secret set NAME",
          .context = {}};
}

}  // namespace

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

BoxKey::~BoxKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

BoxKey BoxKey::random() {
  start_sodium();
  BoxKey key;
  randombytes_buf(key.bytes_.data(), key.bytes_.size());
  return key;
}

std::optional<BoxKey> BoxKey::parse(std::string_view text) {
  auto bytes = text.size() == 2 * kSize ? from_hex(text) : from_any_base64(text);
  if (!bytes) return std::nullopt;
  std::optional<BoxKey> key;
  if (bytes->size() == kSize) {
    key = BoxKey();
    std::copy(bytes->begin(), bytes->end(), key->bytes_.begin());
  }
  sodium_memzero(bytes->data(), bytes->size());
  return key;
}

std::string BoxKey::id() const {
  static constexpr std::string_view kWhat = "the id of an infra key";
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(), bytes_of(kWhat), kWhat.size(), bytes_.data(), bytes_.size());
  return fmt::format("{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]);
}

std::string BoxKey::text() const {
  std::string out(sodium_base64_encoded_len(kSize, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_.data(), kSize, sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();
  return out;
}

std::string BoxKey::hex() const {
  std::string out(2 * kSize + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), bytes_.data(), kSize);
  out.pop_back();
  return out;
}

std::string seal(const BoxKey& key, std::string_view text, std::string_view place) {
  start_sodium();
  std::size_t padded = 0;
  std::vector<unsigned char> plain(text.begin(), text.end());
  plain.resize(text.size() + kStep);
  sodium_pad(&padded, plain.data(), text.size(), kStep, plain.size());
  std::vector<unsigned char> out(kNonce + padded + kTag);
  randombytes_buf(out.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kNonce, nullptr, plain.data(), padded, bytes_of(place),
                                             place.size(), nullptr, out.data(), key.bytes_.data());
  sodium_memzero(plain.data(), plain.size());
  return fmt::format("{}{}.{}", kVersion, key.id(), base64_of(out.data(), out.size()));
}

Result<std::string> open_box(const BoxKey& key, std::string_view box, std::string_view place) {
  start_sodium();
  const auto parts = parts_of(box);
  if (!parts) return unopened("what should be an encrypted value is something else");
  if (parts->id != key.id()) {
    return unopened(fmt::format("it is encrypted with the key {}, not with {}", parts->id, key.id()));
  }
  const auto content = from_base64(parts->content, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (!content || content->size() < kNonce + kTag) return unopened("the encrypted value is damaged");
  std::vector<unsigned char> plain(content->size() - kNonce - kTag);
  const int fault = crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, content->data() + kNonce,
                                                               content->size() - kNonce, bytes_of(place), place.size(),
                                                               content->data(), key.bytes_.data());
  std::size_t size = 0;
  if (fault != 0 || sodium_unpad(&size, plain.data(), plain.size(), kStep) != 0) {
    return unopened("the encrypted value was changed, or belongs somewhere else");
  }
  std::string text(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(size));
  sodium_memzero(plain.data(), plain.size());
  return text;
}

std::optional<std::string> key_id_of(std::string_view box) {
  const auto parts = parts_of(box);
  if (!parts) return std::nullopt;
  return std::string(parts->id);
}

}  // namespace infra
