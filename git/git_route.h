// Where a repository's address leads, and whether our credential may go there. libgit2 follows redirects by itself, but
// doesn't tell where it has arrived when it asks for a password; so the way is walked before it.
#pragma once
#include <optional>
#include <string>

#include "base/net/url.h"
#include "base/result.h"
#include "git/git_credentials.h"

namespace infra {

struct GitRoute {
  std::string url;                           // for libgit2: what redirects led to, without user info
  std::optional<HttpCredential> credential;  // that may be shown there
  std::string withheld;       // why one that there is may not: "it belongs to https://a, and https://b asks for it"
  bool may_be_led_on = true;  // to other hosts: nothing is at stake
};

// `address` is what libgit2 would connect to. Over anything but http and https: as it is. E0802 for redirects that lead
// nowhere, E0803 if INFRA_GIT_HOST can't be read.
Result<GitRoute> find_route(const std::string& address, const std::optional<net::Origin>& followed);

}  // namespace infra
