// An engine's events in words.
#pragma once
#include <string>
#include <string_view>

#include "base/values/value.h"

namespace infra::nodes {

// "exited with code 3"; empty: of no interest to anybody. `attributes`: of the event's actor.
std::string event_words(std::string_view action, const Value& attributes);

}  // namespace infra::nodes
