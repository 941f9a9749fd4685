#include "providers/nodes/balancer/kept_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/values/codec.h"
#include "providers/engine/foreign_routes.h"
#include "providers/http.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/volumes/node_volumes.h"

namespace infra::nodes::balancer {

namespace {

std::string volume_of(const std::string& token, int version) {
  return fmt::format("{}{}-{}", kRoutesVolume, token, version);
}

std::optional<KeptRoutes> read_volume(const Value& volume) {
  const auto& labels = volume["Labels"];
  const auto name = text_of(volume["Name"]);
  auto address = Address::parse(text_of(labels["infra.address"]));
  if (text_of(labels["infra.type"]) != engine::kBalancerRoute || !address) return std::nullopt;
  KeptRoutes out{.token = text_of(labels["infra.token"]),
                 .owner = {.stack = text_of(labels["infra.stack"]), .lineage = text_of(labels["infra.lineage"])},
                 .address = *std::move(address),
                 .spec_hash = text_of(labels["infra.spec"]),
                 .balancer = text_of(labels["infra.balancer"]),
                 .part = text_of(labels["infra.part"])};
  const auto start = name.rfind('-') + 1;
  std::from_chars(name.data() + start, name.data() + name.size(), out.version);
  return name == volume_of(out.token, out.version) ? std::optional(std::move(out)) : std::nullopt;
}

// All versions.
Result<std::vector<KeptRoutes>> volumes_on(Engine& engine) {
  const Value filters =
      Map(std::vector<Entry>{{"label", List(1, Value(fmt::format("infra.type={}", engine::kBalancerRoute)))}});
  auto reply = engine.get("/volumes?filters=" + http::url_encoded(to_plain_json(filters)), shapes::listed_volumes());
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list what is routed through its load balancers");
  std::vector<KeptRoutes> out;
  for (const auto& volume : reply->body["Volumes"].list() != nullptr ? *reply->body["Volumes"].list() : List()) {
    if (auto one = read_volume(volume)) out.push_back(*std::move(one));
  }
  return out;
}

Result<Ok> remove_volume(const Context& context, const std::string& name) {
  auto reply = context.engine.remove("/volumes/" + name);
  if (!reply) return std::move(reply).error();
  if (!reply->ok() && reply->status != 404) return context.engine.refused(*reply, "remove the volume " + name);
  return Ok{};
}

Result<Ok> make_volume(const Context& context, const KeptRoutes& routes) {
  const CreateRequest request{.address = routes.address,
                              .type = engine::kBalancerRoute,
                              .inputs = {},
                              .spec_hash = routes.spec_hash,
                              .token = routes.token};
  auto labels = labels_for(routes.owner, request);
  labels.set("infra.balancer", routes.balancer);
  labels.set("infra.part", routes.part);
  const auto name = volume_of(routes.token, routes.version);
  const Value body = Map({{"Name", name}, {"Labels", std::move(labels)}});
  auto reply = context.engine.post("/volumes/create", body, shapes::volume(), {.cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "make the volume " + name);
  return Ok{};
}

}  // namespace

Result<std::vector<KeptRoutes>> routes_on(Engine& engine) {
  auto all = volumes_on(engine);
  if (!all) return all;
  std::map<std::string, KeptRoutes> newest;
  for (auto& one : *all) {
    const auto at = newest.find(one.token);
    if (at == newest.end() || at->second.version < one.version) newest.insert_or_assign(one.token, std::move(one));
  }
  std::vector<KeptRoutes> out;
  out.reserve(newest.size());
  for (auto& [token, one] : newest) out.push_back(std::move(one));
  return out;
}

namespace {

std::map<std::string, KeptRoutes> newest_of(const Engines& engines,
                                            const std::function<bool(const KeptRoutes&)>& wanted) {
  std::map<std::string, KeptRoutes> out;
  for (const auto& [node, engine] : engines) {
    auto here = routes_on(*engine);
    if (!here) continue;
    for (auto& one : *here) {
      if (!wanted(one)) continue;
      const auto at = out.find(one.token);
      if (at == out.end() || at->second.version < one.version) out.insert_or_assign(one.token, std::move(one));
    }
  }
  return out;
}

}  // namespace

std::map<std::string, KeptRoutes> routes_of_stack(const Engines& engines, const Ownership& owner) {
  return newest_of(engines, [&](const KeptRoutes& one) { return one.owner == owner; });
}

std::vector<KeptRoutes> routes_through(const Engines& engines, const std::string& balancer) {
  std::vector<KeptRoutes> out;
  auto all = newest_of(engines, [&](const KeptRoutes& one) { return one.balancer == balancer; });
  out.reserve(all.size());
  for (auto& [token, one] : all) out.push_back(std::move(one));
  return out;
}

Result<Ok> keep_routes(const Context& context, KeptRoutes routes) {
  auto all = volumes_on(context.engine);
  if (!all) return std::move(all).error();
  std::erase_if(*all, [&](const KeptRoutes& one) { return one.token != routes.token; });
  std::sort(all->begin(), all->end(), [](const KeptRoutes& a, const KeptRoutes& b) { return a.version < b.version; });
  const bool kept = !all->empty() && all->back().part == routes.part && all->back().balancer == routes.balancer &&
                    all->back().spec_hash == routes.spec_hash;
  if (kept) {
    all->pop_back();
  } else {
    routes.version = all->empty() ? 1 : all->back().version + 1;
    if (auto made = make_volume(context, routes); !made) return made;
  }
  for (const auto& old : *all) {
    if (auto gone = remove_volume(context, volume_of(old.token, old.version)); !gone) return gone;
  }
  return Ok{};
}

Result<Ok> forget_routes(const Context& context, const std::string& token) {
  auto all = volumes_on(context.engine);
  if (!all) return std::move(all).error();
  for (const auto& one : *all) {
    if (one.token != token) continue;
    if (auto gone = remove_volume(context, volume_of(one.token, one.version)); !gone) return gone;
  }
  return Ok{};
}

}  // namespace infra::nodes::balancer
