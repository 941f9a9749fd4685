#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/network/check_listeners.h"
#include "compiler/checks/services/check_needs.h"
#include "compiler/checks/services/check_use.h"
#include "facts/ecs_limits.h"

namespace infra::checks {
namespace {

constexpr std::int64_t kSecond = 1000;

bool applies(facts::EcsWhere where, Launch launch) {
  if (where == facts::EcsWhere::fargate) return launch == Launch::fargate;
  return where == facts::EcsWhere::ec2 ? launch == Launch::ec2 : is_aws(launch);
}

std::optional<std::int64_t> amount_of(const Value& value) {
  if (const auto* duration = value.get<Duration>()) return duration->ms;
  if (const auto* bytes = value.get<Bytes>()) return bytes->count;
  if (const auto* cpu = value.get<Cpu>()) return cpu->units_up();
  if (const auto* number = value.integer()) return *number;
  return std::nullopt;
}

Value like(const Value& value, std::int64_t count) {
  if (value.get<Duration>() != nullptr) return Duration{count};
  if (value.get<Bytes>() != nullptr) return Bytes{count};
  if (value.get<Cpu>() != nullptr) return Cpu::of_units(count);
  return count;
}

std::string bounds(const facts::EcsLimit& limit, const Value& value) {
  auto out = limit.high == INT64_MAX
                 ? fmt::format("at least {}", to_source(like(value, limit.low)))
                 : fmt::format("{} to {}", to_source(like(value, limit.low)), to_source(like(value, limit.high)));
  if (limit.zero) out = fmt::format("{}, or {}", to_source(like(value, 0)), out);
  return out;
}

// Who refuses: a load balancer's numbers have nothing to do with where its service runs.
struct Refuser {
  std::string_view name;
  Label why;
};
Refuser refuser_of(const Use& use, const Graph& graph, const Part& part, const facts::EcsLimit& limit) {
  if (!part.name.starts_with("service.route."))
    return {limit.where == facts::EcsWhere::aws ? "ECS" : text(use.launch), {use.launch_place(), "it runs here"}};
  const auto index = part.path.substr(0, part.path.find('.', std::string_view("route.").size()));
  const auto* routes = use.config("route").list();
  const auto number = static_cast<std::size_t>(std::atoi(index.substr(std::string_view("route.").size()).c_str()));
  const auto* ref = routes != nullptr && number < routes->size() ? (*routes)[number]["listener"].ref() : nullptr;
  const auto* listener = ref != nullptr ? graph.find(ref->address) : nullptr;
  return {"a load balancer of AWS", {listener != nullptr ? listener->span : use.owner->place(index), "this listener"}};
}

void check_limit(const Graph& graph, const Use& use, const Resource& resource, const Part& part,
                 const facts::EcsLimit& limit, Diagnostics& diagnostics) {
  const auto amount = amount_of(*part.value);
  if (!amount || !applies(limit.where, use.launch) || (limit.zero && *amount == 0)) return;
  if (*amount < 0 || (*amount == 0 && must_be_some(part.name))) return;  // E0210
  const bool duration = part.value->get<Duration>() != nullptr;
  const auto step = duration ? kSecond : limit.step;
  const bool outside = *amount < limit.low || *amount > limit.high;
  if (!outside && *amount % step == 0) return;
  const auto nearest = outside ? std::clamp(*amount, limit.low, limit.high) : *amount / step * step;
  const std::string_view unit = duration ? "seconds" : "GiB";
  const auto refuser = refuser_of(use, graph, part, limit);
  auto& diagnostic = diagnostics.error(
      "E0416", part.span,
      outside ? fmt::format("`{}` of {} is {}, which {} doesn't take", part.last(), owner_of(resource, part),
                            to_source(*part.value), refuser.name)
              : fmt::format("`{}` of {} is {}, but AWS counts whole {}", part.last(), owner_of(resource, part),
                            to_source(*part.value), unit),
      outside ? fmt::format("must be {}", bounds(limit, *part.value)) : fmt::format("not a whole number of {}", unit),
      fmt::format("the nearest is {}", to_source(like(*part.value, nearest))));
  diagnostic.secondary.push_back(refuser.why);
  diagnostic.fixes.push_back({part.span, to_source(like(*part.value, nearest))});
}

void check_limits(const CheckInput& input, const Use& use, const Resource& resource, Diagnostics& diagnostics) {
  for (const auto& part : input.parts(resource)) {
    for (const auto& limit : facts::ecs_limits()) {
      if (part.attribute != nullptr && part.name == limit.part)
        check_limit(input.graph, use, resource, part, limit, diagnostics);
    }
  }
}

// ELB refuses a check that could still be running when the next one is due; only among bytes that are passed on an
// equal time has been possible.
void check_check_times(const Use& use, const Graph& graph, Diagnostics& diagnostics) {
  const auto* routes = use.config("route").list();
  if (routes == nullptr) return;
  for (std::size_t i = 0; i < routes->size(); ++i) {
    const auto& route = (*routes)[i];
    const auto* every = route["health"]["every"].get<Duration>();
    const auto* timeout = route["health"]["timeout"].get<Duration>();
    const auto* ref = route["listener"].ref();
    const auto* listener = ref != nullptr ? graph.find(ref->address) : nullptr;
    if (every == nullptr || timeout == nullptr || timeout->ms < every->ms) continue;
    if (timeout->ms == every->ms && (listener == nullptr || !speaks_http(*listener))) continue;
    const auto path = fmt::format("route.{}.health.", i);
    const auto stated = use.owner->written(path + "timeout");
    const Label slow{stated.value_or(use.owner->place(path + "every")),
                     fmt::format("{}one may take {}", stated ? "" : "by default ", to_source(*timeout))};
    auto& diagnostic = diagnostics.error(
        "E0416", slow.span,
        fmt::format("a health check of {} may take {}, and the next is due after {}, which AWS doesn't take",
                    named(*use.owner), to_source(*timeout), to_source(*every)),
        slow.text, "make `timeout` shorter than `every`");
    const auto due = use.owner->written(path + "every");
    if (due && stated) diagnostic.secondary.push_back({*due, fmt::format("one each {}", to_source(*every))});
  }
}

// On instances memory is what tasks are packed by: a container without any can't be registered.
void check_stated_memory(const Use& use, Diagnostics& diagnostics) {
  if (use.launch != Launch::ec2 || !use.task->config["memory"].is_null()) return;
  for (const auto& [label, container] : use.containers()) {
    if (!memory_of(container).is_null()) continue;
    diagnostics
        .error("E0206", use.task->place("container." + label),
               fmt::format("container `{}` of {} has no memory", label, named(*use.task)), "states none",
               "on EC2 the task states `memory`, or each container `memory` or `memory_reservation`")
        .secondary.push_back({use.launch_place(), "it runs here"});
  }
}

void check_network_size(const Graph& graph, const Resource& resource, Diagnostics& diagnostics) {
  const auto* cidr = resource.config["cidr"].get<Cidr>();
  const auto* platform = graph.platform(resource.platform);
  if (cidr == nullptr || platform == nullptr || platform->kind != "aws") return;
  if (cidr->base.v6) {
    diagnostics.error(
        "E0416", resource.place("cidr"),
        fmt::format("{} has {}, and AWS wants addresses of IPv4 here", named(resource), format_cidr(*cidr)), "of IPv6",
        "choose a network such as 10.0.0.0/16");
    return;
  }
  if (cidr->prefix >= 16 && cidr->prefix <= 28) return;
  diagnostics.error("E0416", resource.place("cidr"),
                    fmt::format("{} has {}, which AWS doesn't take", named(resource), format_cidr(*cidr)),
                    "must be /16 to /28", "choose a network of 16 to 65536 addresses");
}

}  // namespace

void limits(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) {
    if (!is_aws(use.launch)) continue;
    check_limits(input, use, *use.task, diagnostics);
    if (use.owner != nullptr) check_limits(input, use, *use.owner, diagnostics);
    check_stated_memory(use, diagnostics);
    check_check_times(use, input.graph, diagnostics);
  }
  for (const auto& resource : input.graph.resources) {
    const auto& kind = resource.address.kind;
    if (kind == "vpc" || kind == "subnet") check_network_size(input.graph, resource, diagnostics);
  }
}

}  // namespace infra::checks
