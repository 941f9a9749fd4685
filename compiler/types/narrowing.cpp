// What may be null by its type, and isn't where a condition has seen to it: `s != null ? s.upper() : "none"`,
// `o != null and o.a > 1`, and under `if`.
#include <algorithm>

#include "compiler/types/checker.h"

namespace infra {
namespace {

bool is_null(const ast::Expr& e) {
  const auto* literal = std::get_if<ast::Literal>(&e.node);
  return literal != nullptr && literal->value.is_null();
}

std::string root_of(const std::string& path) { return path.substr(0, path.find('.')); }

}  // namespace

// A name, or members of one: what is the same value wherever it stands. `a?.b` is a.b where it isn't null.
std::optional<std::string> Checker::path_of(const ast::Expr& e) {
  if (const auto* ref = std::get_if<ast::NameRef>(&e.node)) return ref->name;
  const auto* member = std::get_if<ast::Member>(&e.node);
  if (member == nullptr) return std::nullopt;
  auto path = path_of(*member->object);
  if (path) *path += "." + member->name.text;
  return path;
}

// Notes what follows from the condition being true, or false.
void Checker::narrow(const ast::Expr& condition, bool holds) {
  if (const auto* negation = std::get_if<ast::Unary>(&condition.node); negation != nullptr && negation->op == "not")
    return narrow(*negation->operand, !holds);
  const auto* b = std::get_if<ast::Binary>(&condition.node);
  if (b == nullptr) return;
  if (b->op == (holds ? "and" : "or")) {
    narrow(*b->left, holds);
    narrow(*b->right, holds);
    return;
  }
  if (b->op != (holds ? "!=" : "==")) return;
  const auto* tested = is_null(*b->right) ? b->left.get() : is_null(*b->left) ? b->right.get() : nullptr;
  auto path = tested != nullptr ? path_of(*tested) : std::nullopt;
  // What has a member that isn't null isn't null itself.
  for (; path;
       path = path->find('.') != std::string::npos ? std::optional(path->substr(0, path->rfind('.'))) : std::nullopt)
    not_null_.push_back({*path, locals_.size()});
}

bool Checker::is_narrowed(const ast::Expr& e) const {
  if (not_null_.empty()) return false;
  const auto path = path_of(e);
  if (!path) return false;
  const auto root = root_of(*path);
  return std::any_of(not_null_.begin(), not_null_.end(), [&](const NotNull& known) {
    if (known.path != *path) return false;
    const auto from = locals_.begin() + static_cast<std::ptrdiff_t>(std::min(known.locals, locals_.size()));
    return std::none_of(from, locals_.end(), [&](const Local& nearer) { return nearer.name == root; });
  });
}

Type Checker::narrowed(const ast::Expr& e, Type type) const {
  if (type.optional && is_narrowed(e)) type.optional = false;
  return type;
}

}  // namespace infra
