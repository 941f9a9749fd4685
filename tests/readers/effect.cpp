#include "tests/readers/effect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/sources/memory_tree.h"
#include "compiler/compile.h"

namespace infra::testing {

namespace {

// A kind or a part that the platform doesn't have, and a setting that its networks or this sort of capacity don't have.
constexpr std::array<std::string_view, 3> kRefusals = {"E0310", "E0403", "E0417"};

bool refuses(const Diagnostic& diagnostic) {
  return std::find(kRefusals.begin(), kRefusals.end(), diagnostic.code) != kRefusals.end();
}

MemoryTree tree_of(const std::string& text) {
  return MemoryTree({{"stack.infra", text},
                     {"app/Dockerfile", "FROM a:1 AS first\nFROM b:1 AS second\n"},
                     {"app/Other", "FROM scratch\n"},
                     {"other/Dockerfile", "FROM scratch\nLABEL a=b\n"}});
}

template <class Item, class Key>
bool alike(const std::vector<Item>& a, const std::vector<Item>& b, Key key) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const Item& one, const Item& other) { return key(one) == key(other); });
}

bool same_content(const LoweredGraph& a, const LoweredGraph& b) {
  return alike(a.resources, b.resources,
               [](const LoweredResource& r) { return std::tie(r.address, r.type, r.platform, r.inputs, r.options); }) &&
         alike(a.outputs, b.outputs, [](const OutputDecl& o) { return std::tie(o.name, o.value, o.secret); }) &&
         alike(a.moves, b.moves, [](const Move& m) { return std::tie(m.from, m.to); }) &&
         alike(a.imports, b.imports, [](const Import& i) { return std::tie(i.address, i.id); });
}

bool same_order(const LoweredGraph& a, const LoweredGraph& b) {
  return alike(a.resources, b.resources, [](const LoweredResource& r) { return std::tie(r.depends_on); }) &&
         alike(a.owners, b.owners, [](const LoweredOwner& o) { return std::tie(o.address, o.depends_on); });
}

}  // namespace

Outcome outcome_of(const std::string& stack, const Platforms& platforms) {
  const auto tree = tree_of(stack);
  auto compiled = compile({.sources = tree, .default_stack = "shop", .platforms = platforms});
  Outcome out;
  auto diagnostics = compiled.diagnostics;
  if (compiled.graph) out.lowered = lower(*compiled.graph, platforms, tree, diagnostics);
  for (const auto& one : diagnostics.all()) {
    if (one.severity != Severity::error) continue;
    out.problems += fmt::format("    {} {}\n", one.code, one.message);
    out.refused = out.refused || refuses(one);
  }
  out.good = compiled.graph && out.problems.empty();
  return out;
}

Difference difference(const LoweredGraph& a, const LoweredGraph& b) {
  if (!same_content(a, b)) return Difference::content;
  return same_order(a, b) ? Difference::none : Difference::order;
}

}  // namespace infra::testing
