#include "providers/aws/types/network/interfaces.h"

#include <fmt/format.h>

namespace infra::aws {
namespace {

struct InUse {
  std::string id;
  std::string description;
  bool leaves = false;  // by itself
};

InUse in_use(const Value& interface) {
  InUse out{.id = text_of(interface["networkInterfaceId"]), .description = text_of(interface["description"])};
  out.leaves = out.description.starts_with("ELB ") || out.description.starts_with("arn:aws:ecs:") ||
               out.description.starts_with("Interface for NAT Gateway ") ||
               text_of(interface["requesterId"]).starts_with("amazon-");
  return out;
}

Result<std::vector<InUse>> interfaces_of(const Call& call, const char* filter, const std::string& id) {
  const auto seen = call.ec2("DescribeNetworkInterfaces",
                             params({{"Filter", List{params({{"Name", filter}, {"Value", List{id}}})}}}));
  if (!seen) return seen.error();
  std::vector<InUse> out;
  for (const auto& one : items_of(seen["networkInterfaceSet"])) out.push_back(in_use(one));
  return out;
}

}  // namespace

Result<Ok> delete_when_free(Call& call, const char* operation, const char* parameter, const char* filter) {
  using namespace std::chrono_literals;
  const auto id = last_part(call.id);
  for (auto waited = 0s;; waited += 10s) {
    const auto asked = call.ec2(operation, params({{parameter, id}}));
    if (asked || asked.fault().not_found()) return Ok();
    if (!asked.fault().is({"DependencyViolation", "InvalidGroup.InUse"}) || waited >= 20min) return asked.error();
    const auto users = interfaces_of(call, filter, id);
    if (!users) return users.error();
    for (const auto& user : *users) {
      if (user.leaves) continue;
      return Error{.code = "E0623",
                   .message = fmt::format("{} is used by the network interface {} ({}), which isn't this stack's", id,
                                          user.id, user.description.empty() ? "no description" : user.description),
                   .help = fmt::format("delete {} or move it elsewhere, then run this again", user.id)};
    }
    const auto what = users->empty()
                          ? std::string("what depends on it")
                          : fmt::format("the network interface {} ({})", users->front().id, users->front().description);
    call.say(fmt::format("waiting for the end of {}", what));
    if (!call.account().client.clock().sleep(10s, &call.cancel())) return asked.error();
  }
}

}  // namespace infra::aws
