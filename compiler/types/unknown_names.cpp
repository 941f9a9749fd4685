// A name that there isn't, and which others could be meant: only what type-checks there, and makes no circle.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/types/checker.h"
#include "compiler/walk.h"
#include "compiler/words.h"

namespace infra {

// Does the value of what is being defined now depend on this?
bool Checker::leads_back(const ast::Expr& e, std::unordered_set<const void*>& seen) const {
  const auto into = [&](const ast::ExprPtr& value) { return value && leads_back(*value, seen); };
  if (const auto* ref = std::get_if<ast::NameRef>(&e.node)) {
    if (const auto let = program_->lets.find(ref->name); let != program_->lets.end() && seen.insert(let->second).second)
      return std::find(typing_.begin(), typing_.end(), let->second) != typing_.end() || into(let->second->value);
    if (const auto param = program_->params.find(ref->name);
        param != program_->params.end() && seen.insert(param->second).second)
      return param->second == defaulting_ || into(param->second->fallback);
    if (const auto fn = program_->functions.find(ref->name);
        fn != program_->functions.end() && seen.insert(fn->second).second)
      return into(fn->second->body);
  }
  bool back = false;
  each_part(e, [&](const ast::Expr& part) { back = back || leads_back(part, seen); });
  return back;
}

bool Checker::leads_back(const ast::Let& let) const {
  if (std::find(typing_.begin(), typing_.end(), &let) != typing_.end()) return true;
  std::unordered_set<const void*> seen;
  return let.value && leads_back(*let.value, seen);
}

bool Checker::leads_back(const ast::Param& param) const {
  if (&param == defaulting_) return true;
  std::unordered_set<const void*> seen;
  return param.fallback && leads_back(*param.fallback, seen);
}

// Names that may stand where this is expected, and how they are written there.
std::map<std::string, std::string> Checker::meant_names(const Type* expected, Span use) {
  std::map<std::string, std::string> out;
  const auto add = [&](const std::string& name, const Type& type) {
    if (expected == nullptr || fits(type, *expected)) out[name] = name;
  };
  const std::string wanted = expected != nullptr ? wanted_kind(*expected) : "";
  for (const auto& [label, decls] : program_->by_label) {
    const bool fitting = std::any_of(decls.begin(), decls.end(), [&](const Decl* d) {
      const bool itself = d == declaring_ && expected != nullptr && expected->kind() == TypeKind::resource;
      return !itself && (wanted.empty() || kind_for_types(*d) == wanted);
    });
    if (!fitting ||
        (expected != nullptr && !expected->is_error() && wanted.empty() && expected->kind() != TypeKind::resource))
      continue;
    out[label] = is_identifier(label) ? label : qualified_form(decls.front()->kind->schema->name, label);
  }
  for (const auto& [name, let] : program_->lets) {
    if (!leads_back(*let)) add(name, let_type(*let, *program_, use));
  }
  for (const auto& [name, param] : program_->params) {
    if (!leads_back(*param)) add(name, out_.params[name]);
  }
  for (const auto& local : locals_) add(local.name, local.type);
  if (const auto* literals = expected != nullptr ? find_literals(*expected) : nullptr) {
    for (const auto& member : literals->members()) out[member] = member;
  }
  return out;
}

Type Checker::unknown_name(const ast::Expr& e, const std::string& name, const Type* expected) {
  if (program_->uses.contains(name)) {
    if (!program_->libraries.contains(name)) return {};  // it couldn't be read, which was reported
    diagnostics_->error("E0201", e.span, fmt::format("`{}` is a library, not a value", name), {},
                        fmt::format("name something in it: {}.NAME", name));
    return {};
  }
  if (program_->functions.contains(name)) {
    diagnostics_->error("E0201", e.span, fmt::format("`{}` is a function, not a value", name), {},
                        fmt::format("call it: {}(…)", name));
    return {};
  }
  const auto meant = meant_names(expected, e.span);
  std::vector<std::string> names;
  for (const auto& [known, form] : meant) names.push_back(known);
  const auto near = did_you_mean(name, names);
  const auto* literals = expected != nullptr ? find_literals(*expected) : nullptr;
  const std::string wanted = expected != nullptr ? wanted_kind(*expected) : "";
  std::string help;
  if (!near.empty()) {
    help = fmt::format("did you mean `{}`?", meant.at(near));
  } else if (literals != nullptr) {
    help = fmt::format("one of {} is wanted", to_text(*literals));
  } else if (expected != nullptr && expected->kind() == TypeKind::string) {
    help = fmt::format("a text needs quotes: \"{}\"", name);
  }
  auto& d = wanted.empty() ? diagnostics_->error("E0201", e.span, fmt::format("there is no `{}` here", name))
                           : diagnostics_->error("E0410", e.span, fmt::format("there is no {} `{}`", wanted, name));
  d.primary.text = "unknown name";
  d.help = std::move(help);
  if (!near.empty()) d.fixes.push_back({e.span, meant.at(near)});
  return {};
}

}  // namespace infra
