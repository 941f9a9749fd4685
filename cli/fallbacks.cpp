#include "cli/fallbacks.h"

namespace infra::cli {

Result<LastParams> recall_params(Session& session, bool destroy) {
  auto last = last_params(session.store);
  if (last && destroy) take_recorded(*last, session.params);
  return last;
}

void show_fallbacks(const Console& console, const LastParams& last, const Session& session, const Prepared& prepared) {
  const auto lines = fallen_back(last, session.params, *prepared.compiled.graph);
  if (lines.empty()) return;
  console.note(fmt::format("\nNot given this time, but in revision {}:", last.revision));
  for (const auto& line : lines) console.note("- " + line);
}

}  // namespace infra::cli
