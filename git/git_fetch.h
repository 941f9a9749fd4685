// One fetch of one branch into a bare copy. It may hang with its remote: GitSource runs it in a child process.
#pragma once
#include <optional>
#include <string>

#include "base/net/url.h"
#include "base/result.h"
#include "git/repo_url.h"

namespace infra {

struct Commit {
  std::string id;       // 40 hex digits
  std::string summary;  // one line, safe to show
  // Does it come after FetchRequest::since? False for a branch that was forced elsewhere or set back.
  bool descends = true;
  [[nodiscard]] std::string short_id() const { return id.substr(0, 7); }
  friend bool operator==(const Commit&, const Commit&) = default;
};

struct FetchRequest {
  RepoUrl url;
  std::string branch;
  std::string copy;        // folder of the bare repository; made if absent, made anew if it is damaged
  std::string since = {};  // a commit; empty: any will do
};

// The branch's newest commit, whose objects are all in the copy now. E0802 unreachable, E0803 refused, E0804 no such
// branch, E0805 empty, E0806 the copy can't be used, E0812 the host isn't known.
Result<Commit> fetch_branch(const FetchRequest& request);

struct CommitRequest {
  RepoUrl url;
  std::string commit;  // 40 hexadecimal digits
  std::string copy;    // as above
  // The repository that the user follows: what INFRA_GIT_PASSWORD is for if INFRA_GIT_HOST doesn't say.
  std::optional<net::Origin> followed = {};
};

// That commit, whatever branch or tag it is on; its objects are all in the copy now. Errors as above; E0814 if neither
// a branch nor a tag of the repository leads to it.
Result<Commit> fetch_commit(const CommitRequest& request);

// The same if the copy has it already; without the network.
std::optional<Commit> find_commit(const std::string& copy, const std::string& commit);

// E0804 if git doesn't allow it as a branch's name.
Result<Ok> check_branch_name(const std::string& branch);

}  // namespace infra
