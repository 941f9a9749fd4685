// JSON of ECS, read into what a stack needs of it.
#pragma once
#include <string>
#include <vector>

#include "importers/section.h"
#include "importers/stack_text.h"

namespace infra::importing {

struct EcsTask {
  std::string family, label;
  std::string mode;
  std::string body;         // the inside of `task`, as text
  bool fixed_port = false;  // of the node: one copy on each
};

struct EcsService {
  std::string name, label;
  std::string cluster;  // the name of its cluster
  std::string family;   // of its task definition
  std::string body;     // the inside of `service` but for cluster, task and deploy
  std::string deploy;   // a block, or nothing
  std::int64_t desired = 1;
};

struct EcsStack {
  std::vector<EcsTask> tasks;
  std::vector<EcsService> services;
  std::vector<std::pair<std::string, std::string>> secrets;  // param → where its value is
};

struct EcsContext {
  Notes& notes;
  Names& names;
  EcsStack& out;
};

// ecs_task.cpp
void read_task_definition(const Json& json, EcsContext& context);
// ecs_service.cpp
void read_ecs_service(const Json& json, EcsContext& context);
// `tags` as labels.
Pairs labels_of(Section& section);
// The name at the end of an ARN, without a revision:
// "arn:…:task-definition/web:7" is "web".
std::string short_name(std::string_view arn);

}  // namespace infra::importing
