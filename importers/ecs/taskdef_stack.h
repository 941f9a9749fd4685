// JSON of ECS, read into what a stack needs of it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "importers/section.h"
#include "importers/stack_text.h"

namespace infra::importing {

struct EcsPort {
  std::string label;
  std::int64_t container = 0;
  std::int64_t host = 0;  // 0: any
  std::string protocol = "tcp";
};

struct EcsWait {
  std::string container;  // as the file has it
  std::string condition;  // as the stack has it
};

struct EcsContainer {
  std::string name, label;
  std::string place;  // what notes call it by
  std::string head;   // the block as text as far as what it waits for
  std::vector<EcsWait> after;
  std::vector<EcsPort> ports;
  std::string tail;  // the rest
};

struct EcsTask {
  std::string family, label;
  std::string mode;
  std::string body;  // the inside of `task` but for its containers
  std::vector<EcsContainer> containers;
};

struct EcsDeploy {
  std::optional<std::int64_t> min, max;  // percent
  std::string rollback;
};

struct EcsService {
  std::string name, label;
  std::string place;    // what notes call it by
  std::string cluster;  // the name of its cluster
  std::string family;   // of its task definition
  std::string labels;   // the attribute, or nothing
  EcsDeploy deploy;
  std::optional<std::int64_t> desired;
  bool daemon = false;
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

// taskdef_task.cpp
void read_task_definition(const Json& json, EcsContext& context);
// taskdef_container.cpp; `place`: what notes call it by
EcsContainer read_ecs_container(const Json& json, const std::string& name, const std::string& place,
                                EcsContext& context);
// taskdef_service.cpp
void read_ecs_service(const Json& json, EcsContext& context);
// taskdef_write.cpp
std::string write_ecs(const EcsContext& context, const std::string& stack);
// `tags` as labels.
Pairs labels_of(Section& section);
// The name at the end of an ARN, without a revision:
// "arn:…:task-definition/web:7" is "web".
std::string short_name(std::string_view arn);

}  // namespace infra::importing
