#include <fmt/format.h>

#include "base/net/credential_scope.h"
#include "base/values/codec.h"
#include "providers/aws/credentials/sources.h"

namespace infra::aws {

namespace {

// The token of the environment goes to nobody but the machine itself, its agent, or a server that shows a certificate.
bool may_be_asked(const std::string& text) {
  const auto url = net::parse_url(text);
  if (!url || url->has_user_info()) return false;
  if (net::is_private(url->origin)) return url->origin.scheme == "https" || url->origin.scheme == "http";
  const auto& host = url->origin.host;
  return url->origin.scheme == "http" &&
         (host == "169.254.170.2" || host == "169.254.170.23" || host == "fd00:ec2::23");
}

}  // namespace

// The credentials that ECS and EKS give a task or a pod.
MaybeCredentials from_container(const SourceContext& context) {
  const auto& around = context.surroundings;
  std::string url;
  if (const auto relative = around.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    url = "http://169.254.170.2" + *relative;
  } else if (const auto full = around.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
    url = *full;
  } else {
    return std::optional<Credentials>();
  }
  if (!may_be_asked(url)) {
    return credentials_error(
        fmt::format("AWS_CONTAINER_CREDENTIALS_FULL_URI is on the host {}, which isn't asked", host_of(url)),
        "only https, loopback and the agents of ECS and EKS are");
  }
  std::vector<std::string> headers = {"Accept: application/json"};
  auto token = around.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (const auto path = around.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    token = around.file(*path);
    if (!token) return credentials_error("the container's token can't be read: " + *path);
    while (!token->empty() && (token->back() == '\n' || token->back() == '\r')) token->pop_back();
  }
  if (token) {
    if (token->find_first_of("\r\n") != std::string::npos) {
      return credentials_error("the container's token has a line break inside");
    }
    headers.push_back("Authorization: " + *token);
  }
  const auto answer = ask(context, url, "GET", headers, std::chrono::seconds(5));
  if (!answer) return answer.error();
  const auto body = from_plain_json(answer->body);
  if (answer->status != 200 || !body) {
    return credentials_error(fmt::format("the container's credentials were refused: HTTP {}", answer->status));
  }
  auto out = read_credentials(*body, "the container's agent");
  if (!out) return out.error();
  return std::optional(*std::move(out));
}

}  // namespace infra::aws
