#include "providers/nodes/images/image_pull.h"

#include <fmt/format.h>

#include "base/net/base64.h"
#include "base/text/image_reference.h"
#include "base/values/codec.h"
#include "providers/nodes/engine_errors.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/pull_progress.h"
#include "providers/nodes/registry/trust.h"

namespace infra::nodes {

Credentials credentials_of(const Value& inputs) {
  return {
      .username = text_of(inputs["username"]), .password = text_of(inputs["password"]), .ca = text_of(inputs["ca"])};
}

Result<Ok> check_may_send(const Engine& engine, const Credentials& credentials) {
  return credentials.any() ? engine.check_may_have_password() : Ok{};
}

Result<Ok> trust_if_needed(const Context& context, const Credentials& credentials, const std::string& host) {
  return credentials.ca.empty() ? Result<Ok>(Ok{}) : trust_registry(context, host, credentials.ca);
}

std::string auth_header(const Credentials& credentials, const std::string& host) {
  Map auth;
  if (credentials.any()) {
    // Docker Hub's credentials are known under the address that its first version had.
    auth = Map({{"username", credentials.username},
                {"password", credentials.password},
                {"serveraddress", host == "docker.io" ? "https://index.docker.io/v1/" : host}});
  }
  return "X-Registry-Auth: " + net::base64_url(to_plain_json(Value(std::move(auth))));
}

namespace {

bool is_id(std::string_view image) { return image.starts_with("sha256:"); }

Result<bool> is_present(const Context& context, const std::string& image) {
  auto reply = context.engine.get(fmt::format("/images/{}/json", image), shapes::image(), {.cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (reply->status == 404) return false;
  if (!reply->ok()) return context.engine.refused(*reply, "look for the image " + image);
  return true;
}

// Without a tag Docker would pull all of them, so there always is one, or a digest.
std::string pull_path(const registry::Reference& reference) {
  const auto& version = reference.digest.empty() ? reference.tag : reference.digest;
  return fmt::format("/images/create?fromImage={}&tag={}", http::url_encoded(reference.name()),
                     http::url_encoded(version));
}

Result<Ok> pull(const Context& context, const std::string& image, const Credentials& credentials) {
  const auto reference = registry::parse_reference(image);
  std::string problem;
  PullProgress progress(image, PullProgress::Clock::now());
  CallOptions options{.cancel = &context.cancel};
  if (auto may = check_may_send(context.engine, credentials); !may) return may;
  if (auto trusts = trust_if_needed(context, credentials, reference.host); !trusts) return trusts;
  if (credentials.any()) options.headers.push_back(auth_header(credentials, reference.host));
  auto reply = context.engine.stream(
      pull_path(reference), {},
      [&](const Value& object) {
        if (problem.empty()) problem = text_of(object["error"]);
        if (auto line = progress.take(object, PullProgress::Clock::now())) context.say(*std::move(line));
      },
      options);
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) problem = reply->message;
  if (!problem.empty()) return transfer_error(context.engine, image, problem, credentials.any());
  return Ok{};
}

}  // namespace

Result<Ok> ensure_image(const Context& context, const std::string& image, const Credentials& credentials) {
  auto present = is_present(context, image);
  if (!present) return std::move(present).error();
  if (*present) return Ok{};
  if (is_id(image)) {
    return Error{.code = "E0604",
                 .message = fmt::format("the image {} isn't on node `{}` any more, and was pushed nowhere", image,
                                        context.engine.node()),
                 .help =
                     "give the image a repository (`to`), or build it anew: remove it from the stack and apply, then "
                     "add it again"};
  }
  context.say("pulling " + image);
  auto pulled = pull(context, image, credentials);
  if (!pulled)
    return std::move(pulled).take_error(fmt::format("pulling {} on node `{}`", image, context.engine.node()));
  return Ok{};
}

}  // namespace infra::nodes
