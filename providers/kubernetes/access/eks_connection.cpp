#include "providers/kubernetes/access/eks_connection.h"

#include <fmt/format.h>

#include "base/net/base64.h"

namespace infra::kubernetes {

namespace {

std::string member(const Value& eks, const char* name) {
  const auto* text = eks[name].string();
  return text != nullptr ? *text : std::string();
}

CredentialSource credentials_by(EksTokens tokens) {
  return [tokens = std::move(tokens)](bool renew) -> Result<Credential> {
    auto token = tokens(renew);
    if (!token) return std::move(token).error();
    Credential out{.token = token->text};
    out.expires = std::chrono::time_point_cast<std::chrono::milliseconds>(token->expires);
    return out;
  };
}

}  // namespace

Result<Access> access_to_eks(const Value& eks, const EksSignIn& sign_in) {
  const EksAccess cluster{.name = member(eks, "name"),
                          .region = member(eks, "region"),
                          .endpoint = member(eks, "endpoint"),
                          .certificate = member(eks, "certificate"),
                          .profile = member(eks, "profile"),
                          .api = member(eks, "api")};
  Access out{.where = fmt::format("the EKS cluster {} in {}", cluster.name, cluster.region)};
  const auto authority = net::from_base64(cluster.certificate);
  if (!cluster.endpoint.starts_with("https://") || !authority || authority->empty() || !sign_in) {
    return Error{.code = "E0630",
                 .message = fmt::format("{} has no address and certificate to reach it by", out.where)};
  }
  auto tokens = sign_in(cluster);
  if (!tokens) return std::move(tokens).take_error("signing in at " + out.where);
  out.target.base =
      cluster.endpoint.ends_with('/') ? cluster.endpoint.substr(0, cluster.endpoint.size() - 1) : cluster.endpoint;
  out.target.ca_pem = *authority;
  out.credentials = credentials_by(*std::move(tokens));
  out.needs_kubeconfig = true;
  return out;
}

}  // namespace infra::kubernetes
