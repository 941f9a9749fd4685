// Where credentials come from, one file each. Each says nullopt if it isn't set up, and an error (E0620) if it is and
// gives none: to go on to the next would be to act as somebody else.
#pragma once
#include <optional>
#include <string>

#include "providers/aws/credentials/profiles.h"

namespace infra::aws {

using MaybeCredentials = Result<std::optional<Credentials>>;

struct SourceContext {
  const Surroundings& surroundings;
  const Profiles& profiles;
  std::string profile;  // "default", or the one that was asked for
  std::string region;   // for the STS that roles are taken from
};

MaybeCredentials from_environment(const SourceContext& context);
MaybeCredentials from_assumed_role(const SourceContext& context);
MaybeCredentials from_web_identity(const SourceContext& context);
MaybeCredentials from_sso(const SourceContext& context);
MaybeCredentials from_credentials_file(const SourceContext& context);
MaybeCredentials from_process(const SourceContext& context);
MaybeCredentials from_config_file(const SourceContext& context);
MaybeCredentials from_container(const SourceContext& context);
MaybeCredentials from_instance(const SourceContext& context);

// What several sources share.
Error credentials_error(std::string message, std::string help = {});
// {"AccessKeyId": …, "SecretAccessKey": …, "Token" or "SessionToken": …, "Expiration": …}: JSON's or XML's.
Result<Credentials> read_credentials(const Value& value, const std::string& whose);
// "2026-11-28T15:00:00Z", also with fractions or "+00:00"; nullopt: no time.
std::optional<SysTime> parse_time(std::string_view text);
// One GET or PUT to a server of credentials, which gets nothing but what stands in `headers`.
Result<http::Response> ask(const SourceContext& context, const std::string& url, const std::string& method,
                           const std::vector<std::string>& headers, std::chrono::milliseconds patience);
// A call of STS, signed with `credentials` if there are any.
Result<Value> ask_sts(const SourceContext& context, std::string_view operation, const Value& parameters,
                      const Credentials* credentials);

}  // namespace infra::aws
