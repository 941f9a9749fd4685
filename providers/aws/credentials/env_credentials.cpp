#include "providers/aws/credentials/sources.h"

namespace infra::aws {

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
MaybeCredentials from_environment(const SourceContext& context) {
  const auto id = context.surroundings.variable("AWS_ACCESS_KEY_ID");
  if (!id) return std::optional<Credentials>();
  const auto secret = context.surroundings.variable("AWS_SECRET_ACCESS_KEY");
  if (!secret) {
    return credentials_error("AWS_ACCESS_KEY_ID is set, but not AWS_SECRET_ACCESS_KEY",
                             "set both, or neither to use a profile");
  }
  auto expires = parse_time(context.surroundings.variable_or("AWS_CREDENTIAL_EXPIRATION", ""));
  return std::optional(Credentials{.id = *id,
                                   .secret = *secret,
                                   .token = context.surroundings.variable_or("AWS_SESSION_TOKEN", ""),
                                   .expires = expires});
}

}  // namespace infra::aws
