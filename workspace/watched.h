// Where `infra watch` keeps a stack's state, and how other commands find it. A repository is what it is, however its
// address was spelled: a folder by its real path, a distant one by host and path.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "git/repo_url.h"
#include "workspace/options.h"

namespace infra {

struct WatchedStack {
  std::string repo;  // as repository_identity() gives it
  std::string branch;
  std::string path;              // the stack's folder in the repository, without slashes at its ends; "": its root
  std::string environment = {};  // --env
  friend bool operator==(const WatchedStack&, const WatchedStack&) = default;
};

// "/srv/shop" of a folder and of file:///srv/shop/.git; "git.example.org/team/shop" of https://, ssh:// and
// git@host:path addresses, with or without .git.
std::string repository_identity(const RepoUrl& url);

// Below XDG_STATE_HOME or ~/.local/state: infra/NAME-HASH.
std::filesystem::path watch_home(const WatchedStack& stack, const std::string& name);
// Leaves a note there that says whose it is, for the function below.
Result<Ok> note_watched(const std::filesystem::path& home, const WatchedStack& stack);

// For a stack's folder in a repository that is watched on this machine, and that has no state of its own: takes the
// state of the watch of the same environment. E0911 if several branches are watched, which names their states. Leaves
// `stack` alone if a state was given, or nothing is watched.
Result<Ok> find_watched_state(StackOptions& stack);

}  // namespace infra
