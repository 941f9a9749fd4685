#include <algorithm>
#include <limits>
#include <set>

#include "providers/aws/api/xml.h"
#include "providers/aws/lower/aws_routes.h"

namespace infra::aws {

namespace {

constexpr std::int64_t kStep = 10;  // leaves room for rules that are made by hand

std::int64_t after(std::int64_t last, const std::set<std::int64_t>& taken) {
  auto out = (last / kStep + 1) * kStep;
  while (taken.contains(out)) out += kStep;
  return out;
}

// A priority between two others; none: behind the first.
std::int64_t between(std::int64_t last, std::int64_t next, const std::set<std::int64_t>& taken) {
  const auto usual = after(last, taken);
  if (usual < next) return usual;
  for (auto out = next - 1; out > last; --out) {
    if (!taken.contains(out)) return out;
  }
  return usual;
}

std::vector<RouteView> in_order(const Lowering& lowering, const Resource& listener) {
  auto out = routes_through(lowering, listener);
  std::sort(out.begin(), out.end(), engine::goes_before);
  return out;
}

bool same(const RouteView& a, const RouteView& b) { return a.service == b.service && a.index == b.index; }

// A listener of somebody else has rules of others, whose priorities are theirs. Ours stay what they are, as long as
// that is their order: what a neighbour adds or removes changes nothing here.
std::int64_t priority_among_others(const Lowering& lowering, const RouteView& route) {
  const auto rules = read_of(lowering, *route.listener, "rules");
  std::set<std::int64_t> taken;
  for (const auto& one : items_of(rules["taken"])) taken.insert(number_of(one));
  const auto now = [&](const RouteView& one) {
    const auto part = one.service->address.with_part("rule-" + std::to_string(one.index));
    return number_of(rules["own"][part.text()]);  // 0: there is none yet
  };
  const auto all = in_order(lowering, *route.listener);
  std::int64_t last = 0;
  for (auto at = all.begin(); at != all.end(); ++at) {
    auto next = std::numeric_limits<std::int64_t>::max();
    for (auto later = at + 1; later != all.end() && next == std::numeric_limits<std::int64_t>::max(); ++later) {
      if (now(*later) > last) next = now(*later);
    }
    last = now(*at) > last ? now(*at) : between(last, next, taken);
    if (same(*at, route)) return last;
  }
  return after(last, taken);
}

}  // namespace

std::int64_t priority_of(const Lowering& lowering, const RouteView& route) {
  if (route.listener->existing) return priority_among_others(lowering, route);
  std::int64_t before = 0;
  for (const auto& other : routes_through(lowering, *route.listener)) {
    if (engine::goes_before(other, route)) ++before;
  }
  return (before + 1) * kStep;
}

}  // namespace infra::aws
