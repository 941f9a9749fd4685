// What a plan is about, above the plan itself: the stack and its environment, where it runs, its state, its params.
#pragma once
#include <string>

#include "apply/session.h"

namespace infra::cli {

struct PlanHeader {
  std::string stack;
  std::string environment;             // empty: none
  std::vector<std::string> platforms;  // "laptop: a at unix:///var/run/docker.sock"
  std::string state;                   // as it may be shown
  std::vector<std::string> params;     // "env = \"prod\"": those that were given; secrets are ***
};

// `state` as state_name() gives it.
PlanHeader plan_header(const Session& session, const Prepared& prepared, std::string state);

// Lines of at most `width` columns, with an empty line at the end.
std::string header_text(const PlanHeader& header, bool colour, int width);
// The members "environment", "platforms", "state" and "params" put at the front of `object`, one JSON object.
std::string with_header(const PlanHeader& header, const std::string& object);

}  // namespace infra::cli
