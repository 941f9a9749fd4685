#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/aws/api/xml.h"
#include "providers/aws/credentials/sources.h"

namespace infra::aws {

// The role of an EC2 instance, from its metadata service in the second version, which wants a token first. Elsewhere
// nothing listens there: that must not take long to find out.
MaybeCredentials from_instance(const SourceContext& context) {
  const auto& around = context.surroundings;
  if (around.variable_or("AWS_EC2_METADATA_DISABLED", "") == "true") return std::optional<Credentials>();
  const auto base = around.variable_or("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254");
  const auto patience = std::chrono::seconds(1);
  const auto token =
      ask(context, base + "/latest/api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds: 21600"}, patience);
  if (!token || token->status != 200) return std::optional<Credentials>();
  const auto get = [&](const std::string& path) {
    return ask(context, base + "/latest/meta-data/iam/security-credentials/" + path, "GET",
               {"X-aws-ec2-metadata-token: " + token->body}, patience);
  };
  const auto roles = get("");
  if (!roles || roles->status == 404) return std::optional<Credentials>();  // an instance without a role
  const auto role = roles->body.substr(0, roles->body.find_first_of("\r\n"));
  const auto answer = get(role);
  if (!answer) return answer.error();
  const auto body = from_plain_json(answer->body);
  if (answer->status != 200 || !body) {
    return credentials_error(fmt::format("the instance's role {} gave no credentials: HTTP {}", role, answer->status));
  }
  if (const auto code = text_of((*body)["Code"]); !code.empty() && code != "Success") {
    return credentials_error(fmt::format("the instance's role {} gave no credentials: {}", role, code));
  }
  auto out = read_credentials(*body, "the instance's metadata service");
  if (!out) return out.error();
  return std::optional(*std::move(out));
}

}  // namespace infra::aws
