// What a remote may ask of us, and what we answer.
#pragma once
#include <git2.h>

#include <set>

namespace infra {

// The payload of libgit2's callback. Each kind of answer is given once: a remote that refuses it would ask for ever.
struct CredentialAttempts {
  std::set<int> given;
};

// A git_credential_acquire_cb: ssh keys of the agent, then ~/.ssh/id_ed25519 and id_rsa; for https the variables
// INFRA_GIT_USERNAME and INFRA_GIT_PASSWORD. What stands in the URL has been tried by libgit2 before.
int acquire_credential(git_credential** out, const char* url, const char* user, unsigned allowed, void* attempts);

}  // namespace infra
