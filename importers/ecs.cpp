#include "importers/ecs.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/import.h"
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

  std::string write(const std::string& stack) {
    StackText out;
    out.line(fmt::format("stack {}", text_literal(stack_name_of(stack))));
    out.blank();
    for (const auto& [param, from] : out_.secrets) {
      out.line("/// In ECS: " + one_line(from));
      out.line(fmt::format("param {}: Secret<String>", param));
    }
    if (!out_.secrets.empty()) out.blank();
    const bool networked =
        std::any_of(out_.tasks.begin(), out_.tasks.end(), [](auto& t) { return t.mode == "awsvpc"; });
    if (networked) {
      out.line(
          "vpc main {\ncidr = 10.90.0.0/16\nsubnet private { cidr = "
          "main.cidr.slice(24, 0) }\n}\n");
    }
    write_clusters(out, networked);
    for (const auto& task : out_.tasks) {
      out.open("task " + task.label);
      out.line(task.body);
      out.close();
      out.blank();
    }
    for (const auto& service : out_.services) write(out, service);
    return out.text();
  }

 private:
  void write_clusters(StackText& out, bool networked) {
    std::set<std::string> written;
    for (const auto& service : out_.services) {
      if (task_of(service) == nullptr) continue;
      const auto label = cluster_of(service);
      if (written.insert(label).second)
        out.line(fmt::format("cluster {} {{ {} }}", label, networked ? "vpc = main" : ""));
    }
    if (!written.empty()) out.blank();
  }

  std::string cluster_of(const EcsService& service) {
    return names_.of("cluster", service.cluster.empty() ? "default" : service.cluster);
  }

  [[nodiscard]] const EcsTask* task_of(const EcsService& service) const {
    const auto task =
        std::find_if(out_.tasks.begin(), out_.tasks.end(), [&](auto& t) { return t.family == service.family; });
    return task != out_.tasks.end() ? &*task : nullptr;
  }

  // A bare name, unless a param has it, too.
  [[nodiscard]] std::string reference(const std::string& kind, const std::string& label) const {
    const bool taken = std::any_of(out_.secrets.begin(), out_.secrets.end(), [&](auto& s) { return s.first == label; });
    return taken ? kind + "." + label : label;
  }

  void write(StackText& out, const EcsService& service) {
    const auto* task = task_of(service);
    if (task == nullptr) {
      notes_.add("service." + service.name, fmt::format("its task definition {} isn't among the files: "
                                                        "give its JSON, too",
                                                        service.family));
      return;
    }
    out.open("service " + service.label);
    out.set("cluster", reference("cluster", cluster_of(service)));
    out.set("task", reference("task", task->label));
    out.text_as_is(service.body);
    // While the old copy runs it has the port.
    const bool stops_first = task->fixed_port && service.desired <= 1;
    out.text_as_is(stops_first ? "deploy {\nmin = 0%\nmax = 100%\n}\n" : service.deploy);
    if (stops_first && !service.deploy.empty())
      notes_.add("service." + service.name + ".deploymentConfiguration",
                 "a new copy can start only when the old one has given its host port back");
    out.close();
    out.blank();
  }

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
    return Error{.code = "E0910",
                 .message = fmt::format("{} can't be imported: it has neither "
                                        "a task definition nor a service",
                                        from),
                 .help =
                     "give the JSON of register-task-definition and "
                     "create-service, or of the describe- calls",
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
