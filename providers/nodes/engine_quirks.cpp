#include "providers/nodes/engine_quirks.h"

namespace infra::nodes {

Quirks quirks_of(const std::map<std::string, std::string>& headers) {
  const auto podman = headers.find("libpod-api-version");
  if (podman == headers.end()) return {};
  Quirks out{.name = "Podman " + podman->second};
  out.checks_when_asked = true;
  out.unnamed_answers = true;
  out.measures_once = true;
  out.loses_past_events = true;
  out.lists_log_drivers = true;
  out.unnamed_log_driver = true;
  out.forgets_pushed_digests = true;
  out.plain_mounts = true;
  out.keeps_running = "always";  // podman-restart.service starts nothing else
  out.removes_used_networks = true;
  out.has_no_swarm = true;
  out.knows_owners = true;
  return out;
}

}  // namespace infra::nodes
