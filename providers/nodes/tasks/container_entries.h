// Containers as an engine lists them, in the form that Docker gives: what differs is put right here.
#pragma once
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes {

// How often its health check is to run, where the engine doesn't see to it: "30000" (ms).
inline constexpr const char* kCheckLabel = "infra.check";

// `query`: of /containers/json, "all=1&filters=…". The Status of one with a health check says how it is.
Result<Reply> list_entries(Engine& engine, const std::string& query, const Engine::OnItem& on_item);

// Runs the container's health check if the engine doesn't and `every` has passed since we did. What comes of it is in
// the engine's own record (State.Health), by the rules that it has for retries and for the time after the start.
Result<Ok> check_if_due(Engine& engine, const std::string& id, std::chrono::milliseconds every);

}  // namespace infra::nodes
