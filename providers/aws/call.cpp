#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/aws_names.h"
#include "providers/aws/aws_type.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr auto kThingsAreNew = 60s;
constexpr auto kLongest = 2min;  // that is waited for what is new

bool begins_with(std::string_view operation, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return operation.starts_with(word); });
}

bool only_reads(std::string_view operation) {
  return begins_with(operation, {"Describe", "List", "Get", "BatchGet", "BatchCheck"});
}

// Where "not found" is as good as done.
bool takes_away(std::string_view operation) {
  return begins_with(operation, {"Delete", "Detach", "Deregister", "Remove", "Revoke", "Disassociate"});
}

}  // namespace

Reply Call::call(std::string_view service, std::string_view operation, const Value& parameters) const {
  auto& client = account_.client;
  auto& fresh = *account_.fresh;
  const auto young = [&](SysTime since, auto span) { return client.clock().now() - since < span; };
  for (auto waited = 0ms;; waited += 2'000ms) {
    auto reply = client.call(service, operation, parameters, &cancel_);
    if (!makes || only_reads(operation)) return reply;
    if (reply) {
      fresh.anything = client.clock().now();
      if (service == "iam") fresh.roles.note(parameters, client.clock().now());
      return reply;
    }
    const auto& fault = reply.fault();
    const bool unseen = fault.not_found() && !takes_away(operation) && young(fresh.anything.load(), kThingsAreNew);
    const bool role = role_is_refused(fault.message);
    if ((!unseen && !role) || waited >= kLongest) return reply;
    if (role) {
      if (auto wrong = refused_role(service, parameters, fault)) return *std::move(wrong);
    }
    if (!client.clock().sleep(2s, &cancel_)) return reply;
  }
}

std::optional<Fault> Call::refused_role(std::string_view service, const Value& parameters, const Fault& fault) const {
  auto named = roles_in(fault.message);
  if (named.empty()) named = roles_in(json_body(parameters));
  const auto roles = look_at_roles(account_, named, taker_of(service));
  if (roles.wrong.empty() && roles.new_ones) return std::nullopt;
  auto out = fault;
  if (!roles.wrong.empty()) out.message += (out.message.ends_with('.') ? " " : ": ") + roles.wrong;
  return out;
}

bool Call::differs(const char* input) const {
  return drifted(input) || request_.inputs[input] != recorded_inputs[input];
}

Tags Call::tags() const {
  Tags out;
  if (const auto* labels = request_.inputs["labels"].map()) {
    for (const auto& [name, value] : *labels) out[name] = text_of(value);
  }
  for (auto& [name, value] : tags_of({.stack = account_.owner.stack,
                             .lineage = account_.owner.lineage,
                             .address = request_.address,
                             .token = request_.token,
                             .spec = request_.spec_hash,
                             .type = request_.type})) {
    out[name] = value;
  }
  return out;
}

List Call::tag_specification(const char* resource_type) const {
  auto all = tags();
  all.emplace("Name", escaped(request_.address.owner().text()));
  return {params({{"ResourceType", resource_type}, {"Tag", tag_list(all)}})};
}

std::string Call::client_token() const {
  return attempt > 1 ? fmt::format("{}-{}", request_.token, attempt) : request_.token;
}

std::string Call::unique(std::size_t longest) const {
  return unique_name(account_.owner.stack, request_.address.path + "-" + request_.address.part, request_.token,
                     longest);
}

Reply Call::insist(const std::function<Reply()>& ask, const std::function<bool(const Fault&)>& again,
                   std::chrono::milliseconds every, std::chrono::milliseconds deadline) const {
  for (auto waited = std::chrono::milliseconds{0};; waited += every) {
    auto reply = ask();
    if (reply || !again(reply.fault()) || waited >= deadline) return reply;
    if (!account_.client.clock().sleep(every, &cancel_)) return reply;
  }
}

bool is_own(const Account& account, const Tags& tags) {
  const auto mark = mark_of(tags);
  return mark && mark->lineage == account.owner.lineage;
}

Error taken(std::string_view what, const std::string& name) {
  return {.code = "E0628",
          .message = fmt::format("there is a {} `{}` already, which this stack didn't make", what, name),
          .help = kHelpOfTaken};
}

}  // namespace infra::aws
