#include "providers/aws/quotas/quota_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "providers/at_once.h"
#include "providers/aws/quotas/quota.h"

namespace infra::aws {

namespace {

struct Limit {
  double value = 0;  // in what Service Quotas counts
  bool adjustable = true;
};

// One place of a quota, in what is counted.
struct Balance {
  std::string where;  // empty: the region
  std::int64_t used = 0, needed = 0, limit = 0;
  [[nodiscard]] std::int64_t left() const { return limit - used - needed; }
};

// What was never raised, some services know only as a default.
Reply ask_limit(Account& account, const Quota& quota) {
  const auto which = params({{"ServiceCode", quota.service}, {"QuotaCode", quota.code}});
  auto own = account.client.call("servicequotas", "GetServiceQuota", Value(which));
  if (own || !own.fault().not_found()) return own;
  return account.client.call("servicequotas", "GetAWSDefaultServiceQuota", Value(which));
}

Limit read_limit(const Value& quota) {
  const auto* exact = quota["Value"].get<double>();
  const auto& adjustable = quota["Adjustable"];
  return {.value = exact != nullptr ? *exact : static_cast<double>(number_of(quota["Value"])),
          .adjustable = adjustable.is_null() || flag_of(adjustable)};
}

Check unread(const Quota& quota, const Fault& fault) {
  return {.what = fmt::format("quota of {}", quota.name),
          .good = false,
          .needed = false,
          .detail = error_of(fault).message,
          .help =
              "allow servicequotas:GetServiceQuota and servicequotas:GetAWSDefaultServiceQuota, or look at it in "
              "the Service Quotas console"};
}

// "0.25" of 256 units of a vCPU.
std::string in_quota(std::int64_t amount, const Quota& quota) {
  return fmt::format("{:.6g}", static_cast<double>(amount) / static_cast<double>(quota.unit));
}

std::string remedy(const Account& account, const Quota& quota, const Balance& balance, bool adjustable) {
  constexpr const char* kLess = "remove what isn't needed";
  if (!adjustable) return fmt::format("{}: AWS doesn't raise this quota", kLess);
  const auto unit = quota.unit;
  const auto wanted = (balance.used + std::max<std::int64_t>(balance.needed, unit) + unit - 1) / unit;
  return fmt::format(
      "{}, or ask for more: aws service-quotas request-service-quota-increase --region {} --service-code {} "
      "--quota-code {} --desired-value {}",
      kLess, account.client.region(), quota.service, quota.code, wanted);
}

Check judge(const Account& account, const Quota& quota, const Balance& balance, bool adjustable) {
  Check out{.what = fmt::format("quota of {}{}", quota.name,
                                balance.where.empty() ? "" : fmt::format(" ({})", balance.where))};
  out.good = balance.left() >= 0;
  out.detail = fmt::format("{} of {} are used, the stack needs {}", in_quota(balance.used, quota),
                           in_quota(balance.limit, quota),
                           balance.needed == 0 ? "no more" : in_quota(balance.needed, quota) + " more");
  if (!out.good) {
    out.needed = balance.needed > 0;
    out.help = remedy(account, quota, balance, adjustable);
  }
  return out;
}

// What there is in each place that the stack needs more in; if there is none, in one.
std::vector<Balance> balances_of(Account& account, std::vector<Need> needs, const Quota& quota, std::int64_t limit) {
  std::ranges::stable_sort(needs, std::ranges::greater(), &Need::amount);
  std::vector<Balance> out;
  for (const auto& need : needs) {
    if (need.amount == 0 && !out.empty()) break;
    Balance balance{.where = need.where, .needed = need.amount, .limit = limit};
    if (!need.id.empty() || quota.place.empty()) {
      const auto used = quota.used(account, need.id);
      if (!used) continue;  // what may not be looked at is told among the permissions
      balance.used = *used;
    }
    out.push_back(std::move(balance));
  }
  return out;
}

// Every place that has too little; else the one with the least left.
std::vector<Check> checks_of(Account& account, const DeclaredObjects& declared, const Quota& quota) {
  const auto needs = needs_of(declared, quota.counted, quota.place);
  if (needs.empty()) return {};
  const auto answer = ask_limit(account, quota);
  if (!answer) return answer.fault().not_found() ? std::vector<Check>() : std::vector{unread(quota, answer.fault())};
  const auto limit = read_limit(answer["Quota"]);
  const auto most = std::llround(std::floor(limit.value * static_cast<double>(quota.unit)));
  auto all = balances_of(account, needs, quota, most);
  std::ranges::stable_sort(all, {}, &Balance::left);
  std::vector<Check> out;
  for (const auto& balance : all) {
    if (!out.empty() && balance.left() >= 0) break;
    out.push_back(judge(account, quota, balance, limit.adjustable));
  }
  return out;
}

}  // namespace

std::vector<Check> quota_checks(Account& account, const std::vector<DeclaredObject>& declared) {
  const DeclaredObjects objects(declared);
  std::vector<std::future<std::vector<Check>>> asked;
  for (const auto& quota : all_quotas()) {
    asked.push_back(at_once([&] { return checks_of(account, objects, quota); }));
  }
  std::vector<Check> out;
  for (auto& one : asked) {
    for (auto& check : one.get()) out.push_back(std::move(check));
  }
  return out;
}

}  // namespace infra::aws
