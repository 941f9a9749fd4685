#include "providers/nodes/balancer/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "providers/engine/foreign_routes.h"
#include "providers/nodes/balancer/balancers_seen.h"
#include "providers/nodes/balancer/kept_routes.h"
#include "providers/nodes/tasks/tasks.h"

namespace infra::nodes::balancer {

namespace {

// So that a look never takes long, however many come at once and hang.
constexpr std::size_t kProbesOnce = 16;

struct Attempt {
  Joining joining;
  std::string fault;  // empty: it is served
};

std::string first_line(const std::string& text) {
  const auto begin = text.find_first_not_of(" \n");
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find('\n', begin) - begin);
}

// Whether each answers where its load balancer stands. One call for all.
Result<Ok> probe(const Balancer& balancer, const Picture& picture, std::vector<Attempt>& attempts) {
  std::vector<std::string> commands;
  std::vector<Attempt*> asked;
  for (auto& attempt : attempts) {
    const auto& to = attempt.joining.endpoint;
    const auto backend = std::find_if(picture.backends.begin(), picture.backends.end(),
                                      [&](const Backend& b) { return b.name == to.backend; });
    if (!attempt.fault.empty() || backend == picture.backends.end()) continue;
    commands.push_back(fmt::format("@probe {} {} {} {}", to.address, to.port, backend->timeout.count(),
                                   backend->path.empty() ? "-" : backend->path));
    asked.push_back(&attempt);
  }
  auto answers = ask(*balancer.engine, balancer.container, commands);
  if (!answers) return std::move(answers).error();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto said = first_line((*answers)[i]);
    if (said != "ok") asked[i]->fault = said.empty() ? "no answer" : said;
  }
  return Ok{};
}

// Those that answer get requests from now on. What HAProxy says of its servers afterwards is what counts.
Result<Ok> join(const Balancer& balancer, const Picture& picture, std::vector<Attempt>& attempts) {
  std::vector<std::string> commands;
  for (const auto& attempt : attempts) {
    if (!attempt.fault.empty()) continue;
    auto more = join_commands(picture, attempt.joining);
    commands.insert(commands.end(), more.begin(), more.end());
  }
  if (commands.empty()) return Ok{};
  commands.emplace_back("@save");
  if (auto told = ask(*balancer.engine, balancer.container, commands); !told) return std::move(told).error();
  const auto after = look_at(*balancer.engine, balancer.container, balancer.part);
  if (!after) return after.error();
  for (auto& attempt : attempts) {
    if (attempt.fault.empty() && !is_served(*after, attempt.joining.endpoint)) attempt.fault = "HAProxy didn't take it";
  }
  return Ok{};
}

Result<std::vector<Attempt>> take_in(const Balancer& balancer, const Picture& picture,
                                     const std::vector<Endpoint>& wanted) {
  std::vector<Attempt> out;
  for (auto& one : joining(picture, wanted)) {
    const std::string fault = one.slot.empty()            ? "all of its slots are taken"
                              : out.size() >= kProbesOnce ? "others are asked first"
                                                          : "";
    out.push_back({.joining = std::move(one), .fault = fault});
  }
  if (out.empty()) return out;
  if (auto probed = probe(balancer, picture, out); !probed) return std::move(probed).error();
  if (auto joined = join(balancer, picture, out); !joined) return std::move(joined).error();
  return out;
}

std::vector<Endpoint> endpoints_of_all(const std::vector<Target>& targets, const Picture& picture,
                                       const Viewpoint& from, bool only_healthy) {
  std::vector<Endpoint> out;
  for (const auto& target : targets) {
    if (only_healthy && !target.healthy) continue;
    auto more = endpoints_of(target, picture.backends, from);
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

std::vector<std::string> commands_to_free(const std::vector<Slot>& slots) {
  std::vector<std::string> out;
  for (const auto& slot : slots) {
    auto more = free_commands(slot);
    out.insert(out.end(), more.begin(), more.end());
  }
  if (!out.empty()) out.emplace_back("@save");
  return out;
}

// The slots of tasks that are gone: another task may get the address. What isn't done now is done by the next look.
Result<Ok> free_stale(const Balancer& balancer, const Picture& picture, const std::vector<Target>& existing) {
  const auto living = endpoints_of_all(existing, picture, balancer.from(), false);
  auto freed = ask(*balancer.engine, balancer.container, commands_to_free(stale(picture, living)));
  if (!freed) return std::move(freed).error();
  return Ok{};
}

Balancer own_balancer(Engine& engine, const BalancerSeen& seen) {
  return {.engine = &engine,
          .container = seen.container,
          .name = seen.address.text(),
          .running = seen.running,
          .object = seen.container,
          .part = kOwnPart,
          .inside = !seen.alias.empty()};
}

// `object` is who it is, until it is known what of it is ours.
Balancer foreign_balancer(Engine& engine, const BalancerSeen& seen) {
  return {.engine = &engine,
          .container = seen.container,
          .name = fmt::format("{} of stack {}", seen.address.text(), seen.owner.stack),
          .running = seen.running,
          .object = seen.identity(),
          .part = {},
          .inside = !seen.alias.empty()};
}

void hold_back(ObservedObject& task, const std::string& why) {
  task.health.now = Health::starting;
  task.health.detail = why;
}

std::string silence_of(const Balancer& balancer) {
  if (balancer.running) return fmt::format("{} doesn't answer", balancer.name);
  return fmt::format("{} doesn't run; `infra apply` of its stack starts it", balancer.name);
}

}  // namespace

std::vector<Balancer> Fleet::balancers(std::map<std::string, Error>* silent) const {
  std::vector<Balancer> out, foreign;
  for (const auto& [node, engine] : engines_) {
    auto found = balancers_on(*engine);
    if (!found) {
      if (silent != nullptr) silent->emplace(node, std::move(found).error());
      continue;
    }
    for (auto& one : *found) {
      if (one.owner == owner_)
        out.push_back(own_balancer(*engine, one));
      else
        foreign.push_back(foreign_balancer(*engine, one));
    }
  }
  if (foreign.empty()) return out;
  const auto routes = routes_of_stack(engines_, owner_);
  for (const auto& one : foreign) {
    for (const auto& [token, kept] : routes) {
      if (kept.balancer != one.object) continue;
      out.push_back(one);
      out.back().object = out.back().part = token;
      out.back().kept = kept.part;
    }
  }
  return out;
}

std::vector<Target> Fleet::targets(bool& complete) const {
  std::vector<Target> out;
  for (const auto& [node, engine] : engines_) {
    auto entries = task_entries(*engine, owner_);
    complete = complete && entries;
    if (!entries) continue;
    auto here = targets_of(*entries, owner_, node, host_of_(node));
    std::move(here.begin(), here.end(), std::back_inserter(out));
  }
  return out;
}

std::optional<std::vector<Target>> Fleet::all_targets() const {
  bool complete = true;
  auto out = targets(complete);
  return complete ? std::optional(std::move(out)) : std::nullopt;
}

void Fleet::admit(std::vector<ObservedObject>& tasks) const {
  std::map<std::string, ObservedObject*> healthy;
  for (auto& task : tasks) {
    if (task.type == "task" && task.health.now == Health::healthy) healthy[task.id] = &task;
  }
  if (healthy.empty()) return;
  std::map<std::string, Error> silent;
  const auto all = balancers(&silent);
  for (const auto& [id, task] : healthy) {
    const auto node = silent.find(text_of(task->outputs["node"]));
    if (node != silent.end()) hold_back(*task, node->second.line());
  }
  if (all.empty()) return;
  bool complete = true;
  const auto existing = targets(complete);
  auto running = existing;
  std::erase_if(running, [&](const Target& target) { return !healthy.contains(target.id); });
  for (const auto& balancer : all) {
    const auto picture = look_at(*balancer.engine, balancer.container, balancer.part);
    std::map<std::string, std::vector<Endpoint>> wanted;  // by task
    std::vector<Endpoint> joiners;
    for (const auto& target : running) {
      if (!picture) {
        if (balancer.may_serve(target.service)) hold_back(*healthy[target.id], silence_of(balancer));
        continue;
      }
      for (auto& endpoint : endpoints_of(target, picture->backends, balancer.from())) {
        // One that is drained leaves: it isn't taken in again.
        const auto* slot = slot_of(*picture, endpoint);
        if (slot == nullptr) joiners.push_back(endpoint);
        wanted[target.id].push_back(std::move(endpoint));
      }
    }
    if (!picture) continue;
    if (complete) static_cast<void>(free_stale(balancer, *picture, existing));  // else the next look does it
    if (joiners.empty()) continue;
    const auto taken = take_in(balancer, *picture, joiners);
    for (const auto& [task, endpoints] : wanted) {
      for (const auto& endpoint : endpoints) {
        if (std::find(joiners.begin(), joiners.end(), endpoint) == joiners.end()) continue;
        std::string fault = taken ? "" : taken.error().line();
        if (taken) {
          for (const auto& attempt : *taken) fault = attempt.joining.endpoint == endpoint ? attempt.fault : fault;
        }
        if (!fault.empty()) hold_back(*healthy[task], fmt::format("{} sends it nothing yet: {}", balancer.name, fault));
      }
    }
  }
}

void Fleet::compare(std::vector<ObservedObject>& objects) const {
  std::map<std::string, ObservedObject*> seen;  // by engine's id, or task's id
  bool any = false;
  for (auto& object : objects) {
    seen[object.id] = &object;
    any = any || object.type == "load_balancer" || object.type == engine::kBalancerRoute;
  }
  const auto all = any ? balancers() : std::vector<Balancer>();
  if (all.empty()) return;
  bool complete = true;
  const auto running = targets(complete);
  for (const auto& balancer : all) {
    const auto at = seen.find(balancer.object);
    if (at == seen.end() || !balancer.running) continue;
    const auto picture = look_at(*balancer.engine, balancer.container, balancer.part);
    if (!picture) {
      // Its HAProxy is silent. Of an engine that is, nothing follows.
      if (picture.error().code == "E0616") {
        at->second->health = {.now = Health::unhealthy, .detail = picture.error().message};
      }
      continue;
    }
    const auto wanted = endpoints_of_all(running, *picture, balancer.from(), true);
    // It was made anew without it, or whoever installed it was killed.
    if (!balancer.ours() && (picture->pending || picture->part != balancer.kept)) at->second->changed = {"rules"};
    if (balancer.ours() && picture->pending) at->second->changed = {"listeners"};
    if (!joining(*picture, wanted).empty()) at->second->changed = {"targets"};
    for (const auto& target : running) {
      const auto task = seen.find(target.id);
      if (task == seen.end() || task->second->health.now != Health::healthy) continue;
      for (const auto& endpoint : endpoints_of(target, picture->backends, balancer.from())) {
        const auto* slot = slot_of(*picture, endpoint);
        if (slot == nullptr || slot->state != Slot::ready || slot->up) continue;
        task->second->health = {.now = Health::unhealthy,
                                .detail = fmt::format("it fails the check of {}", balancer.name)};
      }
    }
  }
}

Result<Ok> Fleet::align(const Balancer& balancer) const {
  auto picture = look_at(*balancer.engine, balancer.container, balancer.part);
  if (!picture) return std::move(picture).error();
  bool complete = true;
  const auto running = targets(complete);
  if (complete) {
    if (auto freed = free_stale(balancer, *picture, running); !freed) return freed;
    picture = look_at(*balancer.engine, balancer.container, balancer.part);
    if (!picture) return std::move(picture).error();
  }
  // What doesn't answer its probe now is taken in by whoever waits for it, or is seen as broken by the next plan.
  auto taken = take_in(balancer, *picture, endpoints_of_all(running, *picture, balancer.from(), true));
  if (!taken) return std::move(taken).error();
  return Ok{};
}

}  // namespace infra::nodes::balancer
