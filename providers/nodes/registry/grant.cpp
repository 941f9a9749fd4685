#include "providers/nodes/registry/grant.h"

#include <crypt.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "base/hash.h"
#include "base/text/rfc3339.h"
#include "providers/certificates/certificate.h"
#include "providers/kept_secrets.h"
#include "providers/nodes/context.h"

namespace infra::nodes {
namespace {

constexpr const char* kUser = "infra";
constexpr std::size_t kPasswordLength = 32;  // of 36 letters and digits: 165 bits
constexpr int kRounds = 5;                   // of bcrypt; guessing the password is hopeless without them
constexpr const char* kRegistryFolder = "etc/infra-registry/";

// The only form that the registry reads.
std::string htpasswd_of(const Grant& grant) {
  const auto state = std::make_unique<crypt_data>();
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> salt{};
  const bool salted = crypt_gensalt_rn("$2y$", kRounds, nullptr, 0, salt.data(), salt.size()) != nullptr;
  const char* hash = salted ? crypt_r(grant.password.c_str(), salt.data(), state.get()) : nullptr;
  if (hash == nullptr || *hash == '*') std::abort();  // no randomness, or no bcrypt: not of this world
  return fmt::format("{}:{}\n", grant.username, hash);
}

std::string host_in(const std::string& endpoint) { return endpoint.substr(0, endpoint.rfind(':')); }

std::string taken_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = std::string(text.substr(0, end));
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

std::optional<Grant> kept_grant(const Value& address, const Kept& kept) {
  const auto of = Address::parse(text_of(address));
  return of ? Grant::from_text(kept.of(*of)) : std::nullopt;
}

Map filled(const Map& inputs, const Kept& kept) {
  auto out = inputs;
  const auto* address = inputs.find("grant");
  const auto grant = address != nullptr ? kept_grant(*address, kept) : std::nullopt;
  if (!grant) return out;
  out.set("username", grant->username);
  out.set("password", Value::secret(grant->password));
  out.set("ca", grant->certificate);
  return out;
}

}  // namespace

Grant Grant::make(const std::string& endpoint) {
  auto own = acme::self_signed(host_in(endpoint));
  return {.username = kUser,
          .password = random_token(kPasswordLength),
          .certificate = std::move(own.certificate),
          .key = std::move(own.key)};
}

std::string Grant::text() const { return fmt::format("{}\n{}\n{}{}", username, password, certificate, key); }

std::optional<Grant> Grant::from_text(std::string_view text) {
  Grant out;
  out.username = taken_line(text);
  out.password = taken_line(text);
  constexpr std::string_view kKeyStart = "-----BEGIN PRIVATE KEY-----";
  const auto key = text.find(kKeyStart);
  if (out.password.empty() || key == std::string_view::npos) return std::nullopt;
  out.certificate = text.substr(0, key);
  out.key = text.substr(key);
  return out;
}

ObjectResult create_registry_access(const CreateRequest& request, Kept& kept) {
  const auto grant = Grant::make(text_of(request.inputs["endpoint"]));
  const auto key = acme::Key::from_pem(grant.key);
  const auto certificate = key ? acme::read_certificate(grant.certificate, *key) : std::nullopt;
  if (!certificate) std::abort();  // it was made a moment ago
  kept.put(request.address, grant.text());
  return {.id = certificate->fingerprint,
          .outputs = Map({{"id", certificate->fingerprint},
                          {"expires", rfc3339(certificate->expires)},
                          {std::string(kKept), Value::secret(grant.text())}})};
}

Value with_grants(const Value& inputs, const Kept& kept) {
  const auto* members = inputs.map();
  if (members == nullptr) return inputs;
  auto out = filled(*members, kept);
  const auto* access = inputs["access"].map();
  if (access == nullptr) return out;
  Map all;
  for (const auto& [label, one] : *access) all.set(label, one.map() != nullptr ? Value(filled(*one.map(), kept)) : one);
  out.set("access", std::move(all));
  return out;
}

Result<std::vector<ArchiveFile>> files_of_registry(const Value& inputs, const Kept& kept) {
  if (text_of(inputs["serves"]).empty()) return std::vector<ArchiveFile>();
  const auto grant = kept_grant(inputs["serves"], kept);
  if (!grant) {
    return Error{.code = "E0605",
                 .message = "the state has no certificate and password for the registry any more",
                 .help = fmt::format("have them made anew: infra apply --replace '{}'", text_of(inputs["serves"]))};
  }
  const std::string folder = kRegistryFolder;
  return std::vector<ArchiveFile>{{.path = folder + "certificate.pem", .content = grant->certificate},
                                  {.path = folder + "key.pem", .content = grant->key, .mode = 0600},
                                  {.path = folder + "htpasswd", .content = htpasswd_of(*grant), .mode = 0600}};
}

}  // namespace infra::nodes
