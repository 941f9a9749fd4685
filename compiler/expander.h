// Phase 3, expansion: loops are turned, branches chosen, values computed; declarations become resources.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/checker.h"
#include "compiler/compile.h"
#include "compiler/graph.h"
#include "compiler/program.h"

namespace infra {

// Loop variables and function parameters, innermost first; shared, never changed.
struct Binding {
  std::string name;
  Value value;
  std::shared_ptr<const Binding> outer;
};
using Env = std::shared_ptr<const Binding>;

struct Instance;

// Where an expression is evaluated.
struct Context {
  Env env;
  std::vector<std::string> keys;  // of the block loops around, the outermost first
  Instance* self = nullptr;
  std::vector<Address>* needs = nullptr;  // declarations that the value was made from are added here
};

struct Flat {  // a body after its loops and branches
  struct Attribute {
    const ast::Assign* assign;
    Env env;
    std::vector<std::string> keys;
  };
  struct Block {
    const ast::BlockItem* block;
    Env env;
    std::vector<std::string> keys;
  };
  std::vector<Attribute> attributes;
  std::vector<Block> blocks;
};

// One turn of a Decl.
struct Instance {
  const Decl* decl = nullptr;
  Address address;
  Instance* parent = nullptr;
  std::vector<std::string> keys;
  Env env;
  Flat flat;
  std::map<std::string, Value, std::less<>> known;  // attributes that were evaluated already
  std::vector<Address> needs;
  std::vector<std::string> evaluating;
};

class Expander {
 public:
  Expander(const Program& program, const Types& types, const CompileInput& input, Diagnostics& diagnostics)
      : program_(program), types_(types), input_(input), diagnostics_(diagnostics) {}
  Graph run();

 private:
  // expander_values.cpp
  Value eval(const ast::Expr& e, Context& at);
  Value eval_name(const ast::Expr& e, const ast::NameRef& ref, Context& at);
  Value eval_member(const ast::Expr& e, const ast::Member& m, Context& at);
  std::optional<Value> turn_of(const ast::Index& i, Context& at);
  Value eval_index(const ast::Expr& e, const ast::Index& i, Context& at);
  Value eval_call(const ast::Expr& e, const ast::CallExpr& c, Context& at);
  Value eval_fn(const ast::Fn& fn, List arguments, Span span);
  Value eval_read(const std::string& function, const Value& path, Span span);
  Value eval_binary(const ast::Expr& e, const ast::Binary& b, Context& at);
  Value eval_interpolation(const ast::Expr& e, const ast::Interpolation& text, Context& at);
  Value eval_loop(const ast::ListFor& loop, Context& at);
  Value eval_loop(const ast::MapFor& loop, Context& at);
  Value eval_map(const ast::MapExpr& map, Context& at);
  Value let_value(const std::string& name, Context& at);
  Value apply(std::string_view function, const List& arguments, Span span);
  struct Turn {
    Value first, second;
    std::string key;
  };
  std::vector<Turn> turns(const ast::ForClause& clause, Context& at);
  static Env bind(Env env, const ast::ForClause& clause, const Turn& turn);

  // expander_instances.cpp
  void ensure(std::size_t item);
  void expand(const ast::Item& item, Context& at, Instance* parent);
  void instantiate(const Decl& decl, const Context& at, Instance* parent);
  void flatten(const ast::Items& items, Context& at, Instance* instance, Flat& out);
  void each_turn(const ast::For& f, Context& at, const std::function<void(Context&)>& inside);
  const ast::Items* chosen(const ast::If& i, Context& at);
  Value reference(const Decl& decl, const std::vector<std::string>& keys, std::size_t turns, Span use, Context& at);
  Value member_of(const Ref& object, const std::string& name, Span span, Context& at);
  Value attribute(Instance& instance, const std::string& name, Span use);

  // expander_config.cpp
  Value config(const Schema& schema, const Flat& flat, Instance& instance, const std::string& path, Span place,
               std::vector<std::pair<std::string, Span>>& places);
  Value block_config(const Block& slot, const std::vector<Flat::Block>& blocks, Instance& instance,
                     const std::string& path, Span place, std::vector<std::pair<std::string, Span>>& places);
  Value attribute_value(const Attribute& attribute, const Flat::Attribute& given, Instance& instance);
  void check_value(const Type& type, const Value& value, Span span, const std::string& what);
  Resource resource(Instance& instance, const std::string& default_platform);
  Options options(Instance& instance);
  // expander_options.cpp
  std::vector<std::string> ignored(const Instance& instance);
  std::optional<Move> move(Instance& instance);
  void moves(Graph& graph);
  void imports(Graph& graph);

  // expander.cpp
  void params();
  std::optional<Value> param_default(const ast::Param& param);
  void asserts();
  void outputs(Graph& graph);
  std::string default_platform(Graph& graph);
  void check_platforms(Graph& graph);
  void order(Graph& graph);

  const Program& program_;
  const Types& types_;
  const CompileInput& input_;
  Diagnostics& diagnostics_;
  std::map<std::string, Value> params_;
  struct LetMemo {
    Value value;
    std::vector<Address> needs;
    bool done = false;
  };
  std::map<std::string, LetMemo> lets_;
  enum class Progress { todo, doing, done };
  std::vector<Progress> items_;
  std::deque<Instance> instances_;
  std::unordered_map<Address, Instance*, AddressHash> by_address_;
  std::unordered_map<const Decl*, std::map<std::vector<std::string>, Instance*>> by_decl_;
  std::size_t steps_ = 0;
  int depth_ = 0;
};

// A value of this type from a --set text, or why not.
std::optional<Value> parse_param(const Type& type, const ParamValue& given, std::string& problem);
// The value as the type wants it: Int to Float, plain to Secret, also inside lists and maps.
Value coerce(const Value& value, const Type& type);

}  // namespace infra
