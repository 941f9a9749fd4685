#include "gitops/git_credentials.h"

#include <cstdlib>
#include <filesystem>
#include <string>

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

bool from_variables(git_credential** out) {
  const std::string secret = variable("INFRA_GIT_PASSWORD");
  if (secret.empty()) return false;
  const std::string user = variable("INFRA_GIT_USERNAME");
  return git_credential_userpass_plaintext_new(out, user.empty() ? "git" : user.c_str(), secret.c_str()) == 0;
}

}  // namespace

int acquire_credential(git_credential** out, const char* /*url*/, const char* user, unsigned allowed, void* attempts) {
  auto& given = static_cast<CredentialAttempts*>(attempts)->given;
  const auto first = [&](Answer answer) { return given.insert(answer).second; };
  const char* name = user != nullptr ? user : "git";
  if ((allowed & GIT_CREDENTIAL_USERNAME) != 0U && first(user_name)) return git_credential_username_new(out, name);
  if ((allowed & GIT_CREDENTIAL_SSH_KEY) != 0U) {
    if (first(agent) && from_agent(out, name)) return 0;
    if (first(key_ed25519) && key_file(out, name, "id_ed25519")) return 0;
    if (first(key_rsa) && key_file(out, name, "id_rsa")) return 0;
  }
  if ((allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) != 0U && first(password) && from_variables(out)) return 0;
  git_error_set_str(GIT_ERROR_CALLBACK, "authentication failed: no further credentials");
  return GIT_EAUTH;
}

}  // namespace infra
