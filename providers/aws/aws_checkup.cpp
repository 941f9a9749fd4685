#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "providers/at_once.h"
#include "providers/aws/aws_provider.h"
#include "providers/aws/quotas/quota_checks.h"

namespace infra::aws {

namespace {

constexpr std::int64_t kSkewThatIsRefused = 300;  // seconds: AWS takes no request that is further off
constexpr std::int64_t kSkewThatMatters = 30;

Check clock_check(std::int64_t skew) {
  const auto off = std::abs(skew);
  Check out{.what = "clock", .good = off < kSkewThatIsRefused};
  out.detail =
      off < kSkewThatMatters ? "as AWS's" : fmt::format("{} s {} AWS's", off, skew > 0 ? "behind" : "ahead of");
  if (!out.good) out.help = "set it right: timedatectl set-ntp true. infra signs by AWS's clock meanwhile";
  return out;
}

Check credentials_check(const Identity& identity, const std::string& from) {
  return {.what = "credentials", .detail = fmt::format("{}, from {}", identity.arn, from)};
}

// One look at each type, as a plan takes it: what isn't allowed is named with its action.
Check permission_check(const std::vector<Error>& refused, std::size_t asked) {
  if (refused.empty()) return {.what = "permission to look", .detail = fmt::format("{} types of objects", asked)};
  std::string all;
  for (const auto& error : refused) all += (all.empty() ? "" : "; ") + error.message;
  return {.what = "permission to look",
          .good = false,
          .detail = all,
          .help = "`infra docs --iam DIR` prints the least policy that the stack needs"};
}

}  // namespace

std::vector<Check> AwsProvider::checkup(const std::vector<DeclaredObject>& declared) {
  std::vector<std::future<Objects>> asked;
  for (const auto* type : all_types()) {
    asked.push_back(at_once([type, this] { return type->list(account_, {}); }));
  }
  std::map<std::string, Error> refused;  // an action is refused once, however many types want it
  for (auto& one : asked) {
    const auto seen = one.get();
    if (!seen) refused.emplace(seen.error().message, seen.error());
  }
  std::vector<Error> errors;
  errors.reserve(refused.size());
  for (auto& [message, error] : refused) errors.push_back(std::move(error));
  std::vector<Check> out{credentials_check(account_.identity, credentials_from_), clock_check(client_->skew().count()),
                         permission_check(errors, asked.size())};
  for (auto& quota : quota_checks(account_, declared)) out.push_back(std::move(quota));
  return out;
}

}  // namespace infra::aws
