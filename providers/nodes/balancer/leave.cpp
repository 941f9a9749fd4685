// How a task leaves its load balancers: the recipe under which no request fails.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "providers/nodes/balancer/fleet.h"
#include "providers/nodes/tasks/tasks.h"

namespace infra::nodes::balancer {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPoll{100};

std::vector<std::string> commands_for(const std::vector<Slot>& slots,
                                      const std::function<std::vector<std::string>(const Slot&)>& command) {
  std::vector<std::string> out;
  for (const auto& slot : slots) {
    auto more = command(slot);
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

milliseconds longest_drain(const Picture& picture, const std::vector<Slot>& slots) {
  milliseconds out{0};
  for (const auto& backend : picture.backends) {
    const bool used = std::any_of(slots.begin(), slots.end(), [&](const Slot& s) { return s.backend == backend.name; });
    if (used) out = std::max(out, backend.drain);
  }
  return out;
}

// Requests that it is still serving there. Workers of before a reload may send it more, and can't be told.
struct Begun {
  int sessions = 0;
  int old_workers = 0;
  [[nodiscard]] bool none() const { return sessions == 0 && old_workers == 0; }
};

Begun begun_at(const Picture& picture, const std::vector<Slot>& slots) {
  Begun out{.old_workers = picture.old_workers};
  for (const auto& slot : picture.slots) {
    const bool its = std::any_of(slots.begin(), slots.end(), [&](const Slot& s) { return s.path() == slot.path(); });
    if (its) out.sessions += slot.sessions;
  }
  return out;
}

// A load balancer that goes at the same time has nothing to be told, and sends nothing.
Result<Ok> unless_ended(const Balancer& balancer, Error error) {
  if (has_ended(*balancer.engine, balancer.container, error)) return Ok{};
  return error;
}

class Draining {
 public:
  Draining(const Context& context, const Balancer& balancer, const Picture& picture, const std::vector<Slot>& slots)
      : context_(context), balancer_(balancer), slots_(slots), until_(Clock::now() + longest_drain(picture, slots)) {
    told_ = ask(*balancer.engine, balancer.container,
                commands_for(slots, [&](const Slot& slot) { return drain_commands(picture, slot); }));
  }

  Result<Ok> run() {
    if (!told_) return unless_ended(balancer_, std::move(told_).error());
    for (;;) {
      auto picture = look_at(*balancer_.engine, balancer_.container, balancer_.part);
      if (!picture) return unless_ended(balancer_, std::move(picture).error());
      const auto begun = begun_at(*picture, slots_);
      if (begun.none()) return Ok{};
      if (context_.cancel.aborting()) return give_back(*picture);
      if (Clock::now() >= until_) return cut();
      say(begun);
      std::this_thread::sleep_for(kPoll);
    }
  }

 private:
  void say(const Begun& begun) {
    auto now = begun.sessions > 0
                   ? fmt::format("draining: {} request{} left at {}", begun.sessions, begun.sessions == 1 ? "" : "s",
                                 balancer_.name)
                   : fmt::format("draining: connections of before the last change of {} end", balancer_.name);
    if (now != said_) context_.say(now);
    said_ = std::move(now);
  }

  // It goes on running, so it gets requests again.
  Result<Ok> give_back(const Picture& picture) {
    auto commands = commands_for(slots_, [&](const Slot& slot) {
      return join_commands(picture, {.endpoint = {slot.backend, slot.address, slot.port}, .slot = slot.name});
    });
    if (auto done = ask(*balancer_.engine, balancer_.container, commands); !done) return std::move(done).error();
    return Error{.code = "E0703", .message = "stopped while a task was drained; it gets requests again"};
  }

  Result<Ok> cut() {
    auto done = ask(*balancer_.engine, balancer_.container, commands_for(slots_, [](const Slot& slot) {
      return std::vector<std::string>{fmt::format("shutdown sessions server {}", slot.path())};
    }));
    if (!done) return unless_ended(balancer_, std::move(done).error());
    return Ok{};
  }

  const Context& context_;
  const Balancer& balancer_;
  const std::vector<Slot>& slots_;
  Clock::time_point until_;
  Result<std::vector<std::string>> told_ = std::vector<std::string>();
  std::string said_;
};

}  // namespace

Result<Fleet::Leaving> Fleet::leave(const Context& context, const List& entries, const std::string& node) const {
  Leaving out;
  const auto targets = targets_of(entries, owner_, node, host_of_(node));
  if (targets.empty()) return out;
  std::map<std::string, Error> silent;
  const auto all = balancers(&silent);
  // Another node may be gone for good; its load balancer can't be told.
  if (const auto own = silent.find(node); own != silent.end()) return own->second;
  for (const auto& balancer : all) {
    if (!balancer.running) continue;
    auto picture = look_at(*balancer.engine, balancer.container, balancer.part);
    if (!picture) {
      // Its HAProxy is broken and sends nothing. An engine that doesn't answer says nothing of that.
      if (picture.error().code == "E0616" || balancer.engine->node() != node) continue;
      return std::move(picture).error();
    }
    // One that sends this service nothing is nobody to wait for: it may go while this task does.
    const auto& backends = picture->backends;
    const bool serves = std::any_of(backends.begin(), backends.end(),
                                    [&](const Backend& b) { return b.service == targets.front().service; });
    if (!serves) continue;
    Leaving::One one{.balancer = balancer, .slots = {}};
    for (const auto& endpoint : endpoints_of(targets.front(), picture->backends, balancer.from())) {
      if (const auto* slot = slot_of(*picture, endpoint)) one.slots.push_back(*slot);
    }
    out.from.push_back(std::move(one));
    const auto& slots = out.from.back().slots;
    if (slots.empty()) continue;
    context.say("draining");
    if (auto drained = Draining(context, balancer, *picture, slots).run(); !drained) return std::move(drained).error();
  }
  return out;
}

Result<Ok> Fleet::forget(const Leaving& left, const std::string& service, const std::string& task) const {
  std::optional<std::vector<Target>> living;
  for (const auto& one : left.from) {
    auto slots = one.slots;
    // Of one that had ended already nobody knows the address any more.
    if (slots.empty()) {
      auto picture = look_at(*one.balancer.engine, one.balancer.container, one.balancer.part);
      if (!picture) {
        auto ended = unless_ended(one.balancer, std::move(picture).error());
        if (!ended) return ended;
        continue;
      }
      std::erase_if(picture->backends, [&](const Backend& b) { return b.service != service; });
      std::erase_if(picture->slots, [&](const Slot& slot) {
        return std::none_of(picture->backends.begin(), picture->backends.end(),
                            [&](const Backend& b) { return b.name == slot.backend; });
      });
      if (picture->backends.empty()) continue;
      if (!living) living = all_targets();
      if (!living) continue;
      std::vector<Endpoint> endpoints;
      for (const auto& target : *living) {
        if (target.id == task) continue;
        auto more = endpoints_of(target, picture->backends, one.balancer.from());
        endpoints.insert(endpoints.end(), more.begin(), more.end());
      }
      slots = stale(*picture, endpoints);
    }
    auto commands = commands_for(slots, [](const Slot& slot) { return free_commands(slot); });
    if (commands.empty()) continue;
    commands.emplace_back("@save");
    auto freed = ask(*one.balancer.engine, one.balancer.container, commands);
    if (freed) continue;
    if (auto ended = unless_ended(one.balancer, std::move(freed).error()); !ended) return ended;
  }
  return Ok{};
}

}  // namespace infra::nodes::balancer
