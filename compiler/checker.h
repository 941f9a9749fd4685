// Phase 2, types: every expression of a stack gets a static type, before any value is computed.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "base/type.h"
#include "compiler/program.h"
#include "grammar/ast.h"

namespace infra {

// What a name in an expression means. Found by the types (a task is expected: the task `api` is meant), used by
// evaluation.
struct Meaning {
  enum Kind { local, param, let, decl, enumerator } kind = local;
  const Decl* declaration = nullptr;  // for decl
  std::size_t turns = 0;              // for decl: so many of its outer loops are this turn's, the rest needs keys
};
using Meanings = std::unordered_map<const ast::Expr*, Meaning>;

struct Types {
  Meanings meanings;
  std::map<std::string, Type> params;
  std::map<std::string, Type> outputs;  // declared or inferred
};

// Checks names, types and schemas of everything in `program`.
Types check_types(const Program& program, Diagnostics& diagnostics);

// The pieces, for tests and for the phases after.
class TypeNames {  // type expressions → types
 public:
  TypeNames(const Program& program, Diagnostics& diagnostics) : program_(program), diagnostics_(diagnostics) {}
  Type resolve(const ast::TypeExpr& type);

 private:
  Type named(const ast::TypeName& name, Span span);
  Type alias(const std::string& name, Span span);
  Type refined(const ast::TypeRefined& refined, Span span);
  Type type_union(const ast::TypeUnion& members, Span span);
  const Program& program_;
  Diagnostics& diagnostics_;
  std::map<std::string, Type> aliases_;
  std::vector<std::string> resolving_;
};

class Checker {
 public:
  Checker(const Program& program, Diagnostics& diagnostics)
      : program_(program), diagnostics_(diagnostics), names_(program, diagnostics) {}
  Types run();

 private:
  // checker_expression.cpp: `check` compares with what is expected and reports; `infer` just finds the type.
  Type check(const ast::Expr& e, const Type& expected, const std::string& what);
  Type infer(const ast::Expr& e);
  void compare(const ast::Expr& e, const Type& actual, const Type& expected, const std::string& what);
  bool check_inside(const ast::Expr& e, const Type& expected, const std::string& what);
  Type infer_list(const ast::ListExpr& list);
  Type infer_map(const ast::MapExpr& map);
  Type infer_interpolation(const ast::Interpolation& text);
  Type infer_for(const ast::ListFor& loop);
  Type infer_for(const ast::MapFor& loop, Span span);

  // checker_names.cpp
  Type name(const ast::Expr& e, const ast::NameRef& ref, const Type* expected);
  Type local_or_value(const ast::Expr& e, const std::string& name, bool& found);
  Type declared(const ast::Expr& e, const std::string& name, const std::vector<const Decl*>& candidates,
                const Type* expected);
  Type reference(const ast::Expr& e, const Decl& decl);
  Type unknown_name(const ast::Expr& e, const std::string& name, const Type* expected);
  Type member(const ast::Expr& e, const ast::Member& m);
  Type resource_member(const ast::Member& m, const Type& object);
  std::optional<Type> qualified(const ast::Expr& e, const ast::Member& m);
  Type let_type(const std::string& name, Span use);
  void bind_loop(const ast::ForClause& clause, bool keyed_block);

  // checker_calls.cpp
  Type call(const ast::Expr& e, const ast::CallExpr& c);
  Type user_function(const ast::Fn& fn, const ast::CallExpr& c, Span span);
  Type library(const std::string& name, const std::vector<Type>& arguments, const std::vector<const ast::Expr*>& at,
               Span span);
  Type unary(const ast::Unary& u);
  Type binary(const ast::Expr& e, const ast::Binary& b);
  Type arithmetic(const ast::Binary& b, const Type& left, const Type& right, Span span);
  Type index(const ast::Index& i);

  // checker_items.cpp
  void body(const ast::Items& items, const Schema& schema, bool resource, const std::string& what);
  void assignment(const ast::Assign& a, const Schema& schema, bool resource, const std::string& what);
  void block(const ast::BlockItem& b, const Schema& schema, const std::string& what);
  // checker_options.cpp: an option of every resource; false if it isn't one.
  bool option(const ast::Assign& a, const Schema& schema);
  void ignored(const ast::Expr& list, const Schema& schema);
  void moved_from(const ast::Expr& e, const Schema& schema);
  void item(const ast::Item& i);
  void loop(const ast::For& f, const std::function<void()>& inside);
  void branch(const ast::If& i, const std::function<void(const ast::Items&)>& inside);
  void params();
  void outputs();

  struct Local {
    std::string name;
    Type type;
  };
  struct Scope {  // pops the locals that were pushed since
    explicit Scope(std::vector<Local>& locals) : locals_(locals), size_(locals.size()) {}
    ~Scope() { locals_.resize(size_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    std::vector<Local>& locals_;
    std::size_t size_;
  };

  const Program& program_;
  Diagnostics& diagnostics_;
  TypeNames names_;
  Types out_;
  std::vector<Local> locals_;
  std::vector<const ast::For*> loops_;  // block loops around the place that is being checked
  std::map<std::string, Type> lets_;
  std::vector<std::string> typing_;  // lets and fns in progress, to find circles
  const Schema* self_ = nullptr;
  bool later_inside_ = false;  // something Later was seen since `check` began
};

// Every Later inside removed; `had` is set if there was one.
Type without_later(const Type& type, bool& had);

}  // namespace infra
