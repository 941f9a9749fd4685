#include "providers/kubernetes/lower/kube_certificates.h"

#include <fmt/format.h>

#include "providers/certificates/pem.h"
#include "providers/engine/routes.h"
#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_secrets.h"

namespace infra::kubernetes {

Value certificate_of(const Lowering& lowering, const Resource& listener, const Resource& cluster, Lowered& out) {
  if (listener.config["certificate"].is_null()) return {};
  const auto certificate = engine::certificate_of(lowering, listener);
  const auto* text = certificate.secret() != nullptr ? certificate.secret()->string() : nullptr;
  const auto parts = text != nullptr ? pem::split(*text) : pem::Parts();
  if (!parts.whole()) {
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
                  entries({{"tls.crt", Value::secret(parts.chain())}, {"tls.key", Value::secret(parts.key)}}),
                  "kubernetes.io/tls"));
  if (!cluster.existing) out.resources.back().depends_on.push_back(cluster.address.with_part("namespace"));
  return part_of(lowering.resource, std::move(part), "full_name");
}

}  // namespace infra::kubernetes
