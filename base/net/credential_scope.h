// Where a credential may go: the one rule for git, registries, engines and databases.
//
// A credential belongs to the origin (scheme, host, port) that the person who gave it named. It goes nowhere else,
// along no redirect either; and it goes nowhere in clear, but to this machine itself if plain HTTP was named.
#pragma once
#include <string>

#include "base/net/url.h"

namespace infra::net {

enum class MayGo { yes, elsewhere, in_clear };

// Is what is sent there read by nobody on the way? TLS, SSH, or this machine.
bool is_private(const Origin& to);

class CredentialScope {
 public:
  explicit CredentialScope(Origin named) : named_(std::move(named)) {}
  // The same origin; also https in place of http on the same host, which is what a server that has both redirects to.
  [[nodiscard]] MayGo to(const Origin& origin) const;
  [[nodiscard]] const Origin& named() const { return named_; }

 private:
  Origin named_;
};

// "it belongs to https://a, and http://b asks for it"; for messages.
std::string why_not(MayGo verdict, const Origin& named, const Origin& asking);

}  // namespace infra::net
