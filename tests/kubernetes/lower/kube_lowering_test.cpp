// Stacks (cases/*.infra) and the objects of Kubernetes that they become (*.lowered beside them; INFRA_RENEW=1 writes
// them). What is wrong of a stack stands there, too. *.recorded: what the state has of it, a line an object: its
// address and its inputs.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/sources/memory_tree.h"
#include "compiler/compile.h"
#include "planner/decide/recorded_attributes.h"
#include "planner/planner.h"
#include "providers/aws/aws.h"
#include "providers/kubernetes/kubernetes.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace {

namespace fs = std::filesystem;
using namespace infra;

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string leaf(const Value& value) {
  if (const auto* ref = value.ref()) return fmt::format("<{} {}>", ref->address.text(), ref->attribute);
  if (const auto* call = value.call()) {
    std::string out;
    for (const auto& one : call->arguments) out += (out.empty() ? "" : ", ") + leaf(one);
    return fmt::format("{}({})", call->function, out);
  }
  return to_source(value);
}

void spell(const Value& value, const std::string& indent, std::string& out) {
  if (const auto* map = value.map(); map != nullptr && !map->empty()) {
    for (const auto& [name, member] : *map) {
      out += "\n" + indent + name + ":";
      spell(member, indent + "  ", out);
    }
  } else if (const auto* list = value.list(); list != nullptr && !list->empty()) {
    for (const auto& one : *list) {
      out += "\n" + indent + "-";
      spell(one, indent + "  ", out);
    }
  } else {
    out += " " + leaf(value);
  }
}

struct Lowering {
  LoweredGraph graph;
  std::string text;
};

Lowering lowering_of(const MemoryTree& tree, std::map<std::string, ParamValue> params = {},
                     const Snapshot& state = {}) {
  const Platforms platforms({kubernetes_platform()});
  auto compiled =
      compile({.sources = tree, .default_stack = "shop", .params = std::move(params), .platforms = platforms});
  Lowering out;
  auto diagnostics = compiled.diagnostics;
  if (compiled.graph) {
    take_recorded_attributes(*compiled.graph, platforms, state);
    out.graph = lower(*compiled.graph, platforms, tree, diagnostics);
  }
  for (const auto& one : diagnostics.all()) out.text += fmt::format("{} {}\n", one.code, one.message);
  for (const auto& one : out.graph.resources) {
    out.text += fmt::format("{} = {}{}", one.address.text(), one.type,
                            one.options.replace == Replace::create_first ? "" : ", destroyed first");
    spell(one.inputs, "  ", out.text);
    for (const auto& need : one.depends_on) out.text += "\n  needs " + need.text();
    out.text += "\n";
  }
  for (const auto& one : out.graph.outputs) {
    out.text += "output " + one.name;
    spell(one.value, "  ", out.text);
    out.text += "\n";
  }
  return out;
}

Snapshot recorded_beside(fs::path file) {
  std::ifstream in(file.replace_extension(".recorded"));
  Snapshot out;
  for (std::string address, inputs; in >> address && std::getline(in >> std::ws, inputs);) {
    const auto parsed = Address::parse(address);
    REQUIRE(parsed);
    out.resources.push_back({.address = *parsed, .inputs = inputs});
  }
  return out;
}

Lowering lowering_of(const fs::path& file) {
  return lowering_of(MemoryTree({{"stack.infra", read_file(file)}, {"app/Dockerfile", "FROM scratch\n"}}), {},
                     recorded_beside(file));
}

const Schema* find_type(const std::string& name) {
  const auto& all = kubernetes::type_schemas();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Schema& one) { return one.name == name; });
  return at != all.end() ? &*at : nullptr;
}

const LoweredResource* find(const LoweredGraph& graph, const Address& address) {
  const auto at = std::find_if(graph.resources.begin(), graph.resources.end(),
                               [&](const LoweredResource& one) { return one.address == address; });
  return at != graph.resources.end() ? &*at : nullptr;
}

std::vector<fs::path> stacks() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(INFRA_SOURCE_DIR "/tests/kubernetes/lower/cases")) {
    if (entry.path().extension() == ".infra") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("stacks become the objects of Kubernetes that are written down") {
  for (const auto& file : stacks()) {
    INFO(file.stem().string());
    auto golden = file;
    golden.replace_extension(".lowered");
    const auto text = lowering_of(file).text;
    if (std::getenv("INFRA_RENEW") != nullptr) std::ofstream(golden) << text;
    CHECK(text == read_file(golden));
  }
}

TEST_CASE("what is lowered fits the types of Kubernetes, and refers to what is there") {
  for (const auto& file : stacks()) {
    const auto graph = lowering_of(file).graph;
    for (const auto& one : graph.resources) {
      INFO(file.stem().string() << ": " << one.address.text());
      const auto* type = find_type(one.type);
      REQUIRE(type != nullptr);
      for (const auto& [name, value] : *one.inputs.map()) {
        INFO(name);
        const auto* attribute = type->attribute(name);
        REQUIRE(attribute != nullptr);
        CHECK_FALSE(attribute->computed);
      }
      for (const auto& attribute : type->attributes) {
        INFO(attribute.name);
        if (attribute.required) CHECK_FALSE(one.inputs[attribute.name].is_null());
      }
      std::vector<Ref> refs;
      collect_refs(one.inputs, refs);
      for (const auto& ref : refs) {
        INFO(ref.address.text() << " " << ref.attribute);
        const auto* other = find(graph, ref.address);
        REQUIRE(other != nullptr);
        const auto* attribute = find_type(other->type)->attribute(ref.attribute);
        REQUIRE(attribute != nullptr);
        CHECK(attribute->computed);
      }
      for (const auto& need : one.depends_on) {
        INFO(need.text());
        CHECK((need.is_owner() || find(graph, need) != nullptr));
      }
    }
  }
}

TEST_CASE("no two objects of a stack have one name in one namespace") {
  for (const auto& file : stacks()) {
    std::set<std::string> seen;
    for (const auto& one : lowering_of(file).graph.resources) {
      if (one.type == "image") continue;
      const auto text = [&](const char* name) { return to_text(one.inputs[name]).value_or(""); };
      INFO(file.stem().string() << ": " << one.address.text());
      CHECK(seen.insert(one.type + " " + text("namespace") + "/" + text("name")).second);
      CHECK(text("name").size() <= (find_type(one.type)->attribute("full_name") != nullptr ? 52U : 63U));
    }
  }
}

TEST_CASE("a secret stands in no input but a Secret's data and an image's access") {
  for (const auto& file : stacks()) {
    for (const auto& one : lowering_of(file).graph.resources) {
      INFO(file.stem().string() << ": " << one.address.text());
      for (const auto& [name, value] : *one.inputs.map()) {
        if (value.has_secret()) CHECK((one.type == "kube_secret" ? name == "data" : one.type == "image"));
      }
    }
  }
}

TEST_CASE("the examples become objects of Kubernetes") {
  const fs::path examples = INFRA_SOURCE_DIR "/examples";
  const auto made = [](const Lowering& lowering) {
    std::string out;
    for (const auto& one : lowering.graph.resources) out += one.address.text() + " " + one.type + "\n";
    return out;
  };
  const auto stack = lowering_of(MemoryTree({{"k.infra", read_file(examples / "kubernetes/kubernetes.infra")}}),
                                 {{"db_password", {.text = "x", .origin = "--secret"}}});
  INFO(stack.text);
  CHECK(made(stack) ==
        "cluster.core/namespace namespace\n"
        "job.migrate/job kube_job\n"
        "job.migrate/secrets kube_secret\n"
        "load_balancer.edge/ingress-core ingress\n"
        "service.api/autoscaler horizontal_pod_autoscaler\n"
        "service.api/budget pod_disruption_budget\n"
        "service.api/deployment deployment\n"
        "service.api/secrets kube_secret\n"
        "service.api/service kube_service\n"
        "service.page/budget pod_disruption_budget\n"
        "service.page/deployment deployment\n"
        "service.page/service kube_service\n");
}

TEST_CASE("on EKS a load balancer of bytes is one of the network, and what is internal is for the VPC") {
  const std::string text = R"(
aws cloud { region = "eu-west-1" }
kubernetes k { eks = main }
platform = k
vpc main {
  platform = cloud
  cidr = 10.0.0.0/16
  subnet a { cidr = 10.0.1.0/24; zone = "a"; public = true }
  subnet b { cidr = 10.0.2.0/24; zone = "b"; public = true }
}
eks main { platform = cloud; subnets = [main.a, main.b]; group all { instance = "m6i.large" } }
cluster core { }
load_balancer inner { internal = true; listener sql { port = 5432; protocol = tcp } }
task db { container db { image = "db:1"; port sql { container = 5432 } } }
service db { cluster = core; task = db; route { listener = inner.sql; to = db.sql } }
)";
  const MemoryTree tree({{"stack.infra", text}});
  const Platforms platforms({aws_platform(), kubernetes_platform()});
  const auto compiled = compile({.sources = tree, .default_stack = "shop", .platforms = platforms});
  REQUIRE(compiled.graph);
  Diagnostics diagnostics;
  const auto access = Map(std::vector<Entry>{{"name", "shop-main"}, {"endpoint", "https://x.example"}});
  const auto lowered = lower(*compiled.graph, platforms, tree, diagnostics,
                             {{"k", Value(Map(std::vector<Entry>{{"eks", Value(access)}}))}});
  CHECK(diagnostics.all().empty());
  const auto at = std::find_if(lowered.resources.begin(), lowered.resources.end(), [](const LoweredResource& part) {
    return part.address.text() == "load_balancer.inner/service";
  });
  REQUIRE(at != lowered.resources.end());
  std::string spelt;
  spell(at->inputs, "", spelt);
  INFO(spelt);
  CHECK(spelt.find("type: \"LoadBalancer\"") != std::string::npos);
  CHECK(spelt.find("aws-load-balancer-type: \"nlb\"") != std::string::npos);
  CHECK(spelt.find("aws-load-balancer-scheme: \"internal\"") != std::string::npos);
}

TEST_CASE("a platform that this program hasn't is said where it is declared") {
  const std::string text = "kubernetes k { }\nplatform = k\ncluster core { }\n";
  const MemoryTree tree({{"stack.infra", text}});
  const Platforms all({kubernetes_platform()});
  const auto compiled = compile({.sources = tree, .default_stack = "shop", .platforms = all});
  REQUIRE(compiled.graph);
  Diagnostics diagnostics;
  static_cast<void>(lower(*compiled.graph, Platforms({}), tree, diagnostics));
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all()[0].code == "E0711");
}
