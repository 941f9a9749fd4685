// Texts that mean something else there, or show what nobody should see.
#include <fmt/format.h>

#include "importers/compose/compose_file.h"
#include "importers/compose/compose_segments.h"

namespace infra::importing {

// https://docs.docker.com/reference/cli/docker/service/create/#create-services-using-templates
void note_template(const std::string& text, const std::string& place, ComposeContext& context) {
  for (auto at = text.find("{{"); at != std::string::npos; at = text.find("{{", at + 2)) {
    const auto end = text.find("}}", at);
    if (end == std::string::npos) return;
    const auto inside = text.substr(at, end + 2 - at);
    for (const auto* name : {".Service.", ".Node.", ".Task."}) {
      if (inside.find(name) == std::string::npos) continue;
      context.notes.add(
          place,
          fmt::format("{}: a template of Swarm, which stays as text: each copy has the same value here", inside));
    }
  }
}

void note_shown(const std::string& text, const std::string& place, ComposeContext& context) {
  if (!credentials_in(masked(parse_template(text))).empty())
    context.notes.add(place,
                      "it holds a secret in clear, as in the Compose file: everybody who may look at the "
                      "container can read it");
}

}  // namespace infra::importing
