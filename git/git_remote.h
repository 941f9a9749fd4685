// A connection to a repository. Included by .cpp files only, so that libgit2 stays inside this folder.
#pragma once
#include <git2.h>

#include <memory>
#include <optional>

#include "git/git_credentials.h"
#include "git/git_faults.h"
#include "git/git_handle.h"
#include "git/git_route.h"
#include "git/repo_url.h"

namespace infra {

// A connection to the repository, for one fetch into the copy.
class Remote {
 public:
  static Fetched<Remote> connect(git_repository* copy, const RepoUrl& url, const std::optional<net::Origin>& followed);
  [[nodiscard]] git_remote* get() const { return remote_.get(); }
  [[nodiscard]] git_fetch_options options() const;
  [[nodiscard]] Error fault(int status) const { return of_remote({url_, route_, followed_}, status); }
  [[nodiscard]] const RepoUrl& url() const { return url_; }

 private:
  [[nodiscard]] git_remote_callbacks callbacks() const;
  Remote(RepoUrl url, GitRoute route, std::optional<net::Origin> followed)
      : url_(std::move(url)),
        route_(std::move(route)),
        followed_(std::move(followed)),
        attempts_(std::make_unique<CredentialAttempts>()) {
    attempts_->http = route_.credential;
  }
  [[nodiscard]] git_remote_redirect_t redirects() const {
    return route_.may_be_led_on ? GIT_REMOTE_REDIRECT_INITIAL : GIT_REMOTE_REDIRECT_NONE;
  }
  Fetched<Ok> open(git_repository* copy);

  RepoUrl url_;
  GitRoute route_;
  std::optional<net::Origin> followed_;
  std::unique_ptr<CredentialAttempts> attempts_;
  GitHandle<git_remote> remote_;
};

}  // namespace infra
