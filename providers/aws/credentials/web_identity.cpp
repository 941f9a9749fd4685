#include <fmt/format.h>

#include "providers/aws/credentials/sources.h"

namespace infra::aws {

// A pod's role on EKS, or a CI's (GitHub Actions): a token in a file, for which STS gives credentials. Not signed.
MaybeCredentials from_web_identity(const SourceContext& context) {
  const auto either = [&](const char* variable, const char* key) {
    return context.surroundings.variable_or(variable, context.profiles.get(context.profile, key));
  };
  const auto path = either("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  if (path.empty()) return std::optional<Credentials>();
  const auto role = either("AWS_ROLE_ARN", "role_arn");
  if (role.empty()) return credentials_error("there is a web identity's token, but AWS_ROLE_ARN isn't set");
  auto token = context.surroundings.file(path);
  if (!token) return credentials_error(fmt::format("the web identity's token can't be read: {}", path));
  while (!token->empty() && (token->back() == '\n' || token->back() == ' ')) token->pop_back();
  const auto name = either("AWS_ROLE_SESSION_NAME", "role_session_name");
  const auto answer = ask_sts(context, "AssumeRoleWithWebIdentity",
                              Map({{"RoleArn", role},
                                   {"RoleSessionName", name.empty() ? "infra" : name},
                                   {"WebIdentityToken", Value::secret(*token)}}),
                              nullptr);
  if (!answer) return Error(answer.error()).during(fmt::format("taking the role {} with the token in {}", role, path));
  auto taken = read_credentials((*answer)["Credentials"], "sts:AssumeRoleWithWebIdentity");
  if (!taken) return taken.error();
  return std::optional(*std::move(taken));
}

}  // namespace infra::aws
