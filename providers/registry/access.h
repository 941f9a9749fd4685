// Where a registry is, who signs in there, and where its password may go.
#pragma once
#include <string>

#include "base/net/url.h"
#include "base/result.h"

namespace infra::registry {

struct Access {
  std::string endpoint;  // HOST[:PORT]
  bool insecure = false;
  std::string username, password;  // empty: anonymous
  std::string realm = {};          // "https://auth.example.org": who gives out tokens, if it is of another domain
  std::string ca = {};             // PEM: who signed its certificate; empty: those that this machine trusts
};

// The registry's own: plain HTTP if it is on this machine or said to be insecure. E0605 if `endpoint` is no host.
Result<net::Origin> origin_of(const Access& access);

// May the password be sent to the registry itself? E0605 if it would go over a network in clear.
Result<Ok> check_may_sign_in(const Access& access, const net::Origin& registry);

// The service to which a registry sends its clients for a token (the `realm` of its challenge), if the password may go
// there: the same host and port, or https with a host of the same owner, or what `access.realm` names. Without a
// password any https service will do, and a plain one for a registry that is plain too. E0605 for all others.
Result<net::Url> token_service(const Access& access, const net::Origin& registry, const std::string& realm);

}  // namespace infra::registry
