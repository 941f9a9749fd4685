// X.509 as ACME needs it: a request for a certificate, what came of it, and one of our own until there is another.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/rfc3339.h"
#include "providers/certificates/key.h"

namespace infra::acme {

// PKCS #10 for these hosts, as DER.
std::string signing_request(const Key& key, const std::vector<std::string>& hosts);

// Signed by itself: no client trusts it. As PEM, with its key.
std::string placeholder(const std::vector<std::string>& hosts);

struct SelfSigned {
  std::string certificate, key;  // PEM
};
// For a server whose clients are given the certificate to trust it; valid for ten years. A host or an address.
SelfSigned self_signed(const std::string& host);

struct Certificate {
  UtcMoment begins, expires;
  std::string fingerprint;  // SHA-1 in upper-case hexadecimal digits, as HAProxy shows it
};
// The first of a PEM text; nullopt: it isn't one, or isn't `key`'s.
std::optional<Certificate> read_certificate(std::string_view pem, const Key& key);

}  // namespace infra::acme
