// A private key on the curve P-256: an ACME account's, by which it signs its requests, or a certificate's.
#pragma once
#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace infra::acme {

class Key {
 public:
  static Key make();
  // Of PEM text, which may hold more. E0618 if there is no such key in it.
  static Result<Key> from_pem(std::string_view text);

  [[nodiscard]] std::string pem() const;
  // ES256: the two numbers of the signature, 64 bytes.
  [[nodiscard]] std::string sign(std::string_view text) const;
  // Its public half as RFC 7517 writes it, with the members that RFC 7638 hashes, in their order.
  [[nodiscard]] std::string jwk() const;
  [[nodiscard]] std::string thumbprint() const;
  [[nodiscard]] EVP_PKEY* handle() const { return key_.get(); }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const;
  };
  explicit Key(EVP_PKEY* key) : key_(key) {}
  std::unique_ptr<EVP_PKEY, Free> key_;
};

// SHA-256 in base64 for URLs.
std::string digest_of(std::string_view text);

}  // namespace infra::acme
