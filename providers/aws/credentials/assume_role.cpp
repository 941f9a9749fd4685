#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/credentials/chain.h"
#include "providers/aws/credentials/sources.h"

namespace infra::aws {

namespace {

MaybeCredentials named_source(const SourceContext& context, const std::string& name) {
  if (name == "Environment") return from_environment(context);
  if (name == "EcsContainer") return from_container(context);
  if (name == "Ec2InstanceMetadata") return from_instance(context);
  return credentials_error(
      fmt::format("the profile `{}` has credential_source = {}, which is none", context.profile, name),
      "one of Environment, EcsContainer, Ec2InstanceMetadata");
}

// Those with which the role is taken. `visited` are the profiles on the way, so that a ring is an error, not a loop.
MaybeCredentials base_of(const SourceContext& context, std::vector<std::string> visited);

MaybeCredentials assume(const SourceContext& context, const std::vector<std::string>& visited) {
  const auto value = [&](const char* key) { return context.profiles.get(context.profile, key); };
  const auto role = value("role_arn");
  if (!value("mfa_serial").empty()) {
    return credentials_error(
        fmt::format("the profile `{}` wants a code (mfa_serial), which can't be asked for here", context.profile),
        fmt::format("put a session's credentials into the environment: aws configure export-credentials "
                    "--profile {} --format env",
                    context.profile));
  }
  const auto base = base_of(context, visited);
  if (!base) return base.error();
  if (!*base) {
    return credentials_error(
        fmt::format("the profile `{}` has a role_arn and nothing to take the role with", context.profile),
        "add source_profile or credential_source to it");
  }
  Map parameters({{"RoleArn", role}, {"RoleSessionName", value("role_session_name")}});
  if (value("role_session_name").empty()) parameters.set("RoleSessionName", "infra");
  if (auto id = value("external_id"); !id.empty()) parameters.set("ExternalId", id);
  if (auto time = value("duration_seconds"); !time.empty()) parameters.set("DurationSeconds", time);
  auto answer = ask_sts(context, "AssumeRole", Value(std::move(parameters)), &**base);
  if (!answer) {
    return std::move(answer).take_error(fmt::format("taking the role {} of the profile `{}`", role, context.profile));
  }
  auto taken = read_credentials((*answer)["Credentials"], "sts:AssumeRole");
  if (!taken) return taken.error();
  return std::optional(*std::move(taken));
}

MaybeCredentials base_of(const SourceContext& context, std::vector<std::string> visited) {
  if (const auto source = context.profiles.get(context.profile, "credential_source"); !source.empty()) {
    return named_source(context, source);
  }
  const auto source = context.profiles.get(context.profile, "source_profile");
  if (source.empty()) return std::optional<Credentials>();
  if (!context.profiles.has(source)) {
    return credentials_error(
        fmt::format("the profile `{}` has source_profile = {}, which there isn't", context.profile, source));
  }
  auto inner = context;
  inner.profile = source;
  // A profile may be its own source: then its keys are meant.
  if (source == context.profile || context.profiles.get(source, "role_arn").empty()) return from_profile_alone(inner);
  if (std::find(visited.begin(), visited.end(), source) != visited.end()) {
    return credentials_error(
        fmt::format("the profiles `{}` and `{}` take their roles from each other", context.profile, source));
  }
  visited.push_back(source);
  return assume(inner, visited);
}

}  // namespace

MaybeCredentials from_assumed_role(const SourceContext& context) {
  // With a token's file the role is taken by it: web_identity.cpp.
  if (context.profiles.get(context.profile, "role_arn").empty() ||
      !context.profiles.get(context.profile, "web_identity_token_file").empty()) {
    return std::optional<Credentials>();
  }
  return assume(context, {context.profile});
}

}  // namespace infra::aws
