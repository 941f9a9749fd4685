#include "providers/nodes/balancer/balancer_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "providers/engine/foreign_routes.h"
#include "providers/nodes/balancer/haproxy_config.h"

namespace infra::nodes::balancer {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kStart = std::chrono::seconds(20);  // of one that its stack makes anew in this moment

Context context_on(Engine& engine, const Fleet& fleet, const Cancel& cancel, const Progress& progress) {
  return {.engine = engine, .owner = fleet.owner(), .sources = nullptr, .cancel = cancel, .progress = progress};
}

Error nowhere(const std::string& balancer) {
  return {.code = "E0616",
          .message = fmt::format("{} isn't there any more", balancer.substr(balancer.find('/') + 1)),
          .help = "apply the stack that has it, then this one again"};
}

class Adding {
 public:
  Adding(const RoutesCall& call, std::string token) : call_(call), token_(std::move(token)) {}

  Result<Ok> at(const BalancerPlace& place) {
    const auto context = context_on(*place.engine, call_.fleet, call_.cancel, call_.progress);
    const auto& request = call_.request;
    auto text = foreign_part(context.owner, request.address, request.inputs, token_ + ".");
    // The load balancer's own stack gives it to one that it makes anew: so it is kept before it is installed.
    auto kept = keep_routes(context, {.token = token_,
                                      .owner = context.owner,
                                      .address = request.address,
                                      .spec_hash = request.spec_hash,
                                      .balancer = place.seen.identity(),
                                      .part = text});
    if (!kept) return kept;
    context.say(fmt::format("adding routes to {} of stack {}", place.seen.address.text(), place.seen.owner.stack));
    if (auto left = remove_former(context, place.seen.container, {.name = token_, .text = text}); !left) return left;
    if (auto put = install(context, place.seen.container, {.name = token_, .text = std::move(text)}); !put) return put;
    return call_.fleet.align({.engine = place.engine,
                              .container = place.seen.container,
                              .name = place.seen.address.text(),
                              .running = true,
                              .object = token_,
                              .part = token_,
                              .inside = !place.seen.alias.empty()});
  }

 private:
  static Result<Ok> remove_former(const Context& context, const std::string& container, const Part& part) {
    auto now = configured(context.engine, container);
    if (!now) return Ok{};  // installing says why
    for (const auto& name : former_parts(part, now->parts)) {
      if (auto gone = remove_part(context, container, name); !gone) return gone;
    }
    return Ok{};
  }

  Result<Ok> install(const Context& context, const std::string& container, const Part& part) const {
    const auto until = Clock::now() + kStart;
    for (;;) {
      auto put = install_part(context, container, part);
      if (put || put.error().code != "E0616" || Clock::now() >= until || context.cancel.aborting()) return put;
      if (mentions(put.error().message, {"doesn't take"})) return put;
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
  }

  const RoutesCall& call_;
  std::string token_;
};

Result<Ok> add_everywhere(const RoutesCall& call, const std::string& token) {
  const auto balancer = text_of(call.request.inputs["balancer"]);
  auto places =
      balancers_where(call.fleet.engines(), [&](const BalancerSeen& one) { return one.identity() == balancer; });
  if (!places) return std::move(places).error();
  if (places->empty()) return nowhere(balancer);
  Adding adding(call, token);
  for (const auto& place : *places) {
    if (auto done = adding.at(place); !done) return done;
  }
  return Ok{};
}

ObjectResult result_of(const std::string& id) { return {.id = id, .outputs = Map(std::vector<Entry>{{"id", id}})}; }

// Out of every load balancer that has it: a part is known by its token.
Result<Ok> remove_from(const Context& context, const std::string& token) {
  if (auto gone = forget_routes(context, token); !gone) return gone;
  auto here = balancers_on(context.engine);
  if (!here) return std::move(here).error();
  for (const auto& one : *here) {
    if (one.owner == context.owner || !one.running) continue;
    auto removed = remove_part(context, one.container, token);
    // One that is broken serves nothing; who makes it anew doesn't find the routes any more.
    if (!removed && removed.error().code != "E0616") return removed;
  }
  return Ok{};
}

}  // namespace

Result<ObjectResult> create_routes(const RoutesCall& call) {
  const auto& token = call.request.token;
  auto added = add_everywhere(call, token);
  if (added) return result_of(token);
  auto error = std::move(added).error();
  const auto removed = destroy_routes(call.fleet, token, Cancel(), call.progress);
  if (!removed)
    return std::move(error).during(fmt::format("removing it again, which failed: {}", removed.error().line()));
  return error;
}

Result<ObjectResult> update_routes(const RoutesCall& call, const std::string& id) {
  if (auto added = add_everywhere(call, id); !added) return std::move(added).error();
  return result_of(id);
}

Result<Ok> destroy_routes(const Fleet& fleet, const std::string& id, const Cancel& cancel, const Progress& progress) {
  for (const auto& [node, engine] : fleet.engines()) {
    auto gone = remove_from(context_on(*engine, fleet, cancel, progress), id);
    if (!gone) return gone;
  }
  return Ok{};
}

std::vector<ObservedObject> seen_routes(const std::vector<KeptRoutes>& all, const Ownership& owner) {
  std::map<std::string, const KeptRoutes*> newest;
  for (const auto& one : all) {
    if (one.owner != owner) continue;
    auto*& at = newest[one.token];
    if (at == nullptr || at->version < one.version) at = &one;
  }
  std::vector<ObservedObject> out;
  out.reserve(newest.size());
  for (const auto& [token, one] : newest) {
    out.push_back({.address = one->address,
                   .type = engine::kBalancerRoute,
                   .id = token,
                   .token = token,
                   .spec_hash = one->spec_hash,
                   .health = {.now = Health::healthy},
                   .outputs = Map(std::vector<Entry>{{"id", token}})});
  }
  return out;
}

}  // namespace infra::nodes::balancer
