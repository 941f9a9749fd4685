#include "compiler/variants.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks.h"
#include "compiler/expand/expander.h"

namespace infra {
namespace {

constexpr std::size_t kMostVariants = 64;
constexpr std::size_t kMostMembers = 32;
constexpr std::size_t kMostResources = 20'000;

// The values that a finite type has; none for any other.
std::vector<Value> members_of(const Type& type) {
  std::vector<Value> out;
  if (type.kind() == TypeKind::boolean) out = {Value(false), Value(true)};
  if (type.kind() == TypeKind::literals && type.members().size() <= kMostMembers) {
    for (const auto& member : type.members()) out.emplace_back(member);
  }
  if (!out.empty() && type.optional) out.emplace_back(Null{});
  return out;
}

const Value& opened(const Value& value) { return value.secret() != nullptr ? *value.secret() : value; }

std::string plain(const Value& value) { return value.string() != nullptr ? *value.string() : to_source(value); }

}  // namespace

void VariantFindings::add(const std::string& param, const std::string& member, const Diagnostics& found) {
  for (const auto& d : found.all()) {
    const auto same = std::find_if(findings_.begin(), findings_.end(), [&](const Finding& f) {
      return f.param == param && f.diagnostic.code == d.code && f.diagnostic.primary.span == d.primary.span &&
             f.diagnostic.message == d.message;
    });
    if (same == findings_.end()) {
      findings_.push_back({d, param, {member}});
    } else {
      same->members.push_back(member);
    }
  }
}

void VariantFindings::report(Diagnostics& into) const {
  const auto known = into.all();  // of the run itself: once is enough
  const auto same_as = [](const Diagnostic& d) {
    return [&d](const Diagnostic& other) {
      return other.code == d.code && other.primary.span == d.primary.span && other.message == d.message;
    };
  };
  for (const auto& finding : findings_) {
    Diagnostic d = finding.diagnostic;
    if (std::any_of(known.begin(), known.end(), same_as(d))) continue;
    const auto all = members_.find(finding.param);
    const bool everywhere = all != members_.end() && all->second == finding.members.size();
    if (!everywhere) d.message += fmt::format(", when {} = {}", finding.param, fmt::join(finding.members, " or "));
    into.add(std::move(d));
  }
}

Variants try_variants(const CompileInput& input, const Unit& stack, const Poisoned& poisoned,
                      const std::atomic<bool>& stop) {
  Variants out;
  std::size_t tried = 0;
  std::size_t resources = 0;  // in all of them
  std::size_t largest = 0;
  Diagnostics told_by_the_run;
  const auto params = Expander(stack, stack.types, input, {.rules = false}, told_by_the_run).param_values();
  for (const auto& [name, type] : stack.types.params) {
    const auto members = members_of(type);
    const Value& now = opened(params[name]);
    if (now.unknown() != nullptr) out.findings.expect_members(name, members.size());
    for (const auto& member : members) {
      if (member == now) continue;
      if (stop || ++tried > kMostVariants || resources + largest > kMostResources) break;
      ExpandOptions options{.rules = false, .poisoned = poisoned.empty() ? nullptr : &poisoned};
      options.overrides[name] = {member, {}};
      Diagnostics found;
      Graph graph = Expander(stack, stack.types, input, options, found).run();
      resources += graph.resources.size();
      largest = std::max(largest, graph.resources.size());
      if (!found.has_errors()) check_graph(graph, stack, input.platforms, found);
      const std::string text = type.secret ? "***" : plain(member);
      out.findings.add(name, text, found);
      if (!found.has_errors()) out.right.push_back({.param = name, .member = text, .graph = std::move(graph)});
    }
  }
  return out;
}

}  // namespace infra
