// The values of params: given on the command line, by a parent's module block, or the default. Computed when asked
// for, so that a default may be made from any other param.
#include <fmt/format.h>

#include "compiler/brief.h"
#include "compiler/expand/expander.h"

namespace infra {
namespace {

// INFRA_PARAM_… may be meant for another stack of the same shell, and an earlier apply was given what the stack had
// then.
bool may_be_for_another_text(std::string_view origin) {
  return origin.starts_with("INFRA_PARAM_") || origin.starts_with("revision ");
}

}  // namespace

void Expander::unknown_params() {
  for (const auto& [name, given] : input_.params) {
    if (program_.params.contains(name)) continue;
    if (may_be_for_another_text(given.origin)) continue;
    std::vector<std::string> names;
    for (const auto& [known, param] : program_.params) names.push_back(known);
    diagnostics_->add({.code = "E0218",
                       .message = fmt::format("{}: this stack has no param `{}`", given.origin, name),
                       .help = meant_param(name, names)});
  }
}

// All of them, so that each that is wrong is reported even if nothing uses it.
void Expander::params() {
  if (parent_ == nullptr) unknown_params();
  for (const auto& [name, declared] : program_.params) param(name, declared->name.span);
}

Expander::Memo& Expander::param(const std::string& name, Span use) {
  auto& memo = params_[name];
  const auto& declared = *program_.params.at(name);
  if (memo.progress == Memo::doing) {
    diagnostics_->add({.code = "E0212",
                       .message = fmt::format("the value of param `{}` is computed from itself", name),
                       .primary = {declared.name.span, "needs itself"},
                       .secondary = {{use, "used here"}}});
    memo.value = Unknown{"error"};
    return memo;
  }
  if (memo.progress == Memo::open) {
    memo.progress = Memo::doing;
    Value value = param_value(declared, memo.needs);
    memo.value = std::move(value);
    memo.progress = Memo::done;
  }
  return memo;
}

Value Expander::overridden(const Override& given, const Type& type, const std::string& name) {
  Type open = type;
  open.secret = false;
  const Value& bare = given.value.secret() != nullptr ? *given.value.secret() : given.value;
  if (bare.known() && !fits(type_of(bare), open)) {
    diagnostics_->add({.code = "E0204",
                       .message = fmt::format("`{}` takes {}, got {}", name, to_text(open),
                                              type.secret ? "something else" : brief(bare)),
                       .primary = {given.span, ""}});
    return Unknown{"error"};
  }
  Value value = coerced(given.value, type, given.span);
  check_value(type, value, given.span, fmt::format("`{}`", name));
  return value;
}

Value Expander::param_value(const ast::Param& declared, Needs& needs) {
  const auto& name = declared.name.text;
  const auto& type = types_.params.at(name);
  Value unknown = Unknown{"param " + name};
  if (options_.no_params) return unknown;
  if (parent_ != nullptr) {
    bool given = false;
    Value value = given_by_parent(declared, needs, given);
    if (given) return value;
  } else if (const auto override = options_.overrides.find(name); override != options_.overrides.end()) {
    return overridden(override->second, type, name);
  } else if (const auto given = input_.params.find(name); given != input_.params.end()) {
    std::string problem;
    if (auto value = parse_param(type, given->second, problem)) return *std::move(value);
    diagnostics_->error("E0210", declared.name.span, fmt::format("{}: `{}` {}", given->second.origin, name, problem),
                        fmt::format("declared as {}", to_text(type)));
    return unknown;
  }
  if (declared.fallback) {
    Context at{.needs = &needs};
    Value value = coerced(eval(*declared.fallback, at), type, declared.fallback->span);
    if (value.unknown() == nullptr)
      check_value(type, value, declared.fallback->span, fmt::format("the default of `{}`", name));
    return value;
  }
  if (type.optional) return Null{};
  if (input_.complete && parent_ == nullptr) {
    const std::string how = type.secret
                                ? fmt::format(
                                      "keep it in the state (infra secret set {0}), or give it with "
                                      "--secret {0}=env:VARIABLE",
                                      name)
                                : fmt::format("give it with --set {}=…, --values FILE or INFRA_PARAM_{}", name, name);
    diagnostics_->error("E0217", declared.name.span, fmt::format("param `{}` has no value", name),
                        fmt::format("declared as {}, without a default", to_text(type)), how);
  }
  return unknown;
}

}  // namespace infra
