// Where the time of a plan goes: prepares a stack's folder some times and prints the median of each phase.
//   infra_phases DIR [RUNS]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "apply/disk_tree.h"
#include "apply/session.h"
#include "state/places/sqlite_store.h"
#include "workspace/open_session.h"

namespace {

struct Phases {
  std::vector<std::string> order;
  std::map<std::string, std::vector<double>> took;  // ms
};

bool measure(const std::string& folder, Phases& out) {
  const auto platforms = infra::all_platforms();
  const infra::DiskTree tree(folder);
  auto store = infra::open_sqlite(folder + "/.infra/state.db", "");
  if (!store) return fmt::print(stderr, "{}\n", store.error().text()), false;
  const infra::Session session{.sources = tree,
                               .platforms = platforms,
                               .store = **store,
                               .home = folder + "/.infra",
                               .default_stack = "bench",
                               .params = {},
                               .parallelism = 10};
  const auto prepared = infra::prepare(session, {}, false);
  for (const auto& timing : prepared.timings) {
    if (!out.took.contains(timing.phase)) out.order.push_back(timing.phase);
    out.took[timing.phase].push_back(static_cast<double>(timing.took.count()) / 1000);
  }
  if (!prepared.ok()) {
    fmt::print(stderr, "{}", render_text(prepared.diagnostics, prepared.compiled.sources));
    for (const auto& error : prepared.errors) fmt::print(stderr, "{}\n", error.text());
  }
  return prepared.ok();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return fmt::print(stderr, "usage: infra_phases DIR [RUNS]\n"), EXIT_FAILURE;
  const int runs = count > 2 ? std::max(1, std::atoi(arguments[2])) : 5;
  Phases phases;
  for (int i = 0; i < runs; ++i) {
    if (!measure(arguments[1], phases)) return EXIT_FAILURE;
  }
  double all = 0;
  for (const auto& name : phases.order) {
    const double ms = median(phases.took[name]);
    all += ms;
    fmt::print("{:10} {:9.2f} ms\n", name, ms);
  }
  fmt::print("{:10} {:9.2f} ms\n", "all", all);
}
