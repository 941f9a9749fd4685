#include "importers/ecs/taskdef_stack.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/importers.h"
#include "importers/yaml.h"

namespace infra {
namespace importing {
namespace {

class EcsReader {
 public:
  EcsReader() {
    for (const auto* kind : {"param", "task", "service", "cluster"}) names_.reserve(kind);
  }

  // A request, what a describe- call answers, or a list of these.
  void read(const Json& json, const std::string& source, int depth = 0) {
    constexpr int kDeepest = 4;
    if (json.is_array() && depth < kDeepest) {
      for (const auto& one : json) read(one, source, depth + 1);
    } else if (json.is_object() && json.contains("taskDefinition") && json["taskDefinition"].is_object()) {
      auto task = json["taskDefinition"];
      if (json.contains("tags")) task["tags"] = json["tags"];  // describe-task-definition has them beside it
      read_task_definition(task, context_);
    } else if (json.is_object() && json.contains("containerDefinitions")) {
      read_task_definition(json, context_);
    } else if (json.is_object() && json.contains("services") && json["services"].is_array()) {
      for (const auto& one : json["services"]) read_ecs_service(one, context_);
      if (json.contains("failures") && !json["failures"].empty()) notes_.add("failures", shown(json["failures"]));
    } else if (json.is_object() && json.contains("service") && json["service"].is_object()) {
      read_ecs_service(json["service"], context_);
    } else if (json.is_object() && json.contains("serviceName")) {
      read_ecs_service(json, context_);
    } else {
      notes_.add(source, fmt::format("neither a task definition nor a service: {}", shown(json)));
    }
  }

  [[nodiscard]] bool empty() const { return out_.tasks.empty() && out_.services.empty(); }
  [[nodiscard]] const Notes& notes() const { return notes_; }

  // The first service that says nothing of what it runs.
  [[nodiscard]] const EcsService* without_definition() const {
    const auto lost = [&](const EcsService& service) {
      return std::none_of(out_.tasks.begin(), out_.tasks.end(),
                          [&](auto& task) { return task.family == service.family; });
    };
    const auto at = std::find_if(out_.services.begin(), out_.services.end(), lost);
    return at == out_.services.end() ? nullptr : &*at;
  }

  std::string write(const std::string& stack) { return write_ecs(context_, stack); }

 private:
  Notes notes_;
  Names names_;
  EcsStack out_;
  EcsContext context_{.notes = notes_, .names = names_, .out = out_};
};

}  // namespace
}  // namespace importing

Result<ImportedStack> import_ecs(const std::vector<ImportSource>& sources, const std::string& stack) {
  using namespace importing;
  EcsReader reader;
  std::string from;
  for (const auto& source : sources) {
    const auto json = parse_json(source.text, source.name);
    if (!json) return json.error();
    reader.read(*json, source.name);
    from += (from.empty() ? "" : ", ") + source.name;
  }
  if (reader.empty()) {
    const auto& why = reader.notes().all();
    return Error{.code = "E0910",
                 .message = fmt::format("{} can't be imported: {}", from,
                                        why.empty() ? "it has neither a task definition nor a service" : why.front()),
                 .help =
                     "give the JSON of register-task-definition and "
                     "create-service, or of the describe- calls",
                 .context = {}};
  }
  if (const auto* lost = reader.without_definition()) {
    return Error{
        .code = "E0910",
        .message = one_line(fmt::format("{} can't be imported: the task definition {} of {} isn't among the files",
                                        from, lost->family, lost->place)),
        .help = one_line(
            fmt::format("give it as well: aws ecs describe-task-definition --task-definition {}", lost->family)),
        .context = {}};
  }
  const auto body = reader.write(stack);
  StackText head;
  write_head(head, one_line(from), reader.notes().all());
  auto text = formatted(head.text() + body, stack);
  if (!text) return std::move(text).error();
  return ImportedStack{.text = *std::move(text), .left_out = reader.notes().all()};
}

}  // namespace infra
