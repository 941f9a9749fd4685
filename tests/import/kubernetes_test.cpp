// kubernetes/NAME.yaml are manifests; NAME.infra beside it is the stack that they become, which must be valid on
// Kubernetes. INFRA_RENEW=1 writes these anew.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/sources/memory_tree.h"
#include "importers/importers.h"
#include "workspace/check_stack.h"

using namespace infra;

namespace {

namespace fs = std::filesystem;

std::string text_in(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string faults_of(const std::string& text) {
  const MemoryTree tree({{"shop.infra", text}}, "");
  const auto checked = check_tree(tree, "shop", {});
  return checked.compiled.diagnostics.has_errors() ? render_text(checked.compiled.diagnostics, checked.compiled.sources)
                                                   : "";
}

std::string why(const std::string& text) {
  const auto imported = import_kubernetes({{.name = "k.yaml", .text = text}}, "shop");
  return imported ? "" : imported.error().code + " " + imported.error().message;
}

constexpr const char* kPod = "spec: {containers: [{name: a, image: a:1}]}";

}  // namespace

TEST_CASE("manifests of Kubernetes become the stack beside them, and that is valid") {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(INFRA_SOURCE_DIR "/tests/import/kubernetes")) {
    if (entry.path().extension() == ".yaml") all.push_back(entry.path());
  }
  std::sort(all.begin(), all.end());
  REQUIRE(all.size() >= 3);
  for (const auto& path : all) {
    INFO(path.filename().string());
    const auto imported = import_kubernetes({{.name = path.filename().string(), .text = text_in(path)}}, "shop");
    INFO((imported ? "" : imported.error().text()));
    REQUIRE(imported);
    const auto golden = fs::path(path).replace_extension(".infra");
    if (std::getenv("INFRA_RENEW") != nullptr) std::ofstream(golden, std::ios::binary) << imported->text;
    CHECK(imported->text == text_in(golden));
    CHECK(faults_of(imported->text) == "");
    for (const auto& one : imported->left_out) CHECK(imported->text.find("// - " + one) != std::string::npos);
    CHECK(imported->text.find("s3cret") == std::string::npos);
    CHECK(imported->text.find("czNjcmV0") == std::string::npos);  // the same in base64
  }
}

TEST_CASE("what is no manifest, or runs nothing, is refused with the reason") {
  CHECK(why("") == "E0910 k.yaml can't be imported: it is empty");
  CHECK(why("just text") ==
        "E0910 k.yaml can't be imported: a document: no object of Kubernetes: it has no kind or no name (just text)");
  CHECK(why("a: [").starts_with("E0910 k.yaml can't be imported: it is not valid YAML"));
  CHECK(why("kind: Service\nmetadata: {name: a}\n").starts_with("E0910"));
  CHECK(why("kind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {}}}\n") ==
        "E0910 k.yaml can't be imported: Deployment a: it has no container, and so it can't run");
}

TEST_CASE("values of the wrong type in a manifest are listed, and the rest is carried over") {
  for (const auto* spec : {"spec: [1]", "spec: {template: 7}", "metadata: 3", "spec: {replicas: many}",
                           "spec: {template: {spec: {containers: [7, {name: b, image: [1], env: 3, ports: x}]}}}",
                           "spec: {strategy: {rollingUpdate: {maxSurge: often}}}"}) {
    INFO(spec);
    const auto good =
        std::string("kind: Job\nmetadata: {name: ok}\nspec: {backoffLimit: 0, template: {") + kPod + "}}\n---\n";
    const auto text = good + "kind: Deployment\nmetadata: {name: a}\n" + spec + "\n";
    if (std::string_view(spec).starts_with("metadata")) continue;  // the key would be there twice
    const auto imported = import_kubernetes({{.name = "k.yaml", .text = text}}, "shop");
    REQUIRE(imported);
    CHECK(faults_of(imported->text) == "");
  }
}
