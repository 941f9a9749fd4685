#include "providers/aws/account_guard.h"

#include <fmt/format.h>

namespace infra::aws {

Result<Identity> who_we_are(Client& client) {
  const auto answer = client.call("sts", "GetCallerIdentity", Value(Map()));
  if (!answer) return answer.error();
  Identity out{.region = client.region(), .account = text_of(answer["Account"]), .arn = text_of(answer["Arn"])};
  out.partition = parse_arn(out.arn).partition;
  if (out.partition.empty()) out.partition = partition_of(out.region);
  if (out.account.empty()) {
    return Error{.code = "E0621", .message = "sts:GetCallerIdentity was answered without an account"};
  }
  return out;
}

Result<Ok> check_account(const Identity& identity, const std::vector<KnownObject>& known, const std::string& platform) {
  for (const auto& object : known) {
    const auto arn = parse_arn(object.id);
    const bool other_account = !arn.account.empty() && arn.account != identity.account;
    const bool other_region = !arn.region.empty() && arn.region != identity.region;
    if (!other_account && !other_region) continue;
    const auto what = other_account ? fmt::format("account {}", arn.account) : fmt::format("region {}", arn.region);
    const auto here = other_account ? identity.account : identity.region;
    return Error{
        .code = "E0624",
        .message = fmt::format("{} is recorded in {}, and the platform `{}` is now {}", object.address.text(), what,
                               platform, here),
        .help = other_account
                    ? fmt::format("use the profile or credentials of account {} (now: {})", arn.account, identity.arn)
                    : fmt::format("set `region = \"{}\"`, or destroy the stack there first", arn.region)};
  }
  return Ok();
}

}  // namespace infra::aws
