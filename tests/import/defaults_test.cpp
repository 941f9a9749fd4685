// importers/defaults.cpp: what an attribute is unless somebody says otherwise, here and in the tool that a file comes
// from. A file that says nothing must become a stack that does what the other tool would have done.
#include "importers/defaults.h"

#include <catch2/catch.hpp>
#include <set>

#include "base/sources/memory_tree.h"
#include "base/values/value.h"
#include "compiler/kinds.h"
#include "importers/importers.h"
#include "workspace/check_stack.h"

using namespace infra;
using importing::DefaultRow;

namespace {

// "container.health.timeout" → its default in each schema below `schema`.
void collect(const Schema& schema, const std::string& prefix, std::map<std::string, std::string>& out) {
  for (const auto& attribute : schema.attributes) {
    if (attribute.fallback && attribute.platforms.empty())
      out[prefix + attribute.name] = to_source(*attribute.fallback);
  }
  for (const auto& block : schema.blocks) {
    if (block.platforms.empty() && block.name != "aws") collect(*block.schema, prefix + block.name + ".", out);
  }
}

std::map<std::string, std::string> defaults_of(const std::vector<std::string>& kinds) {
  std::map<std::string, std::string> out;
  for (const auto& kind : kinds) collect(*find_kind(kind)->schema, kind + ".", out);
  // What neither tool has a file format for here: balancers, scaling and placement are noted, not carried over.
  std::erase_if(out, [](const auto& one) {
    const auto& name = one.first;
    return name.starts_with("service.route.") || name.starts_with("service.scale.") ||
           name.starts_with("service.place.");
  });
  return out;
}

// As it is shown: "never" of an enum has quotes, in a table it needs none.
std::string bare(std::string text) {
  std::erase(text, '"');
  std::erase(text, ' ');
  return text;
}

// The value of "task.container.health.timeout" in the only task of a stack; blocks with labels have one entry.
std::string value_in(const Graph& graph, const std::string& attribute) {
  const auto kind = attribute.substr(0, attribute.find('.'));
  for (const auto& resource : graph.resources) {
    if (resource.address.kind != kind) continue;
    const Value* at = &resource.config;
    std::string rest = attribute.substr(kind.size() + 1);
    while (!rest.empty()) {
      const auto dot = rest.find('.');
      const auto name = rest.substr(0, dot);
      rest = dot == std::string::npos ? "" : rest.substr(dot + 1);
      at = &(*at)[name];
      if (name == "container" || name == "port") at = &at->map()->begin()->second;
    }
    return to_source(*at);
  }
  return "(nothing)";
}

void compare(std::span<const DefaultRow> table, const Result<ImportedStack>& imported) {
  REQUIRE(imported);
  const MemoryTree tree({{"shop.infra", imported->text}}, "");
  const auto checked = check_tree(tree, "shop", {});
  INFO(imported->text);
  REQUIRE(checked.compiled.graph);
  for (const auto& row : table) {
    if (row.theirs.empty()) continue;
    INFO(row.attribute);
    CHECK(bare(value_in(*checked.compiled.graph, std::string(row.attribute))) == bare(std::string(row.theirs)));
  }
}

void complete(std::span<const DefaultRow> table, const std::vector<std::string>& kinds) {
  const auto ours = defaults_of(kinds);
  std::set<std::string> known;
  for (const auto& row : table) {
    INFO(row.attribute);
    CHECK(known.insert(std::string(row.attribute)).second);
    CHECK(!row.source.empty());
    REQUIRE(ours.contains(std::string(row.attribute)));
    CHECK(bare(ours.at(std::string(row.attribute))) == bare(std::string(row.ours)));
  }
  for (const auto& [attribute, value] : ours) {
    INFO(attribute << " has the default " << value << ", and no row says what the other tool does");
    CHECK(known.contains(attribute));
  }
}

}  // namespace

TEST_CASE("every default of what a Compose file becomes is compared with Compose's") {
  complete(importing::compose_defaults(), {"image", "service", "task"});
}

TEST_CASE("every default of what ECS's JSON becomes is compared with ECS's") {
  complete(importing::ecs_defaults(), {"service", "task"});
}

TEST_CASE("a Compose file that says nothing does what Compose would have done") {
  compare(importing::compose_defaults(),
          import_compose({.name = "compose.yaml",
                          .text = "services:\n  web:\n    build: .\n    ports: [80]\n    healthcheck: {test: check}\n"},
                         "shop"));
}

TEST_CASE("ECS's JSON that says nothing does what ECS would have done") {
  compare(importing::ecs_defaults(),
          import_ecs({{.name = "ecs.json", .text = R"([{"family": "web", "containerDefinitions": [
            {"name": "web", "image": "web:1", "memory": 64, "portMappings": [{"containerPort": 80}],
             "healthCheck": {"command": ["CMD", "check"]}}]},
          {"serviceName": "web", "taskDefinition": "web"}])"}},
                     "shop"));
}

TEST_CASE("a daemon of ECS without deploymentConfiguration stops the old copy first") {
  const auto imported = import_ecs({{.name = "ecs.json", .text = R"([{"family": "web", "containerDefinitions": [
            {"name": "web", "image": "web:1", "memory": 64}]},
          {"serviceName": "web", "taskDefinition": "web", "schedulingStrategy": "DAEMON"}])"}},
                                   "shop");
  REQUIRE(imported);
  const MemoryTree tree({{"shop.infra", imported->text}}, "");
  const auto checked = check_tree(tree, "shop", {});
  REQUIRE(checked.compiled.graph);
  CHECK(value_in(*checked.compiled.graph, "service.deploy.min") == "0%");
  CHECK(value_in(*checked.compiled.graph, "service.deploy.max") == "100%");
}
