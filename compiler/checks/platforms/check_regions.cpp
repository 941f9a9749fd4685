#include <fmt/format.h>

#include <algorithm>

#include "base/text/likeness.h"
#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "facts/aws_regions.h"

namespace infra::checks {
namespace {

// What one platform of AWS knows of itself; the region may come from a profile, and is empty then.
struct Account {
  const PlatformDecl& platform;
  std::string region;
};

Label runs_there(const Account& account) {
  return {account.platform.place("region"), fmt::format("the platform is in {}", account.region)};
}

void check_region(const PlatformDecl& platform, Diagnostics& diagnostics) {
  const auto* region = platform.config["region"].string();
  const auto& all = facts::aws_regions();
  if (region == nullptr || std::find(all.begin(), all.end(), *region) != all.end()) return;
  if (!platform.config["endpoint"].is_null()) return;  // another API than Amazon's has regions of its own
  const auto near = did_you_mean(*region, all);
  auto& diagnostic = diagnostics.warning(
      "E0416", platform.place("region"), fmt::format("AWS has no region {} that this version knows", *region),
      "unknown region",
      near.empty() ? "" : fmt::format("did you mean {}? A region that is newer is taken as it is", near));
  if (!near.empty()) diagnostic.fixes.push_back({platform.place("region"), to_source(Value(near))});
}

// "euw1-az1": the id of a zone, which means the same zone in each account; its name is what subnets take.
bool is_zone_id(std::string_view zone) { return zone.find("-az") != std::string_view::npos; }

bool could_be_zone(std::string_view zone) {
  if (zone.size() == 1) return facts::zone_of_region("", zone);
  const auto& all = facts::aws_regions();
  return std::any_of(all.begin(), all.end(),
                     [&](const std::string& region) { return facts::zone_of_region(region, zone); });
}

void check_zone(const Resource& subnet, const Account& account, Diagnostics& diagnostics) {
  const auto* zone = subnet.config["zone"].string();
  if (zone == nullptr) return;
  const bool fits = account.region.empty() ? could_be_zone(*zone) : facts::zone_of_region(account.region, *zone);
  if (fits) return;
  const auto example =
      account.region.empty() ? "\"a\" or \"eu-west-1a\"" : fmt::format("\"a\", which is {}a", account.region);
  auto& diagnostic = diagnostics.error(
      "E0416", subnet.place("zone"),
      account.region.empty()
          ? fmt::format("{} is in {}, which is no zone of AWS", named(subnet), to_source(Value(*zone)))
          : fmt::format("{} is in {}, which is no zone of {}", named(subnet), to_source(Value(*zone)), account.region),
      is_zone_id(*zone) ? "an id, and no name of a zone" : "no zone there", fmt::format("write {}", example));
  if (account.region.empty()) return;
  diagnostic.secondary.push_back(runs_there(account));
  const auto letter = zone->substr(zone->empty() ? 0 : zone->size() - 1);
  if (!could_be_zone(*zone) || !facts::zone_of_region(account.region, letter)) return;
  diagnostic.help = fmt::format("write {}, which is {}{}", to_source(Value(letter)), account.region, letter);
  diagnostic.fixes.push_back({subnet.place("zone"), to_source(Value(letter))});
}

void report_arn(const Resource& resource, std::string_view path, const std::string& text, std::string label,
                std::string help, const Account& account, bool region, Diagnostics& diagnostics) {
  auto& diagnostic =
      diagnostics.error("E0416", resource.place(path),
                        fmt::format("`{}` of {} is {}, which AWS doesn't take", path.substr(path.rfind('.') + 1),
                                    named(resource), to_source(Value(text))),
                        std::move(label), std::move(help));
  if (region && !account.region.empty()) diagnostic.secondary.push_back(runs_there(account));
}

bool is_account(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What is wrong with any ARN; true: something was.
bool check_form(const Resource& resource, std::string_view path, const std::string& text,
                const std::optional<facts::Arn>& arn, const Account& account, Diagnostics& diagnostics) {
  const auto say = [&](std::string label, std::string help, bool region = false) {
    report_arn(resource, path, text, std::move(label), std::move(help), account, region, diagnostics);
    return true;
  };
  if (!arn) return say("not a whole ARN", "an ARN is arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE");
  if (!is_account(arn->account)) return say("without an account", "copy the ARN as AWS shows it");
  if (arn->account.size() != 12) {
    diagnostics.warning("E0416", resource.place(path),
                        fmt::format("no account of AWS is called {}: `{}` of {} is a placeholder", arn->account,
                                    path.substr(path.rfind('.') + 1), named(resource)),
                        "an account has 12 digits", "copy the ARN as AWS shows it");
  }
  const auto partition = facts::aws_partition(account.region);
  if (account.region.empty() || arn->partition == partition) return false;
  return say(fmt::format("of the partition {}", arn->partition),
             fmt::format("{} belongs to the partition {}", account.region, partition), true);
}

void check_certificate(const Resource& listener, const Account& account, Diagnostics& diagnostics) {
  const auto* text = listener.config["certificate"].string();
  if (text == nullptr || !text->starts_with("arn:")) return;  // the name of a file
  const auto arn = facts::parse_arn(*text);
  if (check_form(listener, "certificate", *text, arn, account, diagnostics)) return;
  if (arn->service != "acm" && arn->service != "iam") {
    report_arn(listener, "certificate", *text, fmt::format("an ARN of {}", arn->service),
               "a listener takes certificates of ACM or IAM", account, false, diagnostics);
  } else if (arn->service == "acm" && !account.region.empty() && arn->region != account.region) {
    report_arn(listener, "certificate", *text, fmt::format("in {}", arn->region),
               fmt::format("a certificate belongs in the region of its load balancer: request or import it in {}",
                           account.region),
               account, true, diagnostics);
  }
}

void check_role(const Resource& task, std::string_view path, const Account& account, Diagnostics& diagnostics) {
  const auto* text = task.config["aws"][path.substr(path.find('.') + 1)].string();
  if (text == nullptr) return;
  const auto arn = facts::parse_arn(*text);
  if (check_form(task, path, *text, arn, account, diagnostics)) return;
  const auto say = [&](std::string label, std::string help) {
    report_arn(task, path, *text, std::move(label), std::move(help), account, false, diagnostics);
  };
  if (arn->service != "iam" || !arn->resource.starts_with("role/")) {
    say("not the ARN of a role", "a role's ARN is like arn:aws:iam::123456789012:role/NAME");
  } else if (!arn->region.empty()) {
    say("roles have no region", "leave the region out: arn:aws:iam::123456789012:role/NAME");
  }
}

}  // namespace

void regions(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& platform : input.graph.platforms) {
    if (platform.kind == "aws") check_region(platform, diagnostics);
  }
  for (const auto& resource : input.graph.resources) {
    const auto* platform = input.graph.platform(resource.platform);
    if (platform == nullptr || platform->kind != "aws") continue;
    const auto* region = platform->config["region"].string();
    const Account account{*platform, region != nullptr ? *region : ""};
    const auto& kind = resource.address.kind;
    if (kind == "subnet") check_zone(resource, account, diagnostics);
    if (kind == "listener") check_certificate(resource, account, diagnostics);
    if (kind != "task") continue;
    for (const auto* role : {"aws.task_role", "aws.execution_role"}) check_role(resource, role, account, diagnostics);
  }
}

}  // namespace infra::checks
