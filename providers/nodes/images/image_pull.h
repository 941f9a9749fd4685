// Making sure that an image is on a node.
#pragma once
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes {

struct Credentials {
  std::string username, password;
  std::string ca = {};  // PEM: the certificate of a registry that the stack runs
  [[nodiscard]] bool any() const { return !username.empty(); }
};
Credentials credentials_of(const Value& inputs);

// "X-Registry-Auth: …"; anonymous too, for a push must carry it.
std::string auth_header(const Credentials& credentials, const std::string& host);

// May they be sent to the engine? See Engine::check_may_have_password.
Result<Ok> check_may_send(const Engine& engine, const Credentials& credentials);

// Before the engine talks to `host`, if its certificate is one that it must be told to trust.
Result<Ok> trust_if_needed(const Context& context, const Credentials& credentials, const std::string& host);

// Pulled if it isn't there. By its full name, read to the end of the stream.
Result<Ok> ensure_image(const Context& context, const std::string& image, const Credentials& credentials);

}  // namespace infra::nodes
