// Amounts as ECS's files have them, as the stack has them. "" if absent; what can't be read is noted.
#pragma once
#include <string>
#include <string_view>

#include "importers/section.h"

namespace infra::importing {

// "512" MiB, or "1 GB" as the console writes it.
std::string ecs_memory(Section& section, std::string_view key);
// "256" units, or ".25 vCPU".
std::string ecs_cpu(Section& section, std::string_view key);
std::string ecs_seconds(Section& section, std::string_view key);

}  // namespace infra::importing
