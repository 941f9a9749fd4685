#include "providers/certificates/key.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <cstdlib>

#include "base/net/base64.h"

namespace infra::acme {
namespace {

constexpr int kBytes = 32;  // of a number on the curve

// What fails only where there is no memory left.
void must(bool done) {
  if (!done) std::abort();
}

std::string padded(const BIGNUM* number) {
  std::array<unsigned char, kBytes> bytes{};
  must(BN_bn2binpad(number, bytes.data(), kBytes) == kBytes);
  return {bytes.begin(), bytes.end()};
}

std::string coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  must(EVP_PKEY_get_bn_param(key, name, &number) == 1);
  auto out = net::base64_url(padded(number));
  BN_free(number);
  return out.substr(0, out.find('='));
}

}  // namespace

void Key::Free::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

std::string digest_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  must(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  const auto out = net::base64_url({reinterpret_cast<const char*>(digest.data()), size});
  return out.substr(0, out.find('='));
}

Key Key::make() {
  auto* key = EVP_EC_gen("P-256");
  must(key != nullptr);
  return Key(key);
}

Result<Key> Key::from_pem(std::string_view text) {
  auto* source = BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
  must(source != nullptr);
  // Nobody is asked for a passphrase.
  auto* key = PEM_read_bio_PrivateKey(
      source, nullptr, [](char*, int, int, void*) { return 0; }, nullptr);
  BIO_free(source);
  if (key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) return Key(key);
  EVP_PKEY_free(key);
  return Error{.code = "E0618",
               .message = "a key that the state keeps for certificates can't be read",
               .help = "put back a copy of the state, or have it made anew: infra apply --replace"};
}

std::string Key::pem() const {
  auto* sink = BIO_new(BIO_s_mem());
  must(sink != nullptr && PEM_write_bio_PrivateKey(sink, key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(sink, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(sink);
  return out;
}

std::string Key::sign(std::string_view text) const {
  auto* context = EVP_MD_CTX_new();
  std::array<unsigned char, 256> der{};
  std::size_t size = der.size();
  must(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
  must(EVP_DigestSign(context, der.data(), &size, reinterpret_cast<const unsigned char*>(text.data()), text.size()) ==
       1);
  EVP_MD_CTX_free(context);
  const auto* at = der.data();
  auto* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
  must(signature != nullptr);
  auto out = padded(ECDSA_SIG_get0_r(signature)) + padded(ECDSA_SIG_get0_s(signature));
  ECDSA_SIG_free(signature);
  return out;
}

std::string Key::jwk() const {
  return fmt::format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})",
                     coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X),
                     coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y));
}

std::string Key::thumbprint() const { return digest_of(jwk()); }

}  // namespace infra::acme
