// What a remote may ask of us, and what we answer.
#pragma once
#include <git2.h>

#include <optional>
#include <set>
#include <string>

#include "base/net/credential_scope.h"
#include "base/result.h"

namespace infra {

// A name and a password (or token) for http and https, and whose they are.
struct HttpCredential {
  std::string user, password;
  net::CredentialScope scope;
};

// What may be shown to `remote`: the user info of its own address, else INFRA_GIT_USERNAME and INFRA_GIT_PASSWORD,
// which belong to INFRA_GIT_HOST ("git.example.org", "http://localhost:3000") or, where that isn't set, to `followed`,
// the repository that the user named on the command line. nullopt: nothing. E0803 if INFRA_GIT_HOST can't be read.
Result<std::optional<HttpCredential>> http_credential(const net::Url& remote,
                                                      const std::optional<net::Origin>& followed);

// Is there a password of which nobody said where it belongs?
bool has_homeless_password(const std::optional<net::Origin>& followed);

// The payload of libgit2's callback. Each kind of answer is given once: a remote that refuses it would ask for ever.
struct CredentialAttempts {
  std::set<int> given;
  std::optional<HttpCredential> http;  // that may go where this connection goes
};

// A git_credential_acquire_cb: for ssh the keys of the agent, then ~/.ssh/id_ed25519 and id_rsa; `http` for http and
// https.
int acquire_credential(git_credential** out, const char* url, const char* user, unsigned allowed, void* attempts);

}  // namespace infra
