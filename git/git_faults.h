// What can go wrong with a remote, in words: the reason, and what to do.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/net/url.h"
#include "base/result.h"
#include "git/git_route.h"
#include "git/repo_url.h"

namespace infra {

// The faults of a remote leave the copy alone; the copy's own faults are cured by making it anew.
struct FetchFault {
  Error error;
  bool copy_broken = false;
  bool disk_full = false;
};
template <class T>
using Fetched = std::variant<T, FetchFault>;

FetchFault of_copy(std::string_view doing);

// Whom a connection is made to.
struct Approach {
  const RepoUrl& url;
  const GitRoute& route;
  const std::optional<net::Origin>& followed;
};

// Of this thread's last failed call of libgit2, which returned `status`: E0802, E0803 or E0812.
Error of_remote(const Approach& to, int status);
Error empty_repository(const RepoUrl& url, const std::string& branch);
Error no_branch(const RepoUrl& url, const std::string& branch, std::vector<std::string> branches);

}  // namespace infra
