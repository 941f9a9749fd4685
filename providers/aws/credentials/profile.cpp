#include <fmt/format.h>

#include "providers/aws/credentials/sources.h"

namespace infra::aws {

namespace {

using Get = std::string (Profiles::*)(const std::string&, const std::string&) const;

MaybeCredentials static_keys(const SourceContext& context, Get get) {
  const auto value = [&](const char* key) { return (context.profiles.*get)(context.profile, key); };
  const auto id = value("aws_access_key_id");
  if (id.empty()) return std::optional<Credentials>();
  const auto secret = value("aws_secret_access_key");
  if (secret.empty()) {
    return credentials_error(
        fmt::format("the profile `{}` has an aws_access_key_id and no aws_secret_access_key", context.profile));
  }
  return std::optional(Credentials{.id = id, .secret = secret, .token = value("aws_session_token"), .expires = {}});
}

}  // namespace

MaybeCredentials from_credentials_file(const SourceContext& context) {
  return static_keys(context, &Profiles::from_credentials);
}

MaybeCredentials from_config_file(const SourceContext& context) { return static_keys(context, &Profiles::from_config); }

}  // namespace infra::aws
