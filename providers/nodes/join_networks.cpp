#include "providers/nodes/join_networks.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/nodes/engine_errors.h"
#include "providers/nodes/overlay/slow_agent.h"

namespace infra::nodes {

namespace {

Value endpoint(const Value& aliases) {
  Map out;
  if (aliases.list() != nullptr) out.set("Aliases", aliases);
  return Value(std::move(out));
}

}  // namespace

std::vector<std::string> networks_in(const Value& list) {
  std::vector<std::string> out;
  if (list.list() == nullptr) return out;
  for (const auto& network : *list.list()) out.push_back(text_of(network));
  return out;
}

Value first_endpoint(const std::vector<std::string>& networks, const Value& aliases) {
  if (networks.empty()) return Map();
  return Map(std::vector<Entry>{{"EndpointsConfig", Map(std::vector<Entry>{{networks.front(), endpoint(aliases)}})}});
}

Result<Ok> join_others(const Context& context, const std::string& id, const std::vector<std::string>& networks,
                       const Value& aliases, std::string_view what) {
  for (std::size_t i = 1; i < networks.size(); ++i) {
    http::Request call{.method = "POST", .path = fmt::format("/networks/{}/connect", networks[i])};
    call.headers.emplace_back("Content-Type: application/json");
    call.body = to_plain_json(Map({{"Container", id}, {"EndpointConfig", endpoint(aliases)}}));
    auto joined = overlay::ask_slow_agent(
        context, [&] { return context.engine.raw(http::Request(call), {.cancel = &context.cancel}); });
    if (!joined) return std::move(joined).error();
    if (joined->ok()) continue;
    auto gone = network_gone(context.engine, std::string(what), joined->message);
    return gone ? *std::move(gone) : context.engine.refused(*joined, fmt::format("connect {} with a network", what));
  }
  return Ok{};
}

}  // namespace infra::nodes
