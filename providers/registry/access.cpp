#include "providers/registry/access.h"

#include <fmt/format.h>

#include "base/net/credential_scope.h"

namespace infra::registry {
namespace {

bool is_default_https(const net::Origin& origin) { return origin.scheme == "https" && origin.port == 443; }

bool is_named(const Access& access, const net::Origin& service) {
  const auto named = net::parse_url(access.realm);
  return named && named->origin == service;
}

bool may_have_password(const Access& access, const net::Origin& registry, const net::Origin& service) {
  if (!net::is_private(service)) return false;
  if (net::CredentialScope(registry).to(service) == net::MayGo::yes || is_named(access, service)) return true;
  return is_default_https(service) && registry.scheme == "https" && net::same_owner(registry.host, service.host);
}

}  // namespace

Result<net::Origin> origin_of(const Access& access) {
  // Docker Hub's API has another name than its images.
  const auto host = access.endpoint == "docker.io" ? std::string("registry-1.docker.io") : access.endpoint;
  const auto https = net::parse_host("https", host);
  if (!https) {
    return Error{.code = "E0605",
                 .message = fmt::format("\"{}\" is no registry's address", access.endpoint),
                 .help = "write its HOST or HOST:PORT, without https:// and without a user"};
  }
  const bool plain = access.insecure || net::is_loopback(https->host);
  return plain ? *net::parse_host("http", host) : *https;
}

Result<Ok> check_may_sign_in(const Access& access, const net::Origin& registry) {
  if (access.username.empty() || net::is_private(registry)) return Ok{};
  return Error{.code = "E0605",
               .message = fmt::format("the password of the registry {} would go over the network in clear, since it is "
                                      "`insecure`",
                                      access.endpoint),
               .help = "give the registry a certificate and remove `insecure`, or use it without a password"};
}

Result<net::Url> token_service(const Access& access, const net::Origin& registry, const std::string& realm) {
  auto url = net::parse_url(realm);
  const bool web = url && !url->has_user_info() && (url->origin.scheme == "https" || url->origin.scheme == "http");
  if (!web) {
    return Error{.code = "E0605",
                 .message = fmt::format("the registry {} sends its clients for a token to what is no https address",
                                        access.endpoint),
                 .help = "correct the token service (`realm`) in the registry's own configuration"};
  }
  const auto& service = url->origin;
  if (access.username.empty()) {
    if (net::is_private(service) || registry.scheme == "http") return *std::move(url);
    return Error{.code = "E0605",
                 .message = fmt::format("the registry {} sends its clients for a token to {}, which talks in clear",
                                        access.endpoint, service.text()),
                 .help = "give the registry's token service a certificate"};
  }
  if (may_have_password(access, registry, service)) return *std::move(url);
  const bool clear = !net::is_private(service);
  return Error{.code = "E0605",
               .message = fmt::format("the registry {} sends its clients with the password to {}, {}", access.endpoint,
                                      service.text(), clear ? "which talks in clear" : "which is another host"),
               .help = clear ? "give the registry's token service a certificate"
                             : fmt::format("if that is its token service, write realm = \"{}\" beside `endpoint`",
                                           service.text())};
}

}  // namespace infra::registry
