#include <fmt/format.h>

#include <algorithm>

#include "importers/circle.h"
#include "importers/ecs/taskdef_amounts.h"
#include "importers/ecs/taskdef_stack.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

// What ECS would refuse: a wait for a container that isn't there, or for each other.
void check_waits(EcsContainer& container, const Needs& all, Notes& notes) {
  std::erase_if(container.after, [&](const EcsWait& wait) {
    if (all.contains(wait.container)) return false;
    notes.add(container.place + ".dependsOn", fmt::format("the task has no container {}", wait.container));
    return true;
  });
}

void check_waits(std::vector<EcsContainer>& containers, Notes& notes) {
  Needs needs;
  for (const auto& container : containers) needs[container.name];
  for (auto& container : containers) {
    check_waits(container, needs, notes);
    auto with = needs;
    std::erase_if(container.after, [&](const EcsWait& wait) {
      with[container.name].insert(wait.container);
      const auto circle = circle_of(with);
      if (circle.empty()) return false;
      notes.add(container.place + ".dependsOn", fmt::format("{}: they would wait for each other for ever: {}",
                                                            wait.container, fmt::join(circle, " → ")));
      with[container.name].erase(wait.container);
      return true;
    });
    needs = std::move(with);
  }
}

std::vector<EcsContainer> containers_of(Section& task, EcsContext& context) {
  std::vector<EcsContainer> out;
  const auto* all = task.take("containerDefinitions");
  if (all != nullptr && !all->is_array())
    task.note("containerDefinitions", fmt::format("a list is expected here, not {}", shown(*all)));
  if (all == nullptr || !all->is_array()) return out;
  for (const auto& one : *all) {
    auto name = one.is_object() && one.contains("name") ? text_of(one["name"]) : std::string();
    if (name.empty()) name = "main";
    const auto place = task.below("containerDefinitions") + "." + name;
    if (std::any_of(out.begin(), out.end(), [&](auto& other) { return other.name == name; }))
      context.notes.add(place, fmt::format("another container of the task has this name, too: {}", shown(one)));
    else
      out.push_back(read_ecs_container(one, name, place, context));
  }
  check_waits(out, context.notes);
  return out;
}

}  // namespace

void read_task_definition(const Json& json, EcsContext& context) {
  const auto family = json.is_object() && json.contains("family") ? text_of(json["family"]) : std::string("task");
  Section task(json, "taskDefinition." + family, context.notes);
  task.ignore({"family", "taskDefinitionArn", "revision", "status", "registeredAt", "registeredBy", "compatibilities",
               "requiresAttributes", "deregisteredAt"});
  if (task.texts("requiresCompatibilities") == std::vector<std::string>{"FARGATE"})
    task.note("requiresCompatibilities", "only for the platform aws: fargate { } in the cluster");
  EcsTask out{.family = family, .label = context.names.of("task", family), .mode = lower(task.text("networkMode"))};
  const bool known = out.mode == "awsvpc" || out.mode == "host" || out.mode == "none" || out.mode == "bridge";
  if (!known && !out.mode.empty() && out.mode != "default")
    task.note("networkMode", fmt::format("{} isn't known", out.mode));
  if (!known) out.mode = "bridge";  // what ECS takes
  StackText text;
  text.set("network", out.mode);
  text.set("cpu", ecs_cpu(task, "cpu"));
  text.set("memory", ecs_memory(task, "memory"));
  text.map("labels", labels_of(task));
  out.containers = containers_of(task, context);
  for (const auto& [key, role] : {std::pair("executionRoleArn", "execution_role"), {"taskRoleArn", "task_role"}}) {
    if (const auto arn = task.text(key); !arn.empty())
      task.note(key, fmt::format("only for the platform aws: aws {{ {} = {} }} in the task", role, text_literal(arn)));
  }
  for (const auto& volume : task.texts_of("volumes", "name"))
    task.note("volumes", fmt::format("{}: this version keeps no volumes", volume));
  task.finish();
  out.body = text.text();
  const auto same = [&](const EcsTask& other) { return other.family == family; };
  if (out.containers.empty())
    context.notes.add(task.place(), "it has no container, and so it can't run");
  else if (std::any_of(context.out.tasks.begin(), context.out.tasks.end(), same))
    context.notes.add(task.place(), "it is given twice, perhaps in two revisions: the first one is taken");
  else
    context.out.tasks.push_back(std::move(out));
}

}  // namespace infra::importing
