#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_rolling.h"
#include "compiler/checks/services/check_room.h"

namespace infra::checks {
namespace {

constexpr std::size_t kMostShown = 4;  // services in one message

// A service on machines whose number is known.
struct Tenant {
  Use use;
  const Machines& machines;  // those with one cluster and one `where` share it
  Demand demand;
  std::int64_t least, most;  // copies

  [[nodiscard]] Span place() const {
    const auto copies = copies_of(use);
    return copies ? copies->place : use.owner->span;
  }
};

// One of the two resources that machines run out of.
struct Measure {
  std::string_view word;
  std::optional<std::int64_t> (*need)(const Demand&);
  std::optional<std::int64_t> (*has)(const Machine&);
  std::string (*text)(std::int64_t);
};
const Measure kMemory = {
    "memory", [](const Demand& d) { return d.memory ? std::optional(d.memory->amount.count) : std::nullopt; },
    [](const Machine& m) {
      return m.memory ? std::optional(std::max<std::int64_t>(m.memory->count, 0)) : std::nullopt;
    },
    [](std::int64_t n) {
      const bool whole = n % kGib == 0 || n < kGib;
      return whole ? format_bytes(Bytes{n})
                   : fmt::format("{:.1f}GiB", std::floor(static_cast<double>(n) * 10 / kGib) / 10);
    }};
const Measure kCpu = {"CPU", [](const Demand& d) { return d.cpu ? std::optional(d.cpu->amount.ticks) : std::nullopt; },
                      [](const Machine& m) { return m.cpu ? std::optional(m.cpu->ticks) : std::nullopt; },
                      [](std::int64_t n) { return format_cpu(Cpu{n}); }};

// All services that share machines.
class House {
 public:
  explicit House(std::vector<Tenant> tenants) : tenants_(std::move(tenants)) {
    std::set<const Machines*> seen;
    for (const auto& tenant : tenants_) {
      if (!seen.insert(&tenant.machines).second) continue;
      for (const auto& machine : tenant.machines.all) by_name_.emplace(machine.name, &machine);
    }
    const auto& first = tenants_.front().machines;
    count_ = first.alike ? first.most : static_cast<std::int64_t>(by_name_.size());
    alike_ = first.alike;
    for (const auto* measure : {&kMemory, &kCpu}) sums_.push_back(sums_of(*measure));
  }

  void check(Diagnostics& diagnostics) {
    for (const auto& tenant : tenants_) {
      if (too_many_alone(tenant)) return;  // said of it alone
    }
    for (const auto& sums : sums_) {
      if (too_much(sums, diagnostics)) return;
    }
    for (const auto& tenant : tenants_) check_headroom(tenant, diagnostics);
  }

 private:
  [[nodiscard]] bool too_many_alone(const Tenant& tenant) const {
    const auto most = room(tenant.machines, tenant.demand, is_distinct(tenant.use), tenant.machines.most);
    return most >= 0 && tenant.most > most;
  }

  // Of one measure, added up once: there may be thousands of services.
  struct Sums {
    const Measure* measure;
    std::optional<std::int64_t> total;  // what all machines have together; nullopt: not known of one
    std::int64_t least = 0, most = 0;   // what all services want
    std::int64_t large = 0;             // copies of more than half a machine: each needs one of its own
  };

  [[nodiscard]] Sums sums_of(const Measure& measure) const {
    Sums out{.measure = &measure, .total = 0};
    for (const auto& [name, machine] : by_name_) {
      const auto has = measure.has(*machine);
      if (!has) out.total.reset();
      if (out.total) *out.total += alike_ ? *has * count_ : *has;
    }
    const auto each = alike_ ? measure.has(*by_name_.begin()->second) : std::nullopt;
    for (const auto& tenant : tenants_) {
      const auto need = measure.need(tenant.demand).value_or(0);
      out.least += need * tenant.least;
      out.most += need * tenant.most;
      if (each && need * 2 > *each) out.large += tenant.least;
    }
    return out;
  }

  bool too_much(const Sums& sums, Diagnostics& diagnostics) {
    if (!sums.total || tenants_.size() < 2) return false;
    const auto all = *sums.total;
    if (sums.least > all || sums.large > count_) {
      report(*sums.measure, all, sums.least, Severity::error, sums.least > all ? 0 : sums.large, diagnostics);
      return true;
    }
    if (sums.most > all) report(*sums.measure, all, sums.most, Severity::warning, 0, diagnostics);
    return sums.most > all;
  }

  void report(const Measure& resource, std::int64_t all, std::int64_t sum, Severity severity, std::int64_t large,
              Diagnostics& diagnostics) {
    std::vector<const Tenant*> sorted;
    for (const auto& tenant : tenants_) {
      if (resource.need(tenant.demand).value_or(0) > 0 && tenant.most > 0) sorted.push_back(&tenant);
    }
    std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->place() < b->place(); });
    const auto& last = *sorted.back();
    const bool error = severity == Severity::error;
    Diagnostic out{.severity = severity, .code = "E0405"};
    out.message = large > 0
                      ? fmt::format("the services of {} don't fit on its {}: {} copies need more than half a node each",
                                    home(), nodes(), large)
                      : fmt::format("the services of {} need {} of {} together{}, and its {} {} {}", home(),
                                    resource.text(sum), resource.word, error ? "" : " at their largest", nodes(),
                                    count_ == 1 ? "has" : "have", resource.text(all));
    out.primary = {last.place(), share(resource, last, !error)};
    for (std::size_t i = 0; i + 1 < sorted.size() && i < kMostShown; ++i)
      out.secondary.push_back({sorted[i]->place(), share(resource, *sorted[i], !error)});
    out.secondary.push_back({last.machines.place, fmt::format("{} at most", nodes())});
    out.help = "run fewer copies, make the tasks smaller, or give the cluster more or larger nodes";
    diagnostics.add(std::move(out));
  }

  [[nodiscard]] std::string share(const Measure& resource, const Tenant& tenant, bool most) const {
    const auto copies = most ? tenant.most : tenant.least;
    return fmt::format("{} needs {} × {}", named(*tenant.use.owner), copies,
                       resource.text(resource.need(tenant.demand).value_or(0)));
  }

  // Where no copy may stop first, one more must find room, or no version ever changes.
  void check_headroom(const Tenant& tenant, Diagnostics& diagnostics) {
    if (is_daemon(tenant.use) || tenant.least == 0 || may_stop(tenant.use, tenant.least)) return;
    const auto alone = room(tenant.machines, tenant.demand, is_distinct(tenant.use), tenant.machines.most);
    bool full = alone >= 0 && tenant.least + 1 > alone;
    for (const auto& sums : sums_) {
      const auto one = sums.measure->need(tenant.demand).value_or(0);
      full = full || (sums.total && one > 0 && sums.least + one > *sums.total);
    }
    if (!full) return;
    const auto percent = (tenant.least - 1) * 100 / tenant.least;
    const auto min = tenant.use.owner->written("deploy.min");
    auto& diagnostic = diagnostics.error(
        "E0405", tenant.place(),
        fmt::format("{} could never change: {} has no room for one copy more, and none may stop first",
                    named(*tenant.use.owner), home()),
        fmt::format("{} {} run, and one more to change", tenant.least, tenant.least == 1 ? "copy must" : "copies must"),
        fmt::format("let one stop first: deploy {{ min = {}% }}; or give the cluster room for one more", percent));
    if (min) diagnostic.secondary.push_back({*min, "none may stop"});
    diagnostic.secondary.push_back({tenant.machines.place, fmt::format("{} at most", nodes())});
    if (min) diagnostic.fixes.push_back({*min, fmt::format("{}%", percent)});
  }

  [[nodiscard]] std::string nodes() const { return fmt::format("{} node{}", count_, count_ == 1 ? "" : "s"); }
  [[nodiscard]] std::string home() const {
    const auto& use = tenants_.front().use;
    return use.launch == Launch::ec2 ? named(*use.cluster) : fmt::format("platform `{}`", use.platform->name);
  }

  std::vector<Tenant> tenants_;
  std::map<std::string, const Machine*> by_name_;
  std::vector<Sums> sums_;  // of memory and CPU
  std::int64_t count_ = 0;
  bool alike_ = false;
};

}  // namespace

void capacity(const CheckInput& input, Diagnostics& diagnostics) {
  std::map<std::pair<std::string, std::string>, std::optional<Machines>> known;  // by where, and `place { where }`
  std::map<std::string, std::vector<Tenant>> houses;
  for (const auto& use : input.uses) {
    if (!use.is_service() || use.platform == nullptr || use.config("daemon").boolean() == nullptr) continue;
    const bool ec2 = use.launch == Launch::ec2;
    const auto [at, fresh] = known.try_emplace(
        {ec2 ? use.cluster->address.text() : use.platform->name, to_source(use.config("place")["where"])},
        std::nullopt);
    if (fresh) at->second = machines_of(use);
    const auto& machines = at->second;
    const auto copies = copies_of(use);
    if (!machines || machines->all.empty() || machines->most <= 0 || (!copies && !is_daemon(use))) continue;
    houses[machines->group].push_back({use, *machines, demand_of(use), copies ? copies->least : machines->most,
                                       copies ? copies->most : machines->most});
  }
  for (auto& [group, tenants] : houses) House(std::move(tenants)).check(diagnostics);
}

}  // namespace infra::checks
