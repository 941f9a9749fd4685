#include "git/git_remote.h"

namespace infra {
namespace {

// The address that libgit2 would connect to: the user's own git configuration may give another (url.X.insteadOf).
Fetched<std::string> effective_address(git_repository* copy, const RepoUrl& url) {
  git_remote* raw = nullptr;
  // Anonymous: a named remote would write the address, with its password, into the copy's config.
  if (git_remote_create_anonymous(&raw, copy, url.fetch.c_str()) != 0) return of_copy("setting up the remote");
  const GitHandle<git_remote> remote(raw);
  return std::string(git_remote_url(raw));
}

}  // namespace

git_remote_callbacks Remote::callbacks() const {
  git_remote_callbacks out = GIT_REMOTE_CALLBACKS_INIT;
  out.credentials = acquire_credential;
  out.payload = attempts_.get();
  // No certificate_check: libgit2's own refuses unknown hosts and bad certificates.
  return out;
}

git_fetch_options Remote::options() const {
  git_fetch_options out = GIT_FETCH_OPTIONS_INIT;
  out.callbacks = callbacks();
  out.update_fetchhead = 0;  // it would hold the address with its password
  out.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  out.proxy_opts.type = GIT_PROXY_AUTO;
  out.follow_redirects = redirects();
  return out;
}

Fetched<Ok> Remote::open(git_repository* copy) {
  git_remote_create_options how = GIT_REMOTE_CREATE_OPTIONS_INIT;
  how.repository = copy;
  how.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
  git_remote* raw = nullptr;
  if (git_remote_create_with_opts(&raw, route_.url.c_str(), &how) != 0) return of_copy("setting up the remote");
  remote_.reset(raw);
  git_remote_connect_options options = GIT_REMOTE_CONNECT_OPTIONS_INIT;
  options.callbacks = callbacks();
  options.proxy_opts.type = GIT_PROXY_AUTO;
  options.follow_redirects = redirects();
  if (const int status = git_remote_connect_ext(raw, GIT_DIRECTION_FETCH, &options); status != 0) {
    return FetchFault{fault(status)};
  }
  return Ok{};
}

Fetched<Remote> Remote::connect(git_repository* copy, const RepoUrl& url, const std::optional<net::Origin>& followed) {
  auto address = effective_address(copy, url);
  if (auto* fault = std::get_if<FetchFault>(&address)) return std::move(*fault);
  auto route = find_route(std::get<std::string>(address), followed);
  if (!route) return FetchFault{std::move(route).error()};
  Remote out(url, *std::move(route), followed);
  auto opened = out.open(copy);
  if (auto* fault = std::get_if<FetchFault>(&opened)) return std::move(*fault);
  return out;
}

}  // namespace infra
