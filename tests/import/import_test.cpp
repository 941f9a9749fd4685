// cases/NAME.yaml is a Compose file, with cases/NAME.env beside it as its `.env`, cases/NAME.json JSON of ECS;
// NAME.infra beside it is the stack that it becomes, which must be valid. refused/NAME.yaml or .json is a file that
// isn't imported, and NAME.txt beside it says why. INFRA_RENEW=1 writes these anew.
#include "importers/importers.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/sources/memory_tree.h"
#include "workspace/check_stack.h"

using namespace infra;

namespace {

namespace fs = std::filesystem;

const fs::path kCases = INFRA_SOURCE_DIR "/tests/import/cases";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

const fs::path kRefused = INFRA_SOURCE_DIR "/tests/import/refused";

std::vector<fs::path> inputs_in(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto kind = entry.path().extension();
    if (kind == ".yaml" || kind == ".json") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<ImportedStack> import(const fs::path& path) {
  const ImportSource source{.name = path.filename().string(), .text = read(path)};
  if (path.extension() == ".json") return import_ecs({source}, "shop");
  ComposeBeside beside;
  const auto variables = fs::path(path).replace_extension(".env");
  if (fs::exists(variables)) beside.variables.push_back({.name = ".env", .text = read(variables)});
  beside.read_file = [folder = path.parent_path()](const std::string& name) {
    return fs::exists(folder / name) ? std::optional(read(folder / name)) : std::nullopt;
  };
  return import_compose(source, "shop", beside);
}

std::string errors_of(const std::string& text) {
  const MemoryTree tree({{"shop.infra", text}}, "");
  const auto checked = check_tree(tree, "shop", {});
  return checked.compiled.diagnostics.has_errors() ? render_text(checked.compiled.diagnostics, checked.compiled.sources)
                                                   : "";
}

std::string compose_code(const std::string& text) {
  const auto imported = import_compose({.name = "compose.yaml", .text = text}, "shop");
  return imported ? "" : imported.error().code;
}

std::string ecs_code(const std::string& text) {
  const auto imported = import_ecs({{.name = "ecs.json", .text = text}}, "shop");
  return imported ? "" : imported.error().code;
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("each file becomes the stack beside it, and that is valid") {
  const auto all = inputs_in(kCases);
  REQUIRE(all.size() >= 12);
  for (const auto& path : all) {
    DYNAMIC_SECTION(path.filename().string()) {
      const auto imported = import(path);
      INFO((imported ? "" : imported.error().text()));
      REQUIRE(imported);
      const auto golden = fs::path(path).replace_extension(".infra");
      if (std::getenv("INFRA_RENEW") != nullptr) std::ofstream(golden, std::ios::binary) << imported->text;
      CHECK(imported->text == read(golden));
      CHECK(errors_of(imported->text) == "");
      for (const auto& one : imported->left_out) CHECK(imported->text.find("// - " + one) != std::string::npos);
    }
  }
}

TEST_CASE(
    "a file of which something would be lost, or that contradicts itself, is refused, and the reason is beside it") {
  const auto all = inputs_in(kRefused);
  REQUIRE(all.size() >= 5);
  for (const auto& path : all) {
    DYNAMIC_SECTION(path.filename().string()) {
      const auto imported = import(path);
      REQUIRE(!imported);
      CHECK(imported.error().code == "E0910");
      const auto golden = fs::path(path).replace_extension(".txt");
      if (std::getenv("INFRA_RENEW") != nullptr)
        std::ofstream(golden, std::ios::binary) << imported.error().text() << "\n";
      CHECK(imported.error().text() + "\n" == read(golden));
    }
  }
}

TEST_CASE("what is no Compose file is refused, whatever it is") {
  CHECK(compose_code("") == "E0910");
  CHECK(compose_code("just text") == "E0910");
  CHECK(compose_code("[1, 2]") == "E0910");
  CHECK(compose_code("a: [") == "E0910");
  CHECK(compose_code("services: {}") == "E0910");
  CHECK(compose_code("services: [a, b]") == "E0910");
  CHECK(compose_code("services: {web: text}") == "E0910");
  CHECK(compose_code("? [a]\n: b\n") == "E0910");
  CHECK(compose_code(std::string("services:\0 x", 12)) == "E0910");
  CHECK(compose_code(repeated("[", 100'000)) == "E0910");
  CHECK(compose_code(std::string(5 << 20, 'a')) == "E0910");
}

TEST_CASE("a file can't grow beyond bounds by its aliases") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + repeated(", " + before, 9) + "]\n";
  }
  CHECK(compose_code(bomb + "services: {web: {image: a}}\n") == "E0910");
  CHECK(compose_code("services: &s {web: {image: a, x: *s}}\n") == "E0910");
}

TEST_CASE("values of the wrong type are listed, and the rest is carried over") {
  const auto imported = import_compose(
      {.name = "compose.yaml",
       .text = "services:\n  web:\n    image: web:1\n    ports: {a: b}\n    environment: 5\n    command: {x: 1}\n"
               "    healthcheck: [1]\n    deploy: text\n    mem_limit: lots\n    scale: many\n    depends_on: [gone]\n"
               "    labels: [[1]]\n    read_only: perhaps\n    stop_grace_period: soon\n    user: [1]\n"
               "    networks: 7\n    build: [x]\n    expose: [0, 70000]\n"},
      "shop");
  REQUIRE(imported);
  CHECK(errors_of(imported->text) == "");
  CHECK(imported->text.find("web:1") != std::string::npos);
  CHECK(imported->left_out.size() >= 12);
}

TEST_CASE("nothing of the file gets out of its quotes or its comment") {
  const auto imported = import_compose(
      {.name = "compose.yaml\nlet a = 1",
       .text = "services:\n  web:\n    image: \"a\\\" }\\n${x}$${y}\\\\\"\n    environment:\n      \"A\\nB\": "
               "\"\\u0001\\u2028\"\n"
               "      C: \"${D:-\\\"}; let z = 1\"\n    logging: \"x\\nlet b = 2\"\n  \"we b\\n{\":\n    image: b\n"},
      "shop");
  REQUIRE(imported);
  CHECK(errors_of(imported->text) == "");
  CHECK(imported->text.find("\nlet") == std::string::npos);
}

TEST_CASE("what is no JSON of ECS is refused, whatever it is") {
  CHECK(ecs_code("") == "E0910");
  CHECK(ecs_code("{") == "E0910");
  CHECK(ecs_code("[]") == "E0910");
  CHECK(ecs_code("42") == "E0910");
  CHECK(ecs_code("{\"a\": 1}") == "E0910");
  CHECK(ecs_code("[1e99999]") == "E0910");
  CHECK(ecs_code(repeated("[", 100'000)) == "E0910");
  CHECK(ecs_code(repeated("[", 1000) + repeated("]", 1000)) == "E0910");
}

TEST_CASE("wrong types in ECS's JSON are listed") {
  const auto imported = import_ecs(
      {{.name = "ecs.json",
        .text = R"([{"family": "web", "cpu": [1], "memory": "much", "networkMode": "moon", "containerDefinitions": [
          {"name": "web", "image": "web:1", "environment": {"A": 1}, "portMappings": [{"containerPort": "x"}],
           "healthCheck": 3, "dependsOn": [{"containerName": "db", "condition": "LATER"}], "secrets": [1], "essential": true}]},
          {"serviceName": "web", "taskDefinition": "web", "desiredCount": -1, "deploymentConfiguration": "none"}])"}},
      "shop");
  REQUIRE(imported);
  CHECK(imported->left_out.size() >= 8);
  CHECK(errors_of(imported->text) == "");
}
