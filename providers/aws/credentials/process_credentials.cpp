#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/aws/api/xml.h"
#include "providers/aws/credentials/sources.h"

namespace infra::aws {

// credential_process: a program of the user's that prints credentials as JSON.
MaybeCredentials from_process(const SourceContext& context) {
  const auto command = context.profiles.get(context.profile, "credential_process");
  if (command.empty()) return std::optional<Credentials>();
  const auto whose = fmt::format("the credential_process of the profile `{}`", context.profile);
  const auto output = context.surroundings.run(command);
  if (!output) {
    return credentials_error(fmt::format("{} failed: {}", whose, output.error().message),
                             fmt::format("run it by hand: {}", command));
  }
  const auto body = from_plain_json(*output);
  if (!body) return credentials_error(whose + " printed what isn't JSON");  // not its text: that is a secret
  if ((*body)["Version"] != Value(1)) {
    return credentials_error(fmt::format("{} printed a Version other than 1", whose));
  }
  auto out = read_credentials(*body, whose);
  if (!out) return out.error();
  return std::optional(*std::move(out));
}

}  // namespace infra::aws
