#include "git/git_credentials.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/text/one_line.h"

namespace infra {
namespace {

enum Answer : int { user_name, agent, key_ed25519, key_rsa, password };

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets variables
  return value != nullptr ? value : "";
}

bool key_file(git_credential** out, const char* user, const char* name) {
  const std::filesystem::path key = std::filesystem::path(variable("HOME")) / ".ssh" / name;
  std::error_code failed;
  if (!std::filesystem::is_regular_file(key, failed)) return false;
  return git_credential_ssh_key_new(out, user, nullptr, key.c_str(), nullptr) == 0;
}

bool from_agent(git_credential** out, const char* user) {
  return !variable("SSH_AUTH_SOCK").empty() && git_credential_ssh_key_from_agent(out, user) == 0;
}

// INFRA_GIT_HOST, or what stands in for it.
Result<std::optional<net::Origin>> home_of_password(const std::optional<net::Origin>& followed) {
  const std::string named = variable("INFRA_GIT_HOST");
  if (named.empty()) return followed;
  if (named.find("://") == std::string::npos) {
    if (auto host = net::parse_host("https", named)) return host;
  } else if (const auto url = net::parse_url(named);
             url && (url->origin.scheme == "https" || url->origin.scheme == "http") && !url->has_user_info()) {
    return std::optional(url->origin);
  }
  return Error{
      .code = "E0803",
      .message = fmt::format("INFRA_GIT_HOST names no host: \"{}\"", one_line(named, 80)),
      .help = "write the host that INFRA_GIT_PASSWORD is for, such as git.example.org or http://localhost:3000"};
}

bool is_http(const char* url) {
  const std::string_view text = url != nullptr ? url : "";
  return text.starts_with("https://") || text.starts_with("http://");
}

}  // namespace

Result<std::optional<HttpCredential>> http_credential(const net::Url& remote,
                                                      const std::optional<net::Origin>& followed) {
  std::string secret = net::percent_decoded(remote.password);
  std::string user = net::percent_decoded(remote.user);
  if (!secret.empty()) {
    return std::optional(HttpCredential{std::move(user), std::move(secret), net::CredentialScope(remote.origin)});
  }
  secret = variable("INFRA_GIT_PASSWORD");
  if (!secret.empty()) {
    auto home = home_of_password(followed);
    if (!home) return std::move(home).error();
    if (user.empty()) user = variable("INFRA_GIT_USERNAME");
    if (user.empty()) user = "git";
    if (*home) return std::optional(HttpCredential{std::move(user), std::move(secret), net::CredentialScope(**home)});
  }
  // A token alone stands where the user does.
  if (remote.user.empty()) return std::optional<HttpCredential>();
  return std::optional(
      HttpCredential{net::percent_decoded(remote.user), std::string(), net::CredentialScope(remote.origin)});
}

bool has_homeless_password(const std::optional<net::Origin>& followed) {
  return !followed && variable("INFRA_GIT_HOST").empty() && !variable("INFRA_GIT_PASSWORD").empty();
}

int acquire_credential(git_credential** out, const char* url, const char* user, unsigned allowed, void* payload) {
  auto& attempts = *static_cast<CredentialAttempts*>(payload);
  const auto first = [&](Answer answer) { return attempts.given.insert(answer).second; };
  const char* name = user != nullptr ? user : "git";
  if ((allowed & GIT_CREDENTIAL_USERNAME) != 0U && first(user_name)) return git_credential_username_new(out, name);
  if ((allowed & GIT_CREDENTIAL_SSH_KEY) != 0U) {
    if (first(agent) && from_agent(out, name)) return 0;
    if (first(key_ed25519) && key_file(out, name, "id_ed25519")) return 0;
    if (first(key_rsa) && key_file(out, name, "id_rsa")) return 0;
  }
  if ((allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) != 0U && attempts.http && is_http(url) && first(password)) {
    return git_credential_userpass_plaintext_new(out, attempts.http->user.c_str(), attempts.http->password.c_str());
  }
  git_error_set_str(GIT_ERROR_CALLBACK, "authentication failed: no further credentials");
  return GIT_EAUTH;
}

}  // namespace infra
