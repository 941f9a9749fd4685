#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "compiler/checks/nodes.h"
#include "compiler/checks/parts.h"
#include "compiler/checks/rolling.h"
#include "compiler/checks/use.h"

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

// Gives each copy a machine of its own, moving others where that helps (augmenting paths).
class Seats {
 public:
  bool seat(std::size_t copy, const std::vector<std::string>& machines) {
    wishes_.resize(std::max(wishes_.size(), copy + 1));
    wishes_[copy] = machines;
    std::set<std::string> tried;
    return find(copy, tried);
  }

 private:
  bool find(std::size_t copy, std::set<std::string>& tried) {
    for (const auto& machine : wishes_[copy]) {
      if (!tried.insert(machine).second) continue;
      const auto at = taken_.find(machine);
      if (at != taken_.end() && !find(at->second, tried)) continue;
      taken_[machine] = copy;
      return true;
    }
    return false;
  }
  std::vector<std::vector<std::string>> wishes_;
  std::map<std::string, std::size_t> taken_;
};

std::int64_t wanted(const Holder& holder, std::int64_t machines) {
  return holder.copies ? holder.copies->least : machines;
}

std::vector<std::string> names(const Machines& machines) {
  std::vector<std::string> out;
  if (machines.alike) {
    for (std::int64_t i = 0; i < machines.most; ++i) out.push_back(fmt::format("{}", i));
  } else {
    for (const auto& machine : machines.all) out.push_back(machine.name);
  }
  return out;
}

void report_pair(const Holder& first, const Holder& second, Diagnostics& diagnostics) {
  const bool swapped = second.port.place < first.port.place;
  const auto& later = swapped ? first : second;
  const auto& earlier = swapped ? second : first;
  auto& diagnostic =
      diagnostics.error("E0404", later.port.place,
                        fmt::format("services `{}` and `{}` can't avoid each other on host port {}",
                                    earlier.use.owner->address.path, later.use.owner->address.path, later.port.host),
                        fmt::format("service `{}` wants it on {}", later.use.owner->address.path,
                                    several(wanted(later, later.machines.most), "node")),
                        later.use.mode == "bridge" ? "give one another port, or let the platform choose: host = dynamic"
                                                   : "give one another port, or use network = awsvpc");
  diagnostic.secondary.push_back({earlier.port.place == later.port.place ? earlier.use.owner->span : earlier.port.place,
                                  fmt::format("service `{}` wants it on {}", earlier.use.owner->address.path,
                                              several(wanted(earlier, earlier.machines.most), "node"))});
  diagnostic.secondary.push_back(
      {later.machines.place, fmt::format("{} in all", several(later.machines.most, "node"))});
}

// Services of one port and group: each copy needs a machine where the port is free.
void check_together(const std::vector<Holder>& holders, Diagnostics& diagnostics) {
  Seats seats;
  std::size_t copy = 0;
  for (const auto& holder : holders) {
    const auto machines = names(holder.machines);
    const auto count = wanted(holder, static_cast<std::int64_t>(machines.size()));
    if (count > static_cast<std::int64_t>(machines.size())) return;  // reported alone
    for (std::int64_t i = 0; i < count; ++i) {
      if (seats.seat(copy++, machines)) continue;
      if (&holder != &holders.front()) report_pair(*(&holder - 1), holder, diagnostics);
      return;
    }
  }
}

}  // namespace

void host_ports(const CheckInput& input, Diagnostics& diagnostics) {
  std::map<std::tuple<std::string, std::int64_t, std::string>, std::vector<Holder>> together;
  for (const auto& use : uses_of(input.graph)) {
    if (!use.is_service() || use.platform == nullptr || use.config("daemon").boolean() == nullptr) continue;
    const auto machines = machines_of(use);
    const auto copies = copies_of(use);
    if (!machines || (!copies && !is_daemon(use))) continue;
    bool first = true;
    for (const auto& port : ports_of(use)) {
      if (port.host == 0) continue;
      const Holder holder{use, *machines, port, copies};
      if (std::exchange(first, false)) check_copies(holder, diagnostics);
      together[{machines->group, port.host, port.protocol}].push_back(holder);
    }
  }
  for (const auto& [port, holders] : together) {
    if (holders.size() > 1) check_together(holders, diagnostics);
  }
}

}  // namespace infra::checks
