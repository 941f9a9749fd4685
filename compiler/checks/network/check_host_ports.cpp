#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_nodes.h"
#include "compiler/checks/services/check_rolling.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

struct Holder {  // a service with a fixed host port
  Use use;
  Machines machines;
  PortUse port;
  std::optional<Copies> copies;  // nullopt: a daemon, one on each machine
};

std::string several(std::int64_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

// With as many copies as machines none can start before one has stopped.
bool works_on(const Holder& holder, std::int64_t copies, std::int64_t machines) {
  return copies < machines || (copies == machines && (copies == 0 || may_stop(holder.use, copies)));
}

void add_stop_fix(const Holder& holder, std::int64_t copies, Diagnostic& diagnostic) {
  const auto percent = (copies - 1) * 100 / copies;
  diagnostic.fixes.clear();
  const auto min = holder.use.owner->written("deploy.min");
  diagnostic.help =
      fmt::format("let one stop first: deploy {{ min = {}% }}; or let the platform choose the port", percent);
  if (min) {
    diagnostic.fixes.push_back({*min, fmt::format("{}%", percent)});
  } else if (!holder.use.owner->written("deploy")) {
    Span last;
    for (const auto* attribute : {"cluster", "task", "desired"}) {
      const auto at = holder.use.owner->written(attribute);
      if (at && (!last.somewhere() || last < *at)) last = *at;
    }
    diagnostic.fixes.push_back({{last.file, last.end, last.end}, fmt::format("; deploy {{ min = {}% }}", percent)});
  }
}

void check_copies(const Holder& holder, Diagnostics& diagnostics) {
  const auto& use = holder.use;  // no structured binding: clang 14 can't capture one
  const auto& machines = holder.machines;
  const auto& port = holder.port;
  const auto& copies = holder.copies;
  if (!copies || machines.most == 0) return;
  const auto on = several(machines.most, "node");
  const Label why{port.place, fmt::format("port {} is free once on each node", port.host)};
  auto report = [&](Severity severity, std::string message, std::string label) {
    Diagnostic out{.severity = severity,
                   .code = "E0404",
                   .message = std::move(message),
                   .primary = {copies->place, std::move(label)}};
    out.secondary.push_back(why);
    out.secondary.push_back({machines.place, machines.least == machines.most ? on : fmt::format("at most {}", on)});
    out.help = use.mode == "bridge" ? "let the platform choose the port: host = dynamic" : "use network = awsvpc";
    if (use.mode == "bridge") out.fixes.push_back({port.place, "dynamic"});
    return out;
  };
  const auto& name = use.owner->address.path;
  if (copies->least > machines.most) {
    diagnostics.add(
        report(Severity::error,
               fmt::format("service `{}` can't run {} copies with a fixed host port on {}", name, copies->least, on),
               fmt::format("wants {}", copies->least)));
  } else if (!works_on(holder, copies->least, machines.most)) {
    auto out = report(
        Severity::error,
        fmt::format("service `{}` can never change: {} a copy with host port {}, and none may stop "
                    "before the next has started",
                    name, machines.most == 1 ? "its only node has" : fmt::format("each of its {} has", on), port.host),
        fmt::format("needs {}, and one more to change", several(copies->least, "node")));
    add_stop_fix(holder, copies->least, out);
    diagnostics.add(std::move(out));
  } else if (copies->most > machines.most) {
    diagnostics.add(report(
        Severity::warning,
        fmt::format("service `{}` can't scale to {} copies with a fixed host port on {}", name, copies->most, on),
        fmt::format("at most {} can run", machines.most)));
  } else if (machines.least < machines.most && !works_on(holder, copies->least, machines.most - 1)) {
    diagnostics.add(report(
        Severity::warning,
        fmt::format("service `{}` works only when its cluster has all {}: host port {} is fixed", name, on, port.host),
        fmt::format("needs {}", on)));
  }
}

std::int64_t wanted(const Holder& holder) { return holder.copies ? holder.copies->least : holder.machines.most; }

using Holders = std::vector<const Holder*>;

// How many copies and machines some services have together. Machines that are alike are the same for all.
class Crowd {
 public:
  void add(const Holder& holder) {
    copies_ += wanted(holder);
    if (holder.machines.alike) most_ = std::max(most_, holder.machines.most);
    for (const auto& machine : holder.machines.all) names_.insert(machine.name);
    alike_ = alike_ || holder.machines.alike;
  }
  [[nodiscard]] bool too_many() const { return copies_ > (alike_ ? most_ : static_cast<std::int64_t>(names_.size())); }

 private:
  std::int64_t copies_ = 0;
  std::int64_t most_ = 0;
  bool alike_ = false;
  std::set<std::string_view> names_;
};

// The last one and as few others as are too many with it, those with the most copies first.
Holders without_bystanders(Holders others, const Holder& last) {
  std::stable_sort(others.begin(), others.end(),
                   [](const Holder* a, const Holder* b) { return wanted(*a) > wanted(*b); });
  Holders out{&last};
  Crowd crowd;
  crowd.add(last);
  for (auto at = others.begin(); at != others.end() && !crowd.too_many(); ++at) {
    crowd.add(**at);
    out.push_back(*at);
  }
  return out;
}

// Gives each copy one of its service's machines, moving others where that helps (augmenting paths).
class Seats {
 public:
  // Those who hold all machines that a copy of this one could have had; empty if there was one for each copy.
  Holders seat(const Holder& holder) {
    for (std::int64_t i = 0; i < wanted(holder); ++i) {
      copies_.push_back(&holder);
      std::set<std::string_view> tried;
      if (find(copies_.size() - 1, tried)) continue;
      Holders rivals;
      for (const auto& machine : tried) rivals.push_back(copies_[taken_.at(machine)]);
      std::sort(rivals.begin(), rivals.end());
      rivals.erase(std::unique(rivals.begin(), rivals.end()), rivals.end());
      std::erase(rivals, &holder);
      return rivals;
    }
    return {};
  }

 private:
  bool find(std::size_t copy, std::set<std::string_view>& tried) {
    const auto& machines = copies_[copy]->machines.all;
    for (const auto& machine : machines) {
      if (taken_.try_emplace(machine.name, copy).second) return true;
    }
    for (const auto& machine : machines) {
      if (!tried.insert(machine.name).second || !find(taken_.at(machine.name), tried)) continue;
      taken_[machine.name] = copy;
      return true;
    }
    return false;
  }
  Holders copies_;
  std::map<std::string_view, std::size_t> taken_;
};

constexpr std::size_t kMostNamed = 6;  // services in one message

// "`a`, `b` and `c`", "`a`, `b` … and 9 others"
std::string list_of(const Holders& holders) {
  const auto named = holders.size() > kMostNamed ? kMostNamed - 1 : holders.size() - 1;
  std::string out;
  for (std::size_t i = 0; i < named; ++i)
    out += fmt::format("{}`{}`", i > 0 ? ", " : "", holders[i]->use.owner->address.path);
  if (const auto left = holders.size() - named; left > 1) return out + fmt::format(" and {} others", left);
  return out + fmt::format(" and `{}`", holders.back()->use.owner->address.path);
}

// Of those that want the same machines the last one written is to blame.
void report_together(Holders holders, Diagnostics& diagnostics) {
  std::sort(holders.begin(), holders.end(), [](const Holder* a, const Holder* b) {
    return std::tie(a->port.place, a->use.owner->span) < std::tie(b->port.place, b->use.owner->span);
  });
  const auto wish = [](const Holder& holder) {
    return fmt::format("service `{}` wants it on {}", holder.use.owner->address.path, several(wanted(holder), "node"));
  };
  const auto& last = *holders.back();
  auto& diagnostic = diagnostics.error(
      "E0404", last.port.place,
      fmt::format("services {} can't avoid each other on host port {}", list_of(holders), last.port.host), wish(last),
      last.use.mode == "bridge" ? "give one another port, or let the platform choose: host = dynamic"
                                : "give one another port, or use network = awsvpc");
  for (std::size_t i = 0; i + 1 < std::min(holders.size(), kMostNamed); ++i) {
    const auto& place = holders[i]->port.place;
    diagnostic.secondary.push_back({place == last.port.place ? holders[i]->use.owner->span : place, wish(*holders[i])});
  }
  diagnostic.secondary.push_back({last.machines.place, fmt::format("{} in all", several(last.machines.most, "node"))});
}

// Services of one port and group: each copy needs a machine where the port is free.
void check_together(const std::vector<Holder>& holders, Diagnostics& diagnostics) {
  Seats seats;
  Crowd crowd;
  Holders so_far;
  std::set<const Holder*> blamed;
  for (const auto& holder : holders) {
    if (wanted(holder) > holder.machines.most) continue;  // reported alone
    crowd.add(holder);
    const bool alike = holder.machines.alike;
    auto rivals = !alike ? seats.seat(holder) : crowd.too_many() ? so_far : Holders();
    so_far.push_back(&holder);
    if (rivals.empty()) continue;
    rivals = without_bystanders(std::move(rivals), holder);
    const bool said = std::any_of(rivals.begin(), rivals.end(), [&](const Holder* h) { return blamed.contains(h); });
    blamed.insert(rivals.begin(), rivals.end());
    if (!said) report_together(std::move(rivals), diagnostics);
    if (alike) return;  // the rest has no machine left either
  }
}

}  // namespace

void host_ports(const CheckInput& input, Diagnostics& diagnostics) {
  std::map<std::tuple<std::string, std::int64_t, std::string>, std::vector<Holder>> together;
  for (const auto& use : input.uses) {
    if (!use.is_service() || use.platform == nullptr || use.config("daemon").boolean() == nullptr) continue;
    const auto machines = machines_of(use);
    const auto copies = copies_of(use);
    if (!machines || (!copies && !is_daemon(use))) continue;
    bool first = true;
    for (const auto& port : ports_of(use)) {
      if (port.host == 0) continue;
      const Holder holder{use, *machines, port, copies};
      if (std::exchange(first, false)) check_copies(holder, diagnostics);
      auto& others = together[{machines->group, port.host, port.protocol}];
      if (others.empty() || others.back().use.owner != use.owner) others.push_back(holder);  // its own twice is E0412
    }
  }
  for (const auto& [port, holders] : together) {
    if (holders.size() > 1) check_together(holders, diagnostics);
  }
}

}  // namespace infra::checks
