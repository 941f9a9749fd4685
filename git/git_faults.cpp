#include "git/git_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "base/diagnostics/diagnostic.h"
#include "base/text/one_line.h"
#include "git/git_handle.h"

namespace infra {
namespace {

Error untrusted_host(const RepoUrl& url) {
  return {.code = "E0812",
          .message = fmt::format("the host of {} can't be trusted: {}", url.shown, redact(git_reason(), url)),
          .help =
              "ssh: add its key to ~/.ssh/known_hosts (ssh-keyscan, compared with the one that the host publishes); "
              "https: install the authority that signed its certificate"};
}

Error refused(const Approach& to) {
  Error out{.code = "E0803",
            .message = fmt::format("{} refused access: {}", to.url.shown, redact(git_reason(), to.url)),
            .help =
                "ssh: load a key into the agent or put it at ~/.ssh/id_ed25519; https: set INFRA_GIT_HOST, "
                "INFRA_GIT_USERNAME and INFRA_GIT_PASSWORD"};
  if (!to.route.withheld.empty()) {
    out.message += fmt::format("; the password wasn't sent: {}", to.route.withheld);
    out.help = "give the repository's own https address; INFRA_GIT_HOST says which host INFRA_GIT_PASSWORD is for";
  } else if (has_homeless_password(to.followed)) {
    out.message += "; INFRA_GIT_PASSWORD wasn't sent: it doesn't say which host it is for";
    out.help = "if this host may have it, set INFRA_GIT_HOST to it";
  }
  return out;
}

Error foreign_owner(const RepoUrl& url) {
  return {.code = "E0803",
          .message = fmt::format("{} belongs to another user of this machine", url.shown),
          .help = "if you trust it: git config --global --add safe.directory " + url.fetch};
}

bool mentions(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return text.find(word) != std::string::npos; });
}

}  // namespace

Error of_remote(const Approach& to, int status) {
  const RepoUrl& url = to.url;
  const std::string reason = git_reason();
  if (status == GIT_EOWNER) return foreign_owner(url);
  if (status == GIT_ECERTIFICATE || mentions(reason, {"certificate", "hostkey", "host key", "known_hosts"})) {
    return untrusted_host(url);
  }
  if (status == GIT_EAUTH || mentions(reason, {"status code: 401", "status code: 403", "authentica"}))
    return refused(to);
  return {.code = "E0802",
          .message = fmt::format("{} can't be reached: {}", url.shown, redact(reason, url)),
          .help = "check the address, the network, and that the repository exists"};
}

Error empty_repository(const RepoUrl& url, const std::string& branch) {
  return {.code = "E0805",
          .message = fmt::format("{} has no commit yet", url.shown),
          .help = fmt::format("push the stack to branch \"{}\"", one_line(branch))};
}

Error no_branch(const RepoUrl& url, const std::string& branch, std::vector<std::string> branches) {
  std::sort(branches.begin(), branches.end());
  const std::string near = did_you_mean(branch, branches);
  std::string known;
  for (std::size_t i = 0; i < branches.size() && i < 8; ++i) known += (i == 0 ? "" : ", ") + one_line(branches[i]);
  if (branches.size() > 8) known += fmt::format(" and {} more", branches.size() - 8);
  return {.code = "E0804",
          .message = fmt::format("{} has no branch \"{}\"", url.shown, one_line(branch)),
          .help = near.empty() ? fmt::format("its branches are: {}", known.empty() ? "none" : known)
                               : fmt::format("did you mean \"{}\"?", one_line(near))};
}

FetchFault of_copy(std::string_view doing) { return {bad_copy(doing), true}; }

}  // namespace infra
