// Messages about values that are known only after apply say which they are, and by way of which names.
#include <fmt/format.h>

#include "compiler/types/checker.h"
#include "compiler/walk.h"

namespace infra {
namespace {

// "service.web" for what names a declaration, "" for anything else.
std::string declared_name(const Meanings& meanings, const ast::Expr& e) {
  if (const auto at = meanings.find(&e); at != meanings.end() && at->second.kind == Meaning::decl) {
    const auto& decl = *at->second.declaration;
    return decl.kind->schema->name + "." + decl.label;
  }
  if (const auto* index = std::get_if<ast::Index>(&e.node)) return declared_name(meanings, *index->object);
  if (const auto* m = std::get_if<ast::Member>(&e.node)) {
    const auto object = declared_name(meanings, *m->object);
    return object.empty() ? "" : object + "." + m->name.text;
  }
  return "";
}

constexpr std::size_t kLongestPath = 8;

}  // namespace

void Checker::note_later(const ast::Expr& e, const ast::Member& m) {
  const auto object = declared_name(out_.meanings, *m.object);
  laters_[&e] = object.empty() ? "`" + m.name.text + "`" : object + "." + m.name.text;
}

// The way from `e` to the first attribute in it that a platform sets: each let on it, then the attribute.
bool Checker::later_path(const ast::Expr& e, std::vector<Label>& path) const {
  if (const auto at = laters_.find(&e); at != laters_.end()) {
    path.push_back({e.span, at->second});
    return true;
  }
  if (const auto at = out_.meanings.find(&e); at != out_.meanings.end() && at->second.kind == Meaning::let) {
    const auto* let = at->second.definition;
    if (!let->value || path.size() >= kLongestPath) return false;
    path.push_back({e.span, let->name.text});
    if (later_path(*let->value, path)) return true;
    path.pop_back();
    return false;
  }
  bool found = false;
  each_part(e, [&](const ast::Expr& part) { found = found || later_path(part, path); });
  return found;
}

void Checker::too_late(const ast::Expr& e, std::string message, std::string help) {
  std::vector<Label> path;
  Diagnostic d{.code = "E0305",
               .message = std::move(message),
               .primary = {e.span, "known only after apply"},
               .help = std::move(help)};
  if (later_path(e, path)) {
    std::string text;
    for (const auto& step : path) text += (text.empty() ? "" : " → ") + step.text;
    d.primary.text += ": " + text;
    // Where the last let on the way takes it from; the way's start is what is marked already.
    if (path.size() > 1) d.secondary.push_back({path.back().span, "set by the platform when it is applied"});
  }
  diagnostics_->add(std::move(d));
}

}  // namespace infra
