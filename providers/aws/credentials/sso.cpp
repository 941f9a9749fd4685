#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/values/codec.h"
#include "providers/aws/api/xml.h"
#include "providers/aws/credentials/sources.h"
#include "providers/http.h"

namespace infra::aws {

namespace {

// SHA-1 is how the AWS command line names the files of its cache; nothing rests on its strength.
std::string sha1_hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

struct Sso {
  std::string session;  // empty: the older form, whose start URL stands in the profile itself
  std::string start_url, region, account, role;
};

Result<std::optional<Sso>> sso_of(const SourceContext& context) {
  const auto value = [&](const char* key) { return context.profiles.get(context.profile, key); };
  Sso out{.session = value("sso_session"),
          .start_url = value("sso_start_url"),
          .region = value("sso_region"),
          .account = value("sso_account_id"),
          .role = value("sso_role_name")};
  if (out.session.empty() && out.start_url.empty()) return std::optional<Sso>();
  if (!out.session.empty()) {
    const auto* section = context.profiles.sso_session(out.session);
    if (section == nullptr) {
      return credentials_error(
          fmt::format("the profile `{}` has sso_session = {}, which there isn't", context.profile, out.session));
    }
    const auto of_session = [&](const char* key) {
      const auto at = section->find(key);
      return at != section->end() ? at->second : std::string();
    };
    out.start_url = of_session("sso_start_url");
    out.region = of_session("sso_region");
  }
  if (out.account.empty() || out.role.empty() || out.region.empty()) {
    return credentials_error(
        fmt::format("the profile `{}` lacks sso_account_id, sso_role_name or sso_region", context.profile));
  }
  return std::optional(std::move(out));
}

Error login_again(const SourceContext& context) {
  return credentials_error(fmt::format("the login of the profile `{}` has expired or there was none", context.profile),
                           fmt::format("aws sso login --profile {}", context.profile));
}

}  // namespace

// The token that `aws sso login` left in its cache, for which the portal gives a role's credentials.
MaybeCredentials from_sso(const SourceContext& context) {
  const auto sso = sso_of(context);
  if (!sso) return sso.error();
  if (!*sso) return std::optional<Credentials>();
  const auto& login = **sso;
  const auto name = sha1_hex(login.session.empty() ? login.start_url : login.session);
  const auto cached = context.surroundings.file(context.surroundings.home_path(".aws/sso/cache/" + name + ".json"));
  if (!cached) return login_again(context);
  const auto token = from_plain_json(*cached);
  if (!token) return login_again(context);
  const auto end = parse_time(text_of((*token)["expiresAt"]));
  const auto text = text_of((*token)["accessToken"]);
  if (!end || text.empty() || *end <= context.surroundings.clock->now()) return login_again(context);
  const auto base = context.surroundings.variable_or(
      "AWS_ENDPOINT_URL_SSO", fmt::format("https://portal.sso.{}.{}", login.region, domain_of(login.region)));
  const auto url = fmt::format("{}/federation/credentials?account_id={}&role_name={}", base,
                               http::url_encoded(login.account), http::url_encoded(login.role));
  const auto answer = ask(context, url, "GET", {"x-amz-sso_bearer_token: " + text, "Accept: application/json"},
                          std::chrono::seconds(10));
  if (!answer) return answer.error();
  if (answer->status == 401) return login_again(context);
  const auto body = from_plain_json(answer->body);
  if (answer->status != 200 || !body) {
    return credentials_error(fmt::format("the SSO portal refused the role {} in account {}: HTTP {}", login.role,
                                         login.account, answer->status),
                             "check sso_account_id and sso_role_name, and that the role is assigned to you");
  }
  const auto& role = (*body)["roleCredentials"];
  Credentials out{.id = text_of(role["accessKeyId"]),
                  .secret = text_of(role["secretAccessKey"]),
                  .token = text_of(role["sessionToken"]),
                  .expires = SysTime(std::chrono::milliseconds(number_of(role["expiration"])))};
  if (out.id.empty() || out.secret.empty()) return credentials_error("the SSO portal gave no credentials");
  return std::optional(std::move(out));
}

}  // namespace infra::aws
