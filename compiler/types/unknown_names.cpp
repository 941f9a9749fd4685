// A name that there isn't, and which others could be meant: only what type-checks there, and makes no circle.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/likeness.h"
#include "compiler/names/language_habits.h"
#include "compiler/types/checker.h"
#include "compiler/walk.h"
#include "compiler/words.h"

namespace infra {
// Does the value of what is being defined now depend on this definition?
bool Checker::leads_back(const ast::Expr* definition) {
  std::unordered_set<const void*> seen;
  std::vector<const ast::Expr*> ahead;
  const auto enter = [&](const ast::Expr* value) {
    if (value != nullptr && seen.insert(value).second) ahead.push_back(value);
  };
  enter(definition);
  while (!ahead.empty()) {
    if (++suggested_ > kMostSuggested) return true;
    const auto& e = *ahead.back();
    ahead.pop_back();
    if (const auto* ref = std::get_if<ast::NameRef>(&e.node)) {
      if (const auto let = program_->lets.find(ref->name); let != program_->lets.end()) {
        if (std::find(typing_.begin(), typing_.end(), let->second) != typing_.end()) return true;
        enter(let->second->value.get());
      } else if (const auto param = program_->params.find(ref->name); param != program_->params.end()) {
        if (param->second == defaulting_) return true;
        enter(param->second->fallback.get());
      } else if (const auto fn = program_->functions.find(ref->name); fn != program_->functions.end()) {
        enter(fn->second->body.get());
      }
    }
    each_part(e, [&](const ast::Expr& part) { enter(&part); });
  }
  return false;
}

std::optional<std::string> Checker::meant_declaration(const std::string& label, const Type* expected) {
  const auto at = program_->by_label.find(label);
  if (at == program_->by_label.end()) return std::nullopt;
  const std::string wanted = expected != nullptr ? wanted_kind(*expected) : "";
  const bool reference = expected == nullptr || expected->is_error() || expected->kind() == TypeKind::resource;
  if (wanted.empty() && !reference) return std::nullopt;
  const bool fitting = std::any_of(at->second.begin(), at->second.end(), [&](const Decl* d) {
    const bool itself = d == declaring_ && expected != nullptr && expected->kind() == TypeKind::resource;
    return !itself && (wanted.empty() || kind_for_types(*d) == wanted);
  });
  if (!fitting) return std::nullopt;
  return is_identifier(label) ? label : qualified_form(at->second.front()->kind->schema->name, label);
}

// How a name is written if it may stand where this is expected.
std::optional<std::string> Checker::meant(const std::string& name, const Type* expected, Span use) {
  const auto fitting = [&](const Type& type) { return expected == nullptr || fits(type, *expected); };
  const auto* literals = expected != nullptr ? find_literals(*expected) : nullptr;
  if (literals != nullptr && literals->has_member(name)) return name;
  const auto local = std::find_if(locals_.rbegin(), locals_.rend(), [&](const Local& l) { return l.name == name; });
  if (local != locals_.rend()) return fitting(local->type) ? std::optional(name) : std::nullopt;
  if (const auto param = program_->params.find(name); param != program_->params.end()) {
    const bool circle = param->second == defaulting_ || leads_back(param->second->fallback.get());
    if (!circle && fitting(out_.params[name])) return name;
  } else if (const auto let = program_->lets.find(name); let != program_->lets.end()) {
    const bool circle =
        std::find(typing_.begin(), typing_.end(), let->second) != typing_.end() || leads_back(let->second->value.get());
    if (!circle && fitting(let_type(*let->second, *program_, use))) return name;
  }
  return meant_declaration(name, expected);
}

// The form of the nearest name that may stand here, or "".
std::string Checker::nearest_meant(const std::string& name, const Type* expected, Span use) {
  if (suggested_ > kMostSuggested) return "";  // also looking through all names takes time, for each unknown one
  Likeness likeness(name);
  const auto offer = [&](std::string_view candidate) {
    if (++suggested_ <= kMostSuggested) likeness.offer(candidate);
  };
  for (const auto& [label, decls] : program_->by_label) offer(label);
  for (const auto& [known, let] : program_->lets) offer(known);
  for (const auto& [known, param] : program_->params) offer(known);
  for (const auto& local : locals_) offer(local.name);
  if (const auto* literals = expected != nullptr ? find_literals(*expected) : nullptr) {
    for (const auto& member : literals->members()) offer(member);
  }
  for (const auto& near : likeness.nearest()) {
    if (auto form = meant(near, expected, use)) return *std::move(form);
    if (suggested_ > kMostSuggested) break;
  }
  return "";
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
  const std::string wanted = expected != nullptr ? wanted_kind(*expected) : "";
  std::string help = wanted == "platform" ? habit_of_platform(name) : std::string();
  const auto near = help.empty() ? nearest_meant(name, expected, e.span) : std::string();
  const auto* literals = expected != nullptr ? find_literals(*expected) : nullptr;
  if (!near.empty()) {
    help = fmt::format("did you mean `{}`?", near);
  } else if (literals != nullptr) {
    help = fmt::format("one of {} is wanted", to_text(*literals));
  } else if (expected != nullptr && expected->kind() == TypeKind::string) {
    help = fmt::format("a text needs quotes: \"{}\"", name);
  }
  auto& d = wanted.empty() ? diagnostics_->error("E0201", e.span, fmt::format("there is no `{}` here", name))
                           : diagnostics_->error("E0410", e.span, fmt::format("there is no {} `{}`", wanted, name));
  d.primary.text = "unknown name";
  d.help = std::move(help);
  if (!near.empty()) d.fixes.push_back({e.span, near});
  return {};
}

}  // namespace infra
