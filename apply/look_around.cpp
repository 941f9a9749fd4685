#include "apply/look_around.h"

#include "apply/hide_secrets.h"
#include "apply/world_view.h"

namespace infra {

Result<Surroundings> look_around(const Session& session) {
  auto state = session.store.load();
  if (!state) return std::move(state).error();
  Surroundings out{.state = *std::move(state), .observed = {}, .errors = {}};
  const Ownership owner{.stack = out.state.stack, .lineage = out.state.lineage};
  const auto providers = open_providers(session, {}, out.state, owner, out.errors);
  out.observed = observe_all(providers, out.state, out.errors);
  clean_observed(out.observed, *session.redactor);
  for (auto& error : out.errors) error = session.redactor->clean(std::move(error));
  return out;
}

}  // namespace infra
