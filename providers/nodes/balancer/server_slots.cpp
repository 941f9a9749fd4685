#include "providers/nodes/balancer/server_slots.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

namespace infra::nodes::balancer {

namespace {

int number_in(std::string_view text) {
  int out = 0;
  const auto begin = text.find_first_not_of(" \n");
  if (begin != std::string_view::npos) std::from_chars(text.data() + begin, text.data() + text.size(), out);
  return out;
}

// "UP", "UP_1/3", "DOWN", "no_check", "DRAIN", "DRAIN_(agent)", "MAINT", "MAINT_(via_…)", "NOLB"
Slot::State state_of(std::string_view status) {
  if (status.starts_with("MAINT")) return Slot::free;
  return status.starts_with("DRAIN") ? Slot::draining : Slot::ready;
}

bool has_hold(const Picture& picture, const std::string& backend) {
  return std::any_of(picture.backends.begin(), picture.backends.end(),
                     [&](const Backend& b) { return b.name == backend && b.hold; });
}

}  // namespace

Picture read_picture(std::string_view backends, std::string_view slots, std::string_view old_workers) {
  Picture out{.backends = from_table(backends), .slots = {}, .old_workers = number_in(old_workers)};
  std::set<std::string_view> known;
  for (const auto& backend : out.backends) known.insert(backend.name);
  std::istringstream lines{std::string(slots)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    Slot slot;
    std::string status;
    if (!(fields >> slot.backend >> slot.name >> slot.address >> slot.port >> status >> slot.sessions)) continue;
    if (slot.name == kHold || !known.contains(slot.backend)) continue;
    slot.state = state_of(status);
    slot.up = status.starts_with("UP") || status == "no_check";
    out.slots.push_back(std::move(slot));
  }
  return out;
}

const Slot* slot_of(const Picture& picture, const Endpoint& endpoint) {
  const auto at = std::find_if(picture.slots.begin(), picture.slots.end(), [&](const Slot& slot) {
    return slot.state != Slot::free && slot.backend == endpoint.backend && slot.address == endpoint.address &&
           slot.port == endpoint.port;
  });
  return at != picture.slots.end() ? &*at : nullptr;
}

bool is_served(const Picture& picture, const Endpoint& endpoint) {
  const auto* slot = slot_of(picture, endpoint);
  return slot != nullptr && slot->state == Slot::ready;
}

std::vector<Joining> joining(const Picture& picture, const std::vector<Endpoint>& wanted) {
  std::set<std::string> given;
  std::vector<Joining> out;
  for (const auto& endpoint : wanted) {
    if (is_served(picture, endpoint)) continue;
    Joining one{.endpoint = endpoint, .slot = {}};
    if (const auto* slot = slot_of(picture, endpoint)) {
      one.slot = slot->name;
    } else {
      const auto at = std::find_if(picture.slots.begin(), picture.slots.end(), [&](const Slot& free) {
        return free.state == Slot::free && free.backend == endpoint.backend && !given.contains(free.path());
      });
      if (at != picture.slots.end()) one.slot = at->name;
    }
    if (!one.slot.empty()) given.insert(endpoint.backend + "/" + one.slot);
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<Slot> stale(const Picture& picture, const std::vector<Endpoint>& living) {
  std::vector<Slot> out;
  for (const auto& slot : picture.slots) {
    const Endpoint here{.backend = slot.backend, .address = slot.address, .port = slot.port};
    if (slot.state != Slot::free && std::find(living.begin(), living.end(), here) == living.end()) out.push_back(slot);
  }
  return out;
}

std::vector<std::string> join_commands(const Picture& picture, const Joining& joining) {
  const auto& to = joining.endpoint;
  const auto path = to.backend + "/" + joining.slot;
  std::vector<std::string> out;
  if (slot_of(picture, to) == nullptr) {
    out.push_back(fmt::format("set server {} addr {} port {}", path, to.address, to.port));
  }
  out.push_back(fmt::format("set server {} state ready", path));
  if (has_hold(picture, to.backend)) out.push_back(fmt::format("set server {}/{} state maint", to.backend, kHold));
  return out;
}

std::vector<std::string> drain_commands(const Picture& picture, const Slot& slot) {
  std::vector<std::string> out;
  if (has_hold(picture, slot.backend)) {
    out.push_back(fmt::format("set server {}/{} state ready", slot.backend, kHold));
  }
  out.push_back(fmt::format("set server {} state drain", slot.path()));
  return out;
}

std::vector<std::string> free_commands(const Slot& slot) {
  return {fmt::format("set server {} state maint", slot.path()),
          fmt::format("set server {} addr 127.0.0.1 port 1", slot.path())};
}

}  // namespace infra::nodes::balancer
