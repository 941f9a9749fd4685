// Placement alone, in one core's time: `infra_place_bench` places tasks on empty nodes, then plans once more with
// nothing to do and with one node drained, and compares how many nodes packing needs with two textbook algorithms.
#include <fmt/format.h>
#include <ctime>

#include <algorithm>
#include <random>

#include "planner/rollout/place.h"

namespace {

using namespace infra;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

std::vector<PlaceHost> nodes(int count) {
  std::vector<PlaceHost> out;
  for (int i = 0; i < count; ++i) {
    out.push_back({.name = fmt::format("n{:05}", i),
                   .labels = {{"zone", fmt::format("{}", i % 3)}, {"disk", i % 4 == 0 ? "ssd" : "hdd"}},
                   .cpu = 64 * 1024,
                   .memory = 256 * 1024 * kMiB});
  }
  return out;
}

// Services of ten tasks each; one of five wants nodes with an SSD.
std::vector<PlaceRequest> services(int tasks) {
  std::vector<PlaceRequest> out;
  for (int i = 0; i < tasks / 10; ++i) {
    PlaceRequest request{.service = *Address::parse(fmt::format("service.s{}", i)),
                         .demand = {.cpu = 256, .memory = 512 * kMiB},
                         .count = 10};
    if (i % 5 == 0) request.rules.where = {{"disk", "ssd"}};
    out.push_back(std::move(request));
  }
  return out;
}

std::vector<Occupant> occupy(const std::vector<PlaceRequest>& requests, const std::vector<PlaceResult>& placed) {
  std::vector<Occupant> out;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    for (const auto& task : placed[i].tasks) {
      out.push_back({.service = requests[i].service, .node = task.node, .demand = requests[i].demand});
    }
  }
  return out;
}

int placed_of(const std::vector<PlaceResult>& results) {
  int out = 0;
  for (const auto& result : results) out += static_cast<int>(result.tasks.size());
  return out;
}

void measure(int node_count, int tasks) {
  auto hosts = nodes(node_count);
  const auto requests = services(tasks);
  auto begin = cpu_seconds();
  const auto placed = place(hosts, {}, requests);
  fmt::print("{} tasks on {} nodes: {:.3f} s, {} placed\n", tasks, node_count, cpu_seconds() - begin,
             placed_of(placed));
  // One node is drained: its tasks, and no others, are placed anew.
  auto all = occupy(requests, placed);
  const auto drained = hosts.front().name;
  hosts.front().draining = true;
  std::vector<PlaceRequest> moved;
  std::vector<Occupant> rest;
  for (const auto& one : all) {
    if (one.node != drained) {
      rest.push_back(one);
      continue;
    }
    auto request = *std::find_if(requests.begin(), requests.end(), [&](auto& r) { return r.service == one.service; });
    request.count = 1;
    for (const auto& other : all) {
      if (other.service == one.service && other.node != drained) request.present.push_back(other.node);
    }
    moved.push_back(std::move(request));
  }
  begin = cpu_seconds();
  const auto again = place(hosts, rest, moved);
  fmt::print("  one node drained: {:.3f} s, {} of {} moved\n", cpu_seconds() - begin, placed_of(again), tasks);
}

struct Item {
  std::int64_t cpu, memory;
};

// Nodes that are used, when each item goes to the first (or the fullest) one that has room.
int textbook(std::vector<Item> items, bool best) {
  std::sort(items.begin(), items.end(), [](auto& a, auto& b) { return a.memory > b.memory; });
  std::vector<Item> left;
  for (const auto& item : items) {
    auto at = left.end();
    for (auto node = left.begin(); node != left.end(); ++node) {
      if (node->cpu < item.cpu || node->memory < item.memory) continue;
      if (at == left.end() || (best && node->memory < at->memory)) at = node;
      if (!best) break;
    }
    if (at == left.end()) at = left.insert(left.end(), {16 * 1024, 64 * 1024 * kMiB});
    at->cpu -= item.cpu;
    at->memory -= item.memory;
  }
  return static_cast<int>(left.size());
}

void compare_packing() {
  std::mt19937 random(4711);
  std::vector<Item> items;
  std::vector<PlaceRequest> requests;
  for (int i = 0; i < 1000; ++i) {
    const Item item{.cpu = 128 * (1 + static_cast<std::int64_t>(random() % 24)),
                    .memory = 256 * kMiB * (1 + static_cast<std::int64_t>(random() % 48))};
    items.push_back(item);
    PlaceRequest request{.service = *Address::parse(fmt::format("service.s{}", i)),
                         .demand = {.cpu = item.cpu, .memory = item.memory},
                         .count = 1};
    request.rules.spread = "";
    request.rules.within = Placement::binpack_memory;
    requests.push_back(std::move(request));
  }
  std::vector<PlaceHost> hosts;
  for (int i = 0; i < 300; ++i) {
    hosts.push_back({.name = fmt::format("n{:03}", i), .cpu = 16 * 1024, .memory = 64 * 1024 * kMiB});
  }
  std::vector<std::string> used;
  for (const auto& result : place(hosts, {}, requests)) {
    for (const auto& task : result.tasks) used.push_back(task.node);
  }
  std::sort(used.begin(), used.end());
  const auto count = std::unique(used.begin(), used.end()) - used.begin();
  fmt::print("packing 1000 tasks of random size: {} nodes; first-fit decreasing {}, best-fit decreasing {}\n", count,
             textbook(items, false), textbook(items, true));
}

}  // namespace

int main() {
  measure(1'000, 10'000);
  measure(1'000, 100'000);
  compare_packing();
}
