#include "providers/kubernetes/lower/certificates.h"

#include <fmt/format.h>

#include <string_view>

#include "providers/kubernetes/lower/names.h"
#include "providers/kubernetes/lower/secrets.h"

namespace infra::kubernetes {

namespace {

struct Pem {
  std::string certificates;
  std::string key;
};

// One text with both, in any order.
Pem split(const std::string& text) {
  Pem out;
  std::size_t at = 0;
  while ((at = text.find("-----BEGIN ", at)) != std::string::npos) {
    const auto end = text.find("-----END ", at);
    const auto after = end != std::string::npos ? text.find("-----", end + 9) : std::string::npos;
    if (after == std::string::npos) break;
    const auto block = std::string_view(text).substr(at, after + 5 - at);
    const auto title = block.substr(0, block.find('\n'));
    if (title.find("PRIVATE KEY-----") != std::string::npos) {
      out.key.append(block).append("\n");
    } else if (title.find("CERTIFICATE-----") != std::string::npos) {
      out.certificates.append(block).append("\n");
    }
    at = after + 5;
  }
  return out;
}

}  // namespace

Value certificate_of(const Lowering& lowering, const Resource& listener, const Resource& cluster, Lowered& out) {
  const auto& certificate = listener.config["certificate"];
  if (certificate.is_null()) return {};
  const auto* text = certificate.secret() != nullptr ? certificate.secret()->string() : nullptr;
  const auto pem = text != nullptr ? split(*text) : Pem();
  if (pem.certificates.empty() || pem.key.empty()) {
    lowering.diagnostics.error(
        "E0416", listener.place("certificate"),
        fmt::format("the certificate of listener `{}` isn't PEM with certificate and key", listener.address.path),
        "no certificate with its private key",
        "give both in one text, as a secret: param tls: Secret<String>, and then infra secret set tls --from "
        "file:site.pem");
    return {};
  }
  const auto label = listener.address.path.substr(listener.address.path.rfind('.') + 1);
  auto part = fmt::format("certificate-{}-{}", run_time_name(label), part_in(cluster));
  out.resources.push_back(
      make_secret(lowering, part, namespace_of(lowering, cluster),
                  dotted_name("listener", fmt::format("{}-{}", name_of(lowering.resource), label), kLongestNamedAnew),
                  entries({{"tls.crt", Value::secret(pem.certificates)}, {"tls.key", Value::secret(pem.key)}}),
                  "kubernetes.io/tls"));
  if (!cluster.existing) out.resources.back().depends_on.push_back(cluster.address.with_part("namespace"));
  return part_of(lowering.resource, std::move(part), "full_name");
}

}  // namespace infra::kubernetes
