#include "providers/nodes/balancer/balancers_seen.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/values/codec.h"
#include "providers/http.h"
#include "providers/nodes/balancer/runtime.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/tasks/container_list.h"

namespace infra::nodes::balancer {

namespace {

// "shop-front-ab12cd" without what its token has added.
std::string name_without_token(const Value& entry) {
  auto name = listed_name(entry);
  const auto end = "-" + text_of(entry["Labels"]["infra.token"]).substr(0, 6);
  if (name.ends_with(end)) name.resize(name.size() - end.size());
  return name;
}

std::optional<BalancerSeen> seen_in(const Value& entry) {
  const auto& labels = entry["Labels"];
  auto address = Address::parse(text_of(labels["infra.address"]));
  if (!address || text_of(labels["infra.type"]) != "load_balancer") return std::nullopt;
  return BalancerSeen{.container = text_of(entry["Id"]),
                      .name = name_without_token(entry),
                      .owner = {.stack = text_of(labels["infra.stack"]), .lineage = text_of(labels["infra.lineage"])},
                      .address = address->owner(),
                      .gateway = text_of(labels[kGatewayLabel]),
                      .alias = text_of(labels[kAliasLabel]),
                      .running = text_of(entry["State"]) == "running"};
}

std::optional<Error> unusable(const std::vector<BalancerPlace>& found, const Ownership& reader,
                              const std::string& name) {
  const auto& first = found.front().seen;
  if (first.owner == reader) {
    return Error{.code = "E0714",
                 .message = fmt::format("{} is this stack's own", first.address.text()),
                 .help = "refer to its declaration: front.web is the listener `web` of load_balancer `front`"};
  }
  const auto other = std::find_if(found.begin(), found.end(),
                                  [&](const BalancerPlace& one) { return one.seen.identity() != first.identity(); });
  if (other == found.end()) return std::nullopt;
  return Error{.code = "E0714",
               .message = fmt::format("two load balancers are called {}: of stack {} on node `{}`, and of stack {} on "
                                      "node `{}`",
                                      name, first.owner.stack, found.front().engine->node(), other->seen.owner.stack,
                                      other->engine->node()),
               .help = "give one of the two another name"};
}

// Any one that runs tells.
Result<std::optional<ListenerSeen>> listener_at(const std::vector<BalancerPlace>& found, int port) {
  std::optional<Error> silent;
  for (const auto& one : found) {
    auto parts = configured(*one.engine, one.seen.container);
    if (!parts) {
      if (!silent) silent = std::move(parts).error();
      continue;
    }
    const auto* own = parts->find(kOwnPart);
    const auto all = own != nullptr ? listeners_in(own->text) : std::vector<ListenerSeen>();
    const auto at = std::find_if(all.begin(), all.end(), [&](const ListenerSeen& seen) { return seen.port == port; });
    return at != all.end() ? std::optional(*at) : std::nullopt;
  }
  return *std::move(silent);
}

}  // namespace

std::string identity_of(const Ownership& owner, const Address& address) {
  return fmt::format("{}/{}", owner.lineage, address.owner().text());
}

Result<std::vector<BalancerSeen>> balancers_on(Engine& engine) {
  std::vector<BalancerSeen> out;
  const Value filters = Map(std::vector<Entry>{{"label", List(1, Value("infra.type=load_balancer"))}});
  auto reply = engine.list("/containers/json?all=1&filters=" + http::url_encoded(to_plain_json(filters)),
                           shapes::listed_container(), [&](const Value& entry) {
                             if (auto one = seen_in(entry)) out.push_back(*std::move(one));
                           });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its load balancers");
  return out;
}

Result<std::vector<BalancerPlace>> balancers_where(const Engines& engines,
                                                   const std::function<bool(const BalancerSeen&)>& wanted) {
  std::vector<BalancerPlace> out;
  std::optional<Error> silent;
  for (const auto& [node, engine] : engines) {
    auto here = balancers_on(*engine);
    if (!here) {
      if (!silent) silent = std::move(here).error();
      continue;
    }
    for (auto& one : *here) {
      if (wanted(one)) out.push_back({.engine = engine.get(), .seen = std::move(one)});
    }
  }
  if (out.empty() && silent) return *std::move(silent);
  return out;
}

Result<std::optional<FoundObject>> find_balancer(const Engines& engines, const Ownership& reader,
                                                 const std::string& type, const std::string& id,
                                                 const std::function<std::string(const std::string&)>& host_of) {
  const auto colon = type == "listener" ? id.rfind(':') : std::string::npos;
  if (type == "listener" && colon == std::string::npos) return std::optional<FoundObject>();
  const auto name = id.substr(0, colon);
  auto found =
      balancers_where(engines, [&](const BalancerSeen& one) { return one.name == name || one.container == name; });
  if (!found) return std::move(found).error();
  if (found->empty()) return std::optional<FoundObject>();
  if (auto why = unusable(*found, reader, name)) return *std::move(why);
  const auto& first = found->front();
  Map inputs({{"balancer", first.seen.identity()}, {"address", first.seen.at(host_of(first.engine->node()))}});
  FoundObject out{.object = {.type = type, .id = id}, .inputs = {}, .owner = first.seen.owner};
  if (type == "listener") {
    int port = 0;
    std::from_chars(id.data() + colon + 1, id.data() + id.size(), port);
    auto listener = listener_at(*found, port);
    if (!listener) return std::move(listener).error();
    if (!*listener) return std::optional<FoundObject>();
    inputs.set("port", port);
    inputs.set("protocol", (*listener)->protocol);
  }
  out.inputs = std::move(inputs);
  return std::optional(std::move(out));
}

}  // namespace infra::nodes::balancer
