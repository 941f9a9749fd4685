// Phase 2, types: every expression of a stack gets a static type, before any value is computed.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "base/values/type.h"
#include "compiler/names/program.h"
#include "grammar/ast.h"

namespace infra {

struct Index;
struct Candidate;

// What a name in an expression means. Found by the types (a task is expected: the task `api` is meant), used by
// evaluation.
struct Meaning {
  enum Kind { local, param, let, fn, decl, child, enumerator, port } kind = local;
  const ast::Let* definition = nullptr;  // for let: of the stack, or of a library
  const ast::Fn* function = nullptr;     // for fn
  const Decl* declaration = nullptr;     // for decl, and for child: what `main["public-a"]` names in main
  std::size_t turns = 0;                 // for decl: so many of its outer loops are this turn's, the rest needs keys
};
using Meanings = std::unordered_map<const ast::Expr*, Meaning>;

struct Unit;

struct FnTypes {
  std::vector<Type> parameters;
  Type result;
};

struct Types {
  Meanings meanings;
  std::unordered_map<const ast::Let*, Type> lets;         // those that declare one; of libraries, too
  std::unordered_map<const ast::Fn*, FnTypes> functions;  // likewise
  std::unordered_set<const ast::Expr*>
      methods;  // `x.f` of calls x.f(a) of a user's function, whose first argument is x
  std::unordered_map<const ast::Expr*, Type> sums;  // of calls of `sum`: an empty list's nothing has a unit, too
  std::map<std::string, Type> params;
  std::map<std::string, Type> outputs;                   // declared or inferred
  std::unordered_map<const Decl*, const Unit*> modules;  // what each module block stands for
};

// Bounds of what is walked through again and again.
constexpr std::uint32_t kDeepestType = 250;        // types inside of each other
constexpr std::uint64_t kLargestType = 1'000'000;  // elements, fields and members
// All suggestions of a run: names that are compared, and expressions that are looked into. Nobody reads the thousandth.
constexpr std::size_t kMostSuggested = 200'000;

// Where the checker gets the stacks that modules name: parsed, checked and kept by whoever implements it.
class ModuleLoader {
 public:
  virtual ~ModuleLoader() = default;
  // nullptr if there is none or it can't be used; the reason has been reported then. `so_far` are the types that were
  // found until now, enough to evaluate `from`.
  virtual const Unit* load(const Decl& module, const ast::Assign& from, const Types& so_far,
                           Diagnostics& diagnostics) = 0;
};

// Checks names, types and schemas of everything in `program`.
Types check_types(const Program& program, ModuleLoader& modules, Diagnostics& diagnostics, Index* index = nullptr);

// The pieces, for tests and for the phases after.
class TypeNames {  // type expressions → types
 public:
  explicit TypeNames(Diagnostics& diagnostics, Index* index = nullptr) : diagnostics_(&diagnostics), index_(index) {}
  // In the scope of `program`: its own types, and those of the libraries that it uses.
  Type resolve(const ast::TypeExpr& type, const Program& program);

 private:
  Type resolve(const ast::TypeExpr& type);
  Type named(const ast::TypeName& name, Span span);
  Type of_library(const std::string& alias, const std::string& name, Span span);
  Type alias(const std::string& name, Span span);
  Type refined(const ast::TypeRefined& refined, Span span);
  Type type_union(const ast::TypeUnion& members, Span span);
  void answer(Span span);
  Type too_large(Span span);
  std::string nearest_type(const std::string& name);
  Diagnostics* diagnostics_;
  Index* index_;
  bool too_large_ = false;            // reported
  std::size_t suggested_ = 0;         // see nearest_type
  const Program* program_ = nullptr;  // whose names are meant now
  std::unordered_map<const ast::TypeDecl*, Type> aliases_;
  std::vector<const ast::TypeDecl*> resolving_;
};

class Checker {
 public:
  Checker(const Program& program, ModuleLoader& modules, Diagnostics& diagnostics, Index* index = nullptr)
      : program_(&program), modules_(modules), diagnostics_(&diagnostics), index_(index), names_(diagnostics, index) {}
  Types run();

 private:
  // expressions.cpp: `check` compares with what is expected and reports; `infer` just finds the type.
  Type check(const ast::Expr& e, const Type& expected, const std::string& what);
  Type check_expr(const ast::Expr& e, const Type& expected, const std::string& what);
  Type infer(const ast::Expr& e);
  Type infer_expr(const ast::Expr& e);
  void compare(const ast::Expr& e, const Type& actual, const Type& expected, const std::string& what);
  bool spend(std::uint64_t steps, Span span);
  Type bounded(Type type, Span span);
  void wrong_kind(const ast::Expr& e, const Type& actual, const Type& wanted, const std::string& what);
  void unknown_key(const ast::Name& key, const Type& map, const std::string& what);
  void equal_keys(const ast::MapExpr& map);
  bool check_inside(const ast::Expr& e, const Type& expected, const std::string& what);
  Type infer_list(const ast::ListExpr& list);
  void tell_misfit(const ast::ListExpr& list, const std::vector<Type>& types);
  Type infer_map(const ast::MapExpr& map);
  Type infer_interpolation(const ast::Interpolation& text);
  Type infer_for(const ast::ListFor& loop);
  Type infer_for(const ast::MapFor& loop, Span span);

  // name_lookup.cpp
  Type name(const ast::Expr& e, const ast::NameRef& ref, const Type* expected);
  const Decl* instead(const ast::Expr& e, const std::string& name, const Type& value, const Type* expected);
  static std::vector<const Decl*> with_member(const std::vector<const Decl*>& all, const std::string& member);
  Type local_or_value(const ast::Expr& e, const std::string& name, bool& found);
  Type declared(const ast::Expr& e, const std::string& name, const std::vector<const Decl*>& candidates,
                const Type* expected);
  Type reference(const ast::Expr& e, const Decl& decl, Span at);
  [[nodiscard]] std::size_t common_loops(const Decl& decl) const;
  [[nodiscard]] Type declared_type(const Decl& decl);
  Type member(const ast::Expr& e, const ast::Member& m);
  Type resource_member(const ast::Member& m, const Type& object, const Decl* decl);
  void unknown_member(const ast::Member& m, const Schema& schema, const Decl* decl);
  Type let_type(const ast::Let& let, const Program& home, Span use);
  const Program* library_named(const ast::Expr& e) const;
  Type library_member(const ast::Expr& e, const Program& library, const ast::Name& name);
  Type resolve(const ast::TypeExpr& type) { return names_.resolve(type, *program_); }
  void bind_loop(const ast::ForClause& clause, bool keyed_block);

  // qualified_names.cpp
  const std::string* kind_named(const ast::Expr& e) const;
  std::optional<Type> qualified(const ast::Expr& e, const ast::Member& m);
  std::optional<Type> qualified(const ast::Expr& e, const ast::Index& i);
  std::optional<Type> of_kind(const ast::Expr& e, const std::string& kind, const std::string& label, Span at);
  std::optional<Type> labelled_child(const ast::Expr& e, const ast::Index& i);
  static Type child_type(const Decl& parent, const Decl& child);
  Type port(const ast::Expr& e, const std::string& what);
  bool names_port(const ast::Expr& e);
  bool names_container(const ast::Expr& e);
  bool is_turn(const ast::Expr& key);

  // narrowing.cpp: what can't be null where a condition has seen to it.
  static std::optional<std::string> path_of(const ast::Expr& e);
  void narrow(const ast::Expr& condition, bool holds);
  [[nodiscard]] bool is_narrowed(const ast::Expr& e) const;
  Type narrowed(const ast::Expr& e, Type type) const;

  // unknown_names.cpp: a name that there isn't, and what may be meant.
  Type unknown_name(const ast::Expr& e, const std::string& name, const Type* expected);
  std::optional<std::string> meant(const std::string& name, const Type* expected, Span use);
  std::string nearest_meant(const std::string& name, const Type* expected, Span use);
  std::optional<std::string> meant_declaration(const std::string& label, const Type* expected);
  bool leads_back(const ast::Expr* definition);

  // later.cpp: where what is known only after apply comes from
  void note_later(const ast::Expr& e, const ast::Member& m);
  void too_late(const ast::Expr& e, std::string message, std::string help);
  bool later_path(const ast::Expr& e, std::vector<Label>& path) const;

  // calls.cpp
  Type call(const ast::Expr& e, const ast::CallExpr& c);
  Type user_function(const ast::Fn& fn, const Program& home, const std::vector<const ast::Expr*>& arguments, Span span);
  bool merged(const ast::Expr& e, const Type& expected, const std::string& what);
  Type library_call(const ast::Expr& e, const ast::CallExpr& c, const ast::Member& m, const Program& library);
  Type summed(const ast::Expr& e, const std::string& function, Type type);
  Type library(const std::string& name, const std::vector<Type>& arguments, const std::vector<const ast::Expr*>& at,
               Span span);
  Type unary(const ast::Unary& u);
  Type binary(const ast::Expr& e, const ast::Binary& b);
  void inside(const ast::Binary& b, const Type& left, const Type& right);
  Type arithmetic(const ast::Binary& b, const Type& left, const Type& right, Span span);
  Type index(const ast::Expr& e, const ast::Index& i);

  // items.cpp
  void body(const ast::Items& items, const Schema& schema, bool resource, const std::string& what);
  void assignment(const ast::Assign& a, const Schema& schema, bool resource, const std::string& what,
                  const ast::Items& beside);
  void block(const ast::BlockItem& b, const Schema& schema, const std::string& what);
  // resource_options.cpp: an option of every resource; false if it isn't one.
  bool option(const ast::Assign& a, const Schema& schema);
  void ignored(const ast::Expr& list, const Schema& schema);
  void moved_from(const ast::Expr& e, const Schema& schema);
  void item(const ast::Item& i);
  void existing(const ast::BlockItem& b, const Schema& schema);
  void loop(const ast::For& f, const std::function<void()>& inside);
  void branch(const ast::If& i, const std::function<void(const ast::Items&)>& inside);
  void params();
  void outputs();
  void functions();
  void function(const ast::Fn& fn);
  void libraries();
  void definitions();

  // module_types.cpp
  void module(const ast::BlockItem& b);
  void module_items(const ast::Items& items, const Decl& decl, std::map<std::string, Span>& given);
  void note_module_output(const ast::Member& m);
  void module_value(const ast::Assign& a, const Decl& decl);
  void load_modules();
  Type module_type(const Decl& decl);
  bool differs_by_turn(const ast::Expr& from, const Decl& decl);

  // rule_types.cpp
  void assertion(const ast::Assert& a);
  void policies();
  void policy_items(const ast::Items& items);
  void tests();
  void test_params(const ast::Items& items, bool rejected);
  bool is_mock(const ast::Expr& e) const;

  // probe.cpp: what an editor asks.
  void answer(const ast::Expr& e, const Type* expected);
  void answer_member(const ast::Member& m, const Type& object, const Decl* decl);
  void answer_schema(const Schema& schema);
  void answer_kind(const ast::Member& m, const std::string& kind);
  void answer_declarations(const Type* expected);
  void answer_parts(const Candidate& whole, const Type& expected);
  void answer_functions(const Type* expected);
  void offer(Candidate candidate, const Type* expected);
  void bind(const ast::Name& name, const Type& type);
  void answer_library(const ast::Name& name, const Program& library);
  void index_types();

  struct Local {
    std::string name;
    Type type;
    Span span;
  };
  struct NotNull {  // `a.b`; and how many locals were in sight then: a nearer `a` is another one
    std::string path;
    std::size_t locals = 0;
  };
  struct Scope {  // pops the locals that were pushed since
    explicit Scope(std::vector<Local>& locals) : locals_(locals), size_(locals.size()) {}
    ~Scope() { locals_.resize(size_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    std::vector<Local>& locals_;
    std::size_t size_;
  };

  struct Narrowed {  // forgets what was narrowed since
    explicit Narrowed(Checker& checker) : checker_(checker), size_(checker.not_null_.size()) {}
    ~Narrowed() { checker_.not_null_.resize(size_); }
    Narrowed(const Narrowed&) = delete;
    Narrowed& operator=(const Narrowed&) = delete;
    Checker& checker_;
    std::size_t size_;
  };

  struct Elsewhere {  // until it goes, names are those of the top of another file, where no local is in sight
    Elsewhere(Checker& checker, const Program& program)
        : checker_(checker),
          program_(std::exchange(checker.program_, &program)),
          locals_(std::exchange(checker.locals_, {})),
          loops_(std::exchange(checker.loops_, {})),
          self_(std::exchange(checker.self_, nullptr)),
          lifted_(std::exchange(checker.lifted_, nullptr)),
          not_null_(std::exchange(checker.not_null_, {})) {}
    ~Elsewhere() {
      checker_.not_null_ = std::move(not_null_);
      checker_.program_ = program_;
      checker_.locals_ = std::move(locals_);
      checker_.loops_ = std::move(loops_);
      checker_.self_ = self_;
      checker_.lifted_ = lifted_;
    }
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;
    Checker& checker_;
    const Program* program_;
    std::vector<Local> locals_;
    std::vector<const ast::For*> loops_;
    const Schema* self_;
    bool* lifted_;
    std::vector<NotNull> not_null_;
  };

  const Program* program_;  // whose names are meant now: the stack's, or a library's
  ModuleLoader& modules_;
  Diagnostics* diagnostics_;
  Index* index_;
  TypeNames names_;
  Types out_;
  std::vector<Local> locals_;
  std::vector<NotNull> not_null_;
  std::vector<const ast::For*> loops_;  // block loops around the place that is being checked
  std::unordered_map<const ast::Let*, Type> lets_;
  std::vector<const ast::Let*> typing_;  // lets in progress, to find circles
  std::unordered_set<const ast::Fn*> checked_;
  bool loading_ = false;                    // where a module is: it is evaluated before everything is checked
  const ast::Param* defaulting_ = nullptr;  // the param whose default is in progress
  const Decl* declaring_ = nullptr;         // the top declaration in progress
  const Schema* self_ = nullptr;
  std::unordered_map<const ast::Expr*, std::string> laters_;  // "service.web.address", which a platform sets
  int depth_ = 0;
  bool too_deep_ = false;  // reported
  std::uint64_t steps_ = 0;
  std::size_t suggested_ = 0;            // what finding names that may be meant has cost
  bool later_inside_ = false;            // something Later was seen since `check` began
  bool* lifted_ = nullptr;               // in an argument: set if it is secret, where it isn't an error
  const std::string* behind_ = nullptr;  // `address` while the `api` of `api.address` is looked for
};

// "platform" for every kind of platform: what a reference to the declaration is for types.
std::string kind_for_types(const Decl& decl);
// The declaration that an expression names, if it names one and not an element of something computed.
const Decl* static_decl(const Meanings& meanings, const ast::Expr& e);
// The kind of declaration that is wanted here, or "" if any or none.
std::string wanted_kind(const Type& expected);
// The names that these items don't set yet.
std::vector<std::string> without_set(std::vector<std::string> names, const ast::Items& items);
// The union of names that may stand where this is expected, or nullptr.
const Type* find_literals(const Type& expected);
// Also inside.
bool has_secret(const Type& type);

// The field of a record that is nearest to this name, or "".
std::string nearest_field(const std::string& name, const Type& record);

// What is declared, with Later where what was found has it inside: of a map with known keys only the values.
Type with_later_of(const Type& declared, const Type& found);

// Every Later inside removed; `had` is set if there was one.
Type without_later(const Type& type, bool& had);

}  // namespace infra
