#include "providers/certificates/certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <memory>

namespace infra::acme {
namespace {

constexpr long kYear = 365L * 24 * 60 * 60;

void must_be(bool done) {
  if (!done) std::abort();  // without memory
}

bool is_ip(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return inet_pton(AF_INET, host.c_str(), parsed.data()) == 1 || inet_pton(AF_INET6, host.c_str(), parsed.data()) == 1;
}

std::string names_of(const std::vector<std::string>& hosts) {
  std::string out;
  for (const auto& host : hosts) out += (out.empty() ? "" : ",") + std::string(is_ip(host) ? "IP:" : "DNS:") + host;
  return out;
}

X509_EXTENSION* alternative_names(const std::vector<std::string>& hosts) {
  auto* out = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names_of(hosts).c_str());
  must_be(out != nullptr);
  return out;
}

std::string pem_of(X509* certificate) {
  auto* sink = BIO_new(BIO_s_mem());
  must_be(PEM_write_bio_X509(sink, certificate) == 1);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(sink, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(sink);
  return out;
}

std::optional<UtcMoment> moment_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return UtcMoment(std::chrono::seconds(timegm(&parts)));
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  must_be(X509_digest(certificate, EVP_sha1(), digest.data(), &size) == 1);
  static constexpr const char* kDigits = "0123456789ABCDEF";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += kDigits[digest[i] >> 4U];
    out += kDigits[digest[i] & 15U];
  }
  return out;
}

std::string signed_by_itself(const Key& key, const std::vector<std::string>& hosts, const char* subject, long seconds) {
  auto* certificate = X509_new();
  std::uint64_t serial = 0;
  must_be(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  must_be(X509_set_version(certificate, X509_VERSION_3) == 1);
  must_be(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
  auto* name = X509_get_subject_name(certificate);
  must_be(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(subject), -1, -1,
                                     0) == 1);
  must_be(X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key.handle()) == 1);
  auto* extension = alternative_names(hosts);
  must_be(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
  must_be(X509_sign(certificate, key.handle(), EVP_sha256()) > 0);
  auto out = pem_of(certificate);
  X509_free(certificate);
  return out;
}

}  // namespace

std::string signing_request(const Key& key, const std::vector<std::string>& hosts) {
  auto* request = X509_REQ_new();
  must_be(request != nullptr && X509_REQ_set_pubkey(request, key.handle()) == 1);
  auto* extensions = sk_X509_EXTENSION_new_null();
  sk_X509_EXTENSION_push(extensions, alternative_names(hosts));
  must_be(X509_REQ_add_extensions(request, extensions) == 1);
  must_be(X509_REQ_sign(request, key.handle(), EVP_sha256()) > 0);
  unsigned char* der = nullptr;
  const int size = i2d_X509_REQ(request, &der);
  must_be(size > 0);
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  X509_REQ_free(request);
  return out;
}

SelfSigned self_signed(const std::string& host) {
  const auto key = Key::make();
  const bool is_v6 = host.starts_with('[') && host.ends_with(']');
  return {.certificate = signed_by_itself(key, {is_v6 ? host.substr(1, host.size() - 2) : host}, "infra", 10 * kYear),
          .key = key.pem()};
}

std::string placeholder(const std::vector<std::string>& hosts) {
  const auto key = Key::make();
  return signed_by_itself(key, hosts, "not issued yet", kYear) + key.pem();
}

std::optional<Certificate> read_certificate(std::string_view pem, const Key& key) {
  auto* source = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(PEM_read_bio_X509(source, nullptr, nullptr, nullptr),
                                                                X509_free);
  BIO_free(source);
  if (!certificate || X509_check_private_key(certificate.get(), key.handle()) != 1) return std::nullopt;
  const auto begins = moment_of(X509_get0_notBefore(certificate.get()));
  const auto expires = moment_of(X509_get0_notAfter(certificate.get()));
  if (!begins || !expires) return std::nullopt;
  return Certificate{.begins = *begins, .expires = *expires, .fingerprint = fingerprint_of(certificate.get())};
}

}  // namespace infra::acme
