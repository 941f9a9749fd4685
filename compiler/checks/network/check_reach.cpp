// On nodes each subnet is a network of its own: what has none in common with a service doesn't reach it by its address.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "compiler/checks/check_input.h"
#include "compiler/checks/services/check_places.h"

namespace infra::checks {
namespace {

using Owners = std::map<Address, const Use*>;

// Of what stands in networks of its own. Who names no subnets is in the first of the usual ones.
std::optional<Subnets> subnets_on_nodes(const Places& places, const Use& use) {
  if (use.launch != Launch::nodes || use.mode != "awsvpc") return std::nullopt;
  auto out = places.of_tasks(use);
  if (!out || out->empty()) return std::nullopt;
  if (use.config("subnets").is_null()) out->resize(1);
  return out;
}

bool have_one_in_common(const Subnets& a, const Subnets& b) {
  return std::any_of(a.begin(), a.end(),
                     [&](const Resource* one) { return std::find(b.begin(), b.end(), one) != b.end(); });
}

std::string names_of_subnets(const Subnets& subnets) {
  std::vector<std::string> names;
  for (const auto* subnet : subnets) names.push_back(subnet->address.path);
  return fmt::format("{}", fmt::join(names, ", "));
}

// Behind a load balancer its URLs lead there.
bool leads_to_its_tasks(const Ref& ref, const Resource& service) {
  if (ref.attribute == "address") return true;
  const auto* routes = service.config["route"].list();
  return ref.attribute == "urls" && (routes == nullptr || routes->empty());
}

void report_apart(const Use& from, const Use& to, Span place, const Subnets& own, const Subnets& others,
                  Diagnostics& diagnostics) {
  auto both = own;
  both.insert(both.end(), others.begin(), others.end());
  auto& warning = diagnostics.warning(
      "E0418", place,
      fmt::format("{} doesn't reach {}: they have no subnet in common", named(*from.owner), named(*to.owner)),
      fmt::format("its address is in {}", names_of_subnets(others)),
      fmt::format("on nodes each subnet is a network of its own: put both into one, or one into both: subnets = [{}]",
                  names_of_subnets(both)));
  warning.secondary.push_back({from.owner->place("subnets"), fmt::format("this is in {}", names_of_subnets(own))});
}

class Reach {
 public:
  Reach(const CheckInput& input, Diagnostics& diagnostics)
      : input_(input), places_(input.graph), diagnostics_(diagnostics) {
    for (const auto& use : input.uses) {
      if (use.owner != nullptr) owners_.emplace(use.owner->address, &use);
    }
  }

  void check(const Use& from) {
    if (from.owner == nullptr) return;
    const auto own = subnets_on_nodes(places_, from);
    if (!own) return;
    told_.clear();
    for (const auto& part : input_.parts(*from.task)) {
      if (part.attribute == nullptr || part.value == nullptr) continue;
      if (const auto* members = part.value->map()) {
        for (const auto& [name, value] : *members)
          look(from, *own, value, from.task->written(part.path + "." + name).value_or(part.span));
      } else {
        look(from, *own, *part.value, part.span);
      }
    }
  }

 private:
  void look(const Use& from, const Subnets& own, const Value& value, Span place) {
    if (!value.facts().refs) return;
    std::vector<Ref> refs;
    collect_refs(value, refs);
    for (const auto& ref : refs) {
      const auto to = owners_.find(ref.address);
      if (to == owners_.end() || to->second->owner == from.owner || !leads_to_its_tasks(ref, *to->second->owner))
        continue;
      if (to->second->platform != from.platform) continue;
      const auto others = subnets_on_nodes(places_, *to->second);
      if (!others || have_one_in_common(own, *others)) continue;
      if (std::find(told_.begin(), told_.end(), to->second) != told_.end()) continue;
      told_.push_back(to->second);
      report_apart(from, *to->second, place, own, *others, diagnostics_);
    }
  }

  const CheckInput& input_;
  Places places_;
  Diagnostics& diagnostics_;
  Owners owners_;
  std::vector<const Use*> told_;  // of one that asks: once for each service
};

}  // namespace

void reach(const CheckInput& input, Diagnostics& diagnostics) {
  Reach all(input, diagnostics);
  for (const auto& use : input.uses) all.check(use);
}

}  // namespace infra::checks
