// What `ignore` and `moved_from` name: an attribute of the declaration itself, and a declaration that is no more.
// Neither is a value, so they are read off the expression as it is written.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/values/schema.h"
#include "grammar/ast.h"

namespace infra {

// "desired", "container.web.image", "env.LOG", or the same as a text; nullopt for anything else.
std::optional<std::string> attribute_path(const ast::Expr& e);

// Why an attribute path means nothing in a declaration of this kind, and what it may have meant.
struct PathProblem {
  std::string message;
  std::string help;
};
std::optional<PathProblem> problem_of_path(const Schema& schema, const std::string& path);

// kind.label or kind.label["key"].label, as an address stands in a plan, or kind["label"] as expressions name it.
struct WrittenAddress {
  std::string kind;
  struct Step {
    std::string label;               // as it is written; empty: computed
    const ast::Expr* key = nullptr;  // of a loop's turn; of the first step the label
  };
  std::vector<Step> steps;
};
// Is this text the address of a declaration of this kind?
bool is_address_of(const std::string& text, const std::string& kind);
std::optional<WrittenAddress> written_address(const ast::Expr& e);

}  // namespace infra
