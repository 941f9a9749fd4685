// What an API server of each version is given for versions.infra: versions/1.20.json and so on (INFRA_RENEW=1 writes
// them). What differs is chosen by what the server serves.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/sources/memory_tree.h"
#include "compiler/compile.h"
#include "planner/planner.h"
#include "providers/kubernetes/kubernetes.h"
#include "providers/kubernetes/objects/manifest.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace {

namespace fs = std::filesystem;
using namespace infra;
using kubernetes::Json;

const fs::path kFolder = INFRA_SOURCE_DIR "/tests/kubernetes/lower";

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// As an apply has it: with a value for what others give.
class Known : public LeafMapper {
 public:
  std::optional<Value> change(const Value& leaf) override {
    if (const auto* ref = leaf.ref()) return Value(run_time_name(ref->address.text()) + "." + ref->attribute);
    return leaf.call() != nullptr ? std::optional(Value("computed")) : std::nullopt;
  }
};

std::vector<LoweredResource> lowered(const std::string& stack) {
  const MemoryTree tree({{"stack.infra", read_text(kFolder / "cases" / (stack + ".infra"))}});
  const Platforms platforms({kubernetes_platform()});
  auto compiled = compile({.sources = tree, .default_stack = "shop", .platforms = platforms});
  REQUIRE(compiled.graph);
  Diagnostics diagnostics;
  return lower(*compiled.graph, platforms, tree, diagnostics).resources;
}

kubernetes::Server server(int minor) {
  kubernetes::Server out{.version = "v1." + std::to_string(minor) + ".0", .minor = minor};
  out.served = {"v1", "apps/v1", "batch/v1", "networking.k8s.io/v1"};
  if (minor < 25) out.served.insert({"batch/v1beta1", "policy/v1beta1", "autoscaling/v2beta2"});
  if (minor >= 21) out.served.insert("policy/v1");
  if (minor >= 23) out.served.insert("autoscaling/v2");
  if (minor == 25) out.served.insert("autoscaling/v2beta2");
  return out;
}

using Wanted = bool (*)(const std::string& type);

Json manifests(const std::string& stack, const kubernetes::Server& server, Wanted wanted) {
  Json all = Json::array();
  Known known;
  for (const auto& one : lowered(stack)) {
    const auto* type = kubernetes::find_object_type(one.type);
    if (type == nullptr || !wanted(one.type)) continue;
    const kubernetes::Mark mark{.owner = {.stack = "shop", .lineage = "lineage"},
                                .address = one.address,
                                .token = "token",
                                .spec_hash = "0123456789abcdef"};
    const auto manifest = kubernetes::to_manifest(*type, map_leaves(one.inputs, known), mark, server);
    auto body = manifest.body;
    if (!manifest.too_new.empty()) body = {{"refused", one.address.text()}, {"needs", manifest.too_new}};
    all.push_back(std::move(body));
  }
  return all;
}

void check_golden(const std::string& name, const Json& all) {
  const auto golden = kFolder / "versions" / (name + ".json");
  const auto text = all.dump(1) + "\n";
  if (std::getenv("INFRA_RENEW") != nullptr) std::ofstream(golden, std::ios::binary) << text;
  CHECK(text == read_text(golden));
}

}  // namespace

TEST_CASE("an API server of each version is given what it has") {
  for (const int minor : {20, 25, 29, 34}) {
    INFO(minor);
    const auto all = manifests("versions", server(minor), [](const std::string&) { return true; });
    check_golden("1." + std::to_string(minor), all);
  }
}

TEST_CASE("a Gateway is in the newest version that a cluster serves, and refused where it serves none") {
  const auto of_gateways = [](const std::string& type) {
    return type == kubernetes::kGateway || type == kubernetes::kHttpRoute;
  };
  Json all = Json::object();
  for (const auto* version : {"v1", "v1beta1"}) {
    auto with = server(29);
    with.served.insert("gateway.networking.k8s.io/v1beta1");
    with.served.insert(std::string("gateway.networking.k8s.io/") + version);
    all[version] = manifests("gateway", with, of_gateways);
  }
  all["none"] = manifests("gateway", server(34), of_gateways);
  check_golden("gateway", all);
}
