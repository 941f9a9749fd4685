// Memory and CPU as Kubernetes writes them, in the form in which it gives them back.
#pragma once
#include <cstdint>
#include <string>

#include "base/values/value.h"

namespace infra::kubernetes {

std::string quantity(Bytes size);   // "512Mi", "1Gi", "1000"
std::string millicores(Cpu share);  // "250m", "2"; rounded up

// Requests and limits of each container of a task: its own, else its part of the task's. By label; a container that
// asks for nothing has none.
Map resources_of(const Value& task_config);

}  // namespace infra::kubernetes
