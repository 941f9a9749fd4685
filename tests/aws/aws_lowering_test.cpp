// Stacks (tests/aws/lowered/*.infra) and the objects of AWS that they become (*.lowered beside them; INFRA_RENEW=1
// writes them). What is wrong of a stack stands there, too.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/sources/memory_tree.h"
#include "compiler/compile.h"
#include "planner/planner.h"
#include "providers/aws/aws.h"
#include "providers/aws/aws_type.h"

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

Lowering lowering_of(const fs::path& file) {
  const MemoryTree tree({{"stack.infra", read_file(file)}});
  const Platforms platforms({aws_platform()});
  auto compiled = compile({.sources = tree, .default_stack = "shop", .platforms = platforms});
  Lowering out;
  auto diagnostics = compiled.diagnostics;
  if (compiled.graph) out.graph = lower(*compiled.graph, platforms, tree, diagnostics);
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

const LoweredResource* find(const LoweredGraph& graph, const Address& address) {
  const auto at = std::find_if(graph.resources.begin(), graph.resources.end(),
                               [&](const LoweredResource& one) { return one.address == address; });
  return at != graph.resources.end() ? &*at : nullptr;
}

std::vector<fs::path> stacks() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(INFRA_SOURCE_DIR "/tests/aws/lowered")) {
    if (entry.path().extension() == ".infra") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("stacks become the objects of AWS that are written down") {
  for (const auto& file : stacks()) {
    INFO(file.stem().string());
    auto golden = file;
    golden.replace_extension(".lowered");
    const auto text = lowering_of(file).text;
    if (std::getenv("INFRA_RENEW") != nullptr) std::ofstream(golden) << text;
    CHECK(text == read_file(golden));
  }
}

TEST_CASE("what is lowered fits the types, and refers to what is there") {
  for (const auto& file : stacks()) {
    const auto graph = lowering_of(file).graph;
    for (const auto& one : graph.resources) {
      INFO(file.stem().string() << ": " << one.address.text());
      const auto* type = aws::find_type(one.type);
      REQUIRE(type != nullptr);
      for (const auto& [name, value] : *one.inputs.map()) {
        INFO(name);
        const auto* attribute = type->schema.attribute(name);
        REQUIRE(attribute != nullptr);
        CHECK_FALSE(attribute->computed);
      }
      for (const auto& attribute : type->schema.attributes) {
        INFO(attribute.name);
        if (attribute.required) CHECK_FALSE(one.inputs[attribute.name].is_null());
      }
      std::vector<Ref> refs;
      collect_refs(one.inputs, refs);
      for (const auto& ref : refs) {
        INFO(ref.address.text() << " " << ref.attribute);
        const auto* other = find(graph, ref.address);
        REQUIRE(other != nullptr);
        const auto* attribute = aws::find_type(other->type)->schema.attribute(ref.attribute);
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

TEST_CASE("every type says what it is, and can be made, seen and removed") {
  for (const auto* type : aws::all_types()) {
    INFO(type->schema.name);
    CHECK_FALSE(type->schema.doc.empty());
    CHECK(type->list);
    CHECK(type->look);
    CHECK(type->create);
    CHECK(type->destroy);
    for (const auto& attribute : type->schema.attributes) {
      INFO(attribute.name);
      CHECK_FALSE(attribute.doc.empty());
      const bool in_place = !attribute.computed && attribute.change == OnChange::update;
      const bool tags = attribute.name == "labels" && type->tag;  // the provider changes them by itself
      if (in_place && !tags) CHECK(type->update);
    }
  }
}
