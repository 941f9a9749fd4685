// A branch of a repository, followed through a bare copy on this machine.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "base/cancel.h"
#include "base/result.h"
#include "git/copy_lock.h"
#include "git/git_fetch.h"
#include "git/git_tree.h"

namespace infra {

struct GitSourceOptions {
  std::string repo;  // https://, ssh://, git@host:path, file://, or a folder
  std::string branch = "main";
  std::string copy;  // folder for the bare copy; its parent is made if absent
  std::chrono::milliseconds deadline = std::chrono::seconds(60);  // of one fetch
};

// fetch_commit in a process of its own, ended by the deadline or `cancel`. Processes that want one copy take turns.
Result<Commit> fetch_commit_apart(const CommitRequest& request, std::chrono::milliseconds deadline,
                                  const Cancel& cancel);

class GitSource {
 public:
  // No network yet. E0801 and E0804 for what can't be an address or a branch, E0807 if another process has the copy.
  static Result<GitSource> open(GitSourceOptions options);

  // The branch's newest commit, with its objects in the copy. In a process of its own, ended by `deadline` or `cancel`.
  // `since`: the commit that it should come after; see Commit::descends.
  Result<Commit> fetch(const Cancel& cancel, const std::string& since = {}) const;
  // A folder ("" is the root) of a commit that fetch returned.
  Result<std::unique_ptr<GitTree>> tree(const Commit& commit, const std::string& folder) const;
  // Throws the copy away; the next fetch makes it anew. For when a tree turned out damaged.
  Result<Ok> discard() const;

  [[nodiscard]] const RepoUrl& url() const { return url_; }
  [[nodiscard]] const std::string& copy() const { return options_.copy; }

 private:
  GitSource(GitSourceOptions options, RepoUrl url, CopyLock lock)
      : options_(std::move(options)), url_(std::move(url)), lock_(std::move(lock)) {}
  GitSourceOptions options_;
  RepoUrl url_;
  CopyLock lock_;
};

}  // namespace infra
