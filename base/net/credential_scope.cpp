#include "base/net/credential_scope.h"

#include <fmt/format.h>

namespace infra::net {
namespace {

bool is_encrypted(const std::string& scheme) { return scheme == "https" || scheme == "ssh"; }

bool is_upgrade(const Origin& from, const Origin& to) {
  return from.host == to.host && from.scheme == "http" && from.port == 80 && to.scheme == "https" && to.port == 443;
}

}  // namespace

bool is_private(const Origin& to) { return is_encrypted(to.scheme) || is_loopback(to.host); }

MayGo CredentialScope::to(const Origin& origin) const {
  if (origin != named_ && !is_upgrade(named_, origin)) return MayGo::elsewhere;
  return is_private(origin) ? MayGo::yes : MayGo::in_clear;
}

std::string why_not(MayGo verdict, const Origin& named, const Origin& asking) {
  if (verdict == MayGo::elsewhere)
    return fmt::format("it belongs to {}, and {} asks for it", named.text(), asking.text());
  return fmt::format("it would go to {} in clear", asking.text());
}

}  // namespace infra::net
