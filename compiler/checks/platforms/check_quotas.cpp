#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/network/check_listeners.h"
#include "compiler/checks/services/check_rolling.h"
#include "compiler/checks/services/check_use.h"
#include "facts/aws_quotas.h"

namespace infra::checks {
namespace {

// --- tasks -------------------------------------------------------------------------------------------------------

void check_containers(const Use& use, Diagnostics& diagnostics) {
  const auto count = static_cast<std::int64_t>(use.containers().size());
  if (count <= facts::kMostContainers) return;
  diagnostics.error("E0416", use.task->span,
                    fmt::format("{} has {} containers, more than AWS takes", named(*use.task), count),
                    fmt::format("at most {}", facts::kMostContainers), "split it into two tasks");
}

std::size_t bytes_of(const Value& value) {
  if (const auto* text = value.string()) return text->size();
  std::size_t out = 0;
  if (const auto* list = value.list()) {
    for (const auto& one : *list) out += bytes_of(one);
  }
  if (const auto* map = value.map()) {
    for (const auto& [key, one] : *map) out += key.size() + bytes_of(one);
  }
  return out;
}

// Only what is certain to be in the definition is counted: texts of variables, commands and labels.
void check_definition(const Use& use, Diagnostics& diagnostics) {
  std::size_t sum = 0;
  std::size_t most = 0;
  Span place = use.task->span;
  for (const auto& [label, container] : use.containers()) {
    for (const auto* attribute : {"env", "command", "entrypoint", "labels"}) {
      const auto bytes = bytes_of(container[attribute]);
      sum += bytes;
      if (bytes > most) place = use.task->place(container_path(label) + attribute);
      most = std::max(most, bytes);
    }
  }
  if (sum <= static_cast<std::size_t>(facts::kLargestDefinition)) return;
  diagnostics.error("E0416", place, fmt::format("{} is larger than AWS takes a task definition", named(*use.task)),
                    fmt::format("{} bytes of variables and commands, and 65536 is the most of all", sum),
                    "put large values into a file or a bucket that the program reads");
}

void check_words(const CheckInput& input, const Use& use, Diagnostics& diagnostics) {
  for (const auto& part : input.parts(*use.task)) {
    if (part.name == "task.container.aws.log_driver" && part.value->string() != nullptr &&
        use.launch != Launch::fargate) {
      const auto all = facts::log_drivers();
      const auto& driver = *part.value->string();
      if (std::find(all.begin(), all.end(), driver) != all.end()) continue;
      const auto near = did_you_mean(driver, {all.begin(), all.end()});
      auto& diagnostic = diagnostics.error(
          "E0416", part.span, fmt::format("ECS has no log driver {}", to_source(*part.value)), "unknown",
          near.empty() ? fmt::format("it has {}", fmt::join(all, ", ")) : fmt::format("did you mean \"{}\"?", near));
      if (!near.empty()) diagnostic.fixes.push_back({part.span, to_source(Value(near))});
    }
    if (part.name != "task.container.aws.add_capabilities" || part.value->list() == nullptr) continue;
    for (const auto& one : *part.value->list()) {
      const auto& all = facts::capabilities();
      if (one.string() == nullptr || std::find(all.begin(), all.end(), *one.string()) != all.end()) continue;
      const bool prefixed = one.string()->starts_with("CAP_");
      const auto near = did_you_mean(prefixed ? one.string()->substr(4) : *one.string(), all);
      diagnostics.error("E0416", part.span,
                        fmt::format("ECS has no capability {} for {}", to_source(one), owner_of(*use.task, part)),
                        prefixed ? "written without CAP_" : "unknown",
                        near.empty() ? "use the name of capabilities(7) without CAP_, such as \"NET_ADMIN\""
                                     : fmt::format("write \"{}\"", near));
    }
  }
}

// --- services ----------------------------------------------------------------------------------------------------

void check_copies(const Use& use, Diagnostics& diagnostics) {
  const auto copies = copies_of(use);
  if (!copies || copies->most <= facts::kMostTasks) return;
  diagnostics.warning(
      "E0416", copies->place,
      fmt::format("{} wants {} copies, more than AWS runs of one service", named(*use.owner), copies->most),
      fmt::format("{}, unless AWS has raised it for this account", facts::kMostTasks),
      "make several services, or ask AWS for a larger quota");
}

void check_daemon_max(const Use& use, Diagnostics& diagnostics) {
  const auto limits = limits_of(use);
  const auto max = use.owner->written("deploy.max");
  if (!is_daemon(use) || !limits.known || limits.max <= 100 || !max) return;
  auto& diagnostic = diagnostics.error(
      "E0416", *max,
      fmt::format("`max` of the daemon {} is {}, which AWS doesn't take", named(*use.owner),
                  format_percent({limits.max})),
      "at most 100%", "no second copy of a daemon runs beside the first: leave `max` out, and let `min` be below 100%");
  diagnostic.secondary.push_back({use.owner->place("daemon"), "one copy on each instance"});
  diagnostic.fixes.push_back({*max, "100%"});
}

// Averages of nothing are no numbers: what has scaled to zero gets no alarm that starts it again.
void check_zero(const Use& use, Diagnostics& diagnostics) {
  const auto* range = use.config("scale")["range"].get<Range>();
  if (range == nullptr || range->low != 0 || range->high <= 0) return;
  diagnostics.warning("E0416", use.owner->place("scale.range"),
                      fmt::format("{} never comes back once it has scaled to 0 copies", named(*use.owner)), "from 0",
                      "no copy means no load that is measured: begin at 1");
}

void check_targets(const Use& use, Diagnostics& diagnostics) {
  if (use.launch != Launch::fargate) return;
  for (const auto* target : {"target_cpu", "target_memory"}) {
    const auto* percent = use.config("scale")[target].get<Percent>();
    if (percent == nullptr || percent->value <= 100) continue;
    diagnostics.warning("E0416", use.owner->place(fmt::format("scale.{}", target)),
                        fmt::format("{} never scales out: a Fargate task uses 100% at most", named(*use.owner)),
                        format_percent(*percent), "aim for example at 60%");
  }
}

void check_routes(const Use& use, const Graph& graph, Diagnostics& diagnostics) {
  const auto* routes = use.config("route").list();
  if (routes == nullptr) return;
  const auto count = static_cast<std::int64_t>(routes->size());
  if (count > facts::kMostTargetGroups) {
    diagnostics.error("E0416", use.owner->place(fmt::format("route.{}", facts::kMostTargetGroups)),
                      fmt::format("{} has {} routes, more than AWS takes", named(*use.owner), count),
                      fmt::format("at most {}", facts::kMostTargetGroups),
                      "join paths by a wildcard, or make a second service of the task");
  }
  for (std::size_t i = 0; i < routes->size(); ++i) {
    const auto& route = (*routes)[i];
    const auto path = fmt::format("route.{}.", i);
    const auto* ref = route["listener"].ref();
    const auto* listener = ref != nullptr ? graph.find(ref->address) : nullptr;
    const auto slow = use.owner->written(path + "slow_start");
    const auto* amount = route["slow_start"].get<Duration>();
    if (listener != nullptr && !protocol_of(*listener).empty() && !speaks_http(*listener) && slow &&
        amount != nullptr && amount->ms > 0) {
      diagnostics
          .error("E0415", *slow,
                 fmt::format("{} starts slowly, but its listener speaks {}: only http knows requests",
                             named(*use.owner), protocol_of(*listener)),
                 "not with connections", "leave `slow_start` out, or use an http listener")
          .secondary.push_back({listener->place("protocol"), protocol_of(*listener)});
    }
    for (const auto* attribute : {"path", "host"}) {
      const auto* text = route[attribute].string();
      if (text == nullptr || text->size() <= facts::kLongestCondition) continue;
      diagnostics.error("E0416", use.owner->place(path + attribute),
                        fmt::format("`{}` of a route of {} has {} characters, more than AWS takes", attribute,
                                    named(*use.owner), text->size()),
                        fmt::format("at most {}", facts::kLongestCondition), "shorten it, for example by a `*`");
    }
  }
}

// --- load balancers and the rest ---------------------------------------------------------------------------------

// A Network Load Balancer has one listener for a port number, whatever it speaks.
void check_listeners(const Graph& graph, const Resource& balancer, Diagnostics& diagnostics) {
  std::map<std::int64_t, const Resource*> ports;
  std::int64_t count = 0;
  for (const auto& resource : graph.resources) {
    const auto* parent = resource.config["load_balancer"].ref();
    if (resource.address.kind != "listener" || parent == nullptr || parent->address != balancer.address) continue;
    ++count;
    const auto* port = resource.config["port"].integer();
    if (port == nullptr || protocol_of(resource).empty()) continue;
    const auto [at, fresh] = ports.try_emplace(*port, &resource);
    if (fresh || (protocol_of(resource) == "udp") == (protocol_of(*at->second) == "udp")) continue;  // E0412 of all
    const bool swapped = resource.place("port") < at->second->place("port");
    const auto& later = swapped ? *at->second : resource;
    const auto& earlier = swapped ? resource : *at->second;
    diagnostics
        .error("E0412", later.place("port"),
               fmt::format("{} listens twice on port {}, and AWS has one listener for a port", named(balancer), *port),
               fmt::format("listener `{}` speaks {}", later.address.path, protocol_of(later)),
               "give one another port, or make two load balancers")
        .secondary.push_back({earlier.place("port"),
                              fmt::format("listener `{}` speaks {}", earlier.address.path, protocol_of(earlier))});
  }
  if (count <= facts::kUsualListeners) return;
  diagnostics.warning("E0416", balancer.span,
                      fmt::format("{} has {} listeners, and AWS takes {} unless the account's quota is raised",
                                  named(balancer), count, facts::kUsualListeners),
                      {}, "raise the quota first, or make several load balancers");
}

void check_rules(const Graph& graph, const std::vector<Use>& uses, Diagnostics& diagnostics) {
  std::map<Address, std::pair<std::int64_t, const Use*>> rules;  // by balancer
  for (const auto& use : uses) {
    const auto* routes = use.config("route").list();
    if (routes == nullptr || !is_aws(use.launch)) continue;
    for (const auto& route : *routes) {
      const auto* ref = route["listener"].ref();
      const auto* listener = ref != nullptr ? graph.find(ref->address) : nullptr;
      const auto* balancer = listener != nullptr ? listener->config["load_balancer"].ref() : nullptr;
      if (balancer == nullptr || !speaks_http(*listener)) continue;
      auto& [count, last] = rules[balancer->address];
      ++count;
      last = &use;
    }
  }
  for (const auto& [address, rule] : rules) {
    if (rule.first <= facts::kUsualRules) continue;
    diagnostics.warning("E0416", rule.second->owner->place("route.0"),
                        fmt::format("{} routes lead from {}, and AWS takes {} unless the account's quota is raised",
                                    rule.first, address.text(), facts::kUsualRules),
                        {}, "raise the quota first, or make several load balancers");
  }
}

void check_version(const Resource& eks, Diagnostics& diagnostics) {
  const auto* version = eks.config["version"].string();
  if (version == nullptr || version->size() < 3) return;
  int minor = 0;
  std::from_chars(version->data() + 2, version->data() + version->size(), minor);
  if (minor >= facts::kOldestEks) return;
  diagnostics.warning("E0416", eks.place("version"),
                      fmt::format("{} asks for Kubernetes {}, which EKS no longer makes", named(eks), *version),
                      "out of support", fmt::format("use 1.{} or later", facts::kOldestEks));
}

void check_repository(const Resource& repository, Diagnostics& diagnostics) {
  const auto* own = repository.config["name"].string();
  if (own == nullptr || (own->size() >= 2 && own->size() <= 256)) return;
  diagnostics.error("E0416", repository.place("name"),
                    fmt::format("{} is called \"{}\", which ECR doesn't take", named(repository), *own),
                    own->size() < 2 ? "at least 2 letters" : "at most 256 letters", "give it another `name`");
}

}  // namespace

void quotas(const CheckInput& input, Diagnostics& diagnostics) {
  const auto uses = input.uses;
  for (const auto& use : uses) {
    if (!is_aws(use.launch)) continue;
    check_containers(use, diagnostics);
    check_definition(use, diagnostics);
    check_words(input, use, diagnostics);
    if (!use.is_service()) continue;
    check_copies(use, diagnostics);
    check_daemon_max(use, diagnostics);
    check_zero(use, diagnostics);
    check_targets(use, diagnostics);
    check_routes(use, input.graph, diagnostics);
  }
  check_rules(input.graph, uses, diagnostics);
  for (const auto& resource : input.graph.resources) {
    const auto* platform = input.graph.platform(resource.platform);
    if (platform == nullptr || platform->kind != "aws") continue;
    const auto& kind = resource.address.kind;
    if (kind == "load_balancer") check_listeners(input.graph, resource, diagnostics);
    if (kind == "eks") check_version(resource, diagnostics);
    if (kind == "repository") check_repository(resource, diagnostics);
  }
}

}  // namespace infra::checks
