// What an engine does otherwise than Docker's: each difference is one fact here, with one place that acts on it. It is
// known from the answer by which the API's version is agreed on. See docs/podman.md for what follows for a stack.
#pragma once
#include <map>
#include <string>

namespace infra::nodes {

struct Quirks {
  std::string name = "Docker";  // "Podman 4.3.1"
  // Health checks run when something asks for it (a timer of systemd, where there is one), and lists don't show how
  // they ended: tasks/container_entries.h.
  bool checks_when_asked = false;
  // Streams of JSON objects and some whole answers, as statistics, have no Content-Type: engine.cpp.
  bool unnamed_answers = false;
  // Measures once where Docker measures twice, so that a use over time needs two answers: live/usage.cpp.
  bool measures_once = false;
  // An end of events that has passed hides what happened before it: live/events.cpp asks without one.
  bool loses_past_events = false;
  // Has no log drivers but those that it lists; `json-file` is another name of one of them:
  // preflight/refused_log_drivers.cpp.
  bool lists_log_drivers = false;
  // Its own log driver takes a bound, and it doesn't tell which one that is: Engine::rotates_logs.
  bool unnamed_log_driver = false;
  // Doesn't know an image by the digest that its push has made: preflight/refused_pushes.cpp refuses what would be
  // built and pushed there.
  bool forgets_pushed_digests = false;
  // A mount makes plain volumes only: without labels (containers.cpp makes a named one first), and on the disk what
  // should be in memory (preflight/refused_secret_files.cpp refuses it).
  bool plain_mounts = false;
  // The restart policy of what is to run again after a reboot too: HostDefaults.
  std::string keeps_running = "unless-stopped";
  // Removes a network that others' containers are in, under them: networks.cpp looks first.
  bool removes_used_networks = false;
  // Networks end at their engine: overlay/refused_overlays.cpp.
  bool has_no_swarm = false;
  // A container that joins another's network waits for that one when the engine starts: tasks/containers.cpp.
  bool knows_owners = false;
};

// `headers`: of the answer to /_ping, names in lower case.
Quirks quirks_of(const std::map<std::string, std::string>& headers);

}  // namespace infra::nodes
