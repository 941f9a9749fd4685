#include "cli/live/live_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text/likeness.h"
#include "planner/decide/targets.h"

namespace infra::cli {

namespace {

Result<LiveView> view_of(const Session& session) {
  auto state = session.store.load();
  if (!state) return std::move(state).error();
  LiveView out;
  out.state = *std::move(state);
  const Ownership owner{.stack = out.state.stack, .lineage = out.state.lineage};
  out.providers = open_providers(session, {}, out.state, owner, out.errors);
  for (const auto& [name, provider] : out.providers) {
    if (auto* live = live_of(*provider)) {
      out.all.push_back(live);
    } else {
      out.without.push_back(name);
    }
  }
  return out;
}

Error nothing_to_look_into(const LiveView& view, const std::string& what) {
  if (view.without.empty()) {
    return {.code = "E0704",
            .message = "nothing of this stack is recorded, so there is nothing to look into",
            .help = "`infra apply` makes it",
            .context = {}};
  }
  return {.code = "E0720",
          .message = fmt::format("the platform{} {} can't show {}", view.without.size() == 1 ? "" : "s",
                                 fmt::join(view.without, ", "), what),
          .help = "container engines (`nodes`) and clusters of Kubernetes can; look with the platform's own tools",
          .context = {}};
}

}  // namespace

Result<OpenLive> open_live(const Console& console, const StackOptions& options, const std::string& what) {
  if (auto there = check_state(options); !there) return std::move(there).error();
  auto opened = open_session(options, {});
  if (!opened) return std::move(opened).error();
  auto view = view_of(*opened->session);
  if (!view) return std::move(view).error();
  for (const auto& error : view->errors) console.complain(error.line() + "\n");
  if (view->all.empty()) return nothing_to_look_into(*view, what);
  return OpenLive{.opened = *std::move(opened), .view = *std::move(view)};
}

Result<std::vector<PlacedContainer>> LiveView::containers(const Console& console) { return listed(console, false); }

Result<std::vector<PlacedContainer>> LiveView::with_balancers(const Console& console) { return listed(console, true); }

Result<std::vector<PlacedContainer>> LiveView::listed(const Console& console, bool balancers) {
  std::vector<PlacedContainer> out;
  const auto add = [&](Live& live, Result<Live::Listed> some) -> Result<Ok> {
    if (!some) return std::move(some).error();
    for (auto& one : some->containers) out.push_back({&live, std::move(one)});
    for (const auto& [node, where, error] : some->unreachable) {
      if (std::ranges::find(told_, where) != told_.end()) continue;
      told_.push_back(where);
      console.complain(fmt::format("{} doesn't answer: {}\n", where, error.line()));
    }
    return Ok{};
  };
  for (auto* live : all) {
    if (auto added = add(*live, live->containers()); !added) return std::move(added).error();
    if (!balancers) continue;
    if (auto added = add(*live, live->balancers()); !added) return std::move(added).error();
  }
  std::ranges::stable_sort(out, [](const PlacedContainer& a, const PlacedContainer& b) {
    return std::tie(a.container.address, a.container.container) < std::tie(b.container.address, b.container.container);
  });
  return out;
}

bool means(const std::string& given, const Address& address) {
  return given.empty() || given == address.text() || is_target(given, address.owner());
}

Error LiveView::nothing_at(const std::string& address, const std::vector<PlacedContainer>& found) const {
  std::set<std::string> names;
  bool recorded = false, runs = false;
  for (const auto& row : state.resources) {
    static const std::set<std::string> kRunners{"daemon_set", "deployment", "job_run", "kube_job", "task", "task_set"};
    const bool its = means(address, row.address);
    recorded = recorded || its;
    if (!kRunners.contains(row.type)) continue;
    runs = runs || its;
    names.insert(row.address.owner().text());
  }
  for (const auto& one : found) names.insert(one.container.address.owner().text());
  if (recorded && !runs && !address.empty()) {
    return {.code = "E0704",
            .message = fmt::format("`{}` is no service and no job", address),
            .help = "`infra ps` lists what runs",
            .context = {}};
  }
  if (recorded) {
    const auto who =
        address.empty() ? "no service and no job of this stack has a" : fmt::format("`{}` has no", address);
    return {.code = "E0704",
            .message = fmt::format("{} container now", who),
            .help = "`infra ps` lists what runs; `infra apply` brings back what is missing",
            .context = {}};
  }
  const auto close = did_you_mean(address, {names.begin(), names.end()});
  return {.code = "E0704",
          .message = fmt::format("`{}` names no service and no job that is recorded or runs", address),
          .help = close.empty() ? "give an address as `infra ps` shows it, with or without the task's number"
                                : fmt::format("did you mean `{}`?", close),
          .context = {}};
}

}  // namespace infra::cli
