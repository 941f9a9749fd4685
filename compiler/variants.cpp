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

VariantTrials::VariantTrials(const CompileInput& input, const Unit& stack, const Poisoned& poisoned)
    : input_(input), stack_(stack), poisoned_(poisoned), most_(kMostVariants) {
  input_.index = nullptr;  // an editor shows the values of this run
  Diagnostics told_by_the_run;
  const auto params = Expander(stack, stack.types, input_, {.rules = false}, told_by_the_run).param_values();
  for (const auto& [name, type] : stack.types.params) {
    const auto members = members_of(type);
    const Value& now = opened(params[name]);
    if (now.unknown() != nullptr) findings_.expect_members(name, members.size());
    for (const auto& member : members) {
      if (member == now) continue;
      trials_.push_back({.param = name, .member = member, .text = type.secret ? "***" : plain(member)});
    }
  }
}

void VariantTrials::expect(std::size_t resources) {
  if (resources > 0) most_ = std::min(kMostVariants, kMostResources / resources);
}

void VariantTrials::work() {
  for (auto i = next_++; i < trials_.size() && i < most_; i = next_++) run(trials_[i]);
}

void VariantTrials::run(Trial& trial) {
  ExpandOptions options{.rules = false, .poisoned = poisoned_.empty() ? nullptr : &poisoned_};
  options.overrides[trial.param] = {trial.member, {}};
  Graph graph = Expander(stack_, stack_.types, input_, options, trial.found).run();
  if (!trial.found.has_errors()) check_graph(graph, stack_, input_.platforms, trial.found);
  if (!trial.found.has_errors()) trial.graph = std::move(graph);
}

Variants VariantTrials::result() {
  Variants out;
  for (std::size_t i = 0; i < trials_.size() && i < most_; ++i) {
    auto& trial = trials_[i];
    findings_.add(trial.param, trial.text, trial.found);
    if (trial.graph) {
      out.right.push_back({.param = trial.param, .member = trial.text, .graph = *std::move(trial.graph)});
    }
  }
  out.findings = std::move(findings_);
  return out;
}

}  // namespace infra
