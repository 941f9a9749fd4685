#include "apply/prepare/look_around.h"

#include "apply/prepare/hide_secrets.h"
#include "apply/prepare/world_view.h"
#include "providers/own_tasks.h"

namespace infra {

namespace {

void add_own_tasks(const std::string& platform, Provider& provider, Surroundings& out) {
  auto* has = dynamic_cast<HasOwnTasks*>(&provider);
  if (has == nullptr) return;
  auto tasks = has->own_tasks();
  if (!tasks) return out.errors.push_back(std::move(tasks).take_error("looking at the tasks of " + platform));
  for (auto& task : *tasks) {
    task.platform = platform;
    out.observed.objects.push_back(std::move(task));
  }
}

}  // namespace

Result<Surroundings> look_around(const Session& session) {
  auto state = session.store.load();
  if (!state) return std::move(state).error();
  Surroundings out{.state = *std::move(state), .observed = {}, .errors = {}};
  const Ownership owner{.stack = out.state.stack, .lineage = out.state.lineage};
  const auto providers = open_providers(session, {}, out.state, owner, out.errors);
  out.observed = observe_all(providers, out.state, out.errors);
  for (const auto& [name, provider] : providers) add_own_tasks(name, *provider, out);
  clean_observed(out.observed, *session.redactor);
  for (auto& error : out.errors) error = session.redactor->clean(std::move(error));
  return out;
}

}  // namespace infra
