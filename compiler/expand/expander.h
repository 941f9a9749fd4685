// Phase 3, expansion: loops are turned, branches chosen, values computed; declarations become resources.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/compile.h"
#include "compiler/expand/coercions.h"
#include "compiler/expand/list_indexes.h"
#include "compiler/expand/needs.h"
#include "compiler/graph.h"
#include "compiler/names/compilation_units.h"
#include "compiler/names/option_paths.h"
#include "compiler/names/program.h"
#include "compiler/poisoned.h"
#include "compiler/stack_tests.h"
#include "compiler/types/checker.h"

namespace infra {

// Loop variables and function parameters, innermost first; shared, never changed.
struct Binding {
  std::string name;
  Value value;
  std::shared_ptr<const Binding> outer;
};
using Env = std::shared_ptr<const Binding>;

struct Instance;
class Expander;

// Where an expression is evaluated.
struct Context {
  Env env;
  std::vector<std::string> keys;  // of the block loops around, the outermost first
  Instance* self = nullptr;
  Needs* needs = nullptr;  // declarations that the value was made from are added here
};

struct Flat {  // a body after its loops and branches
  struct Attribute {
    const ast::Assign* assign;
    Env env;
    std::vector<std::string> keys;
  };
  struct Block {
    const ast::BlockItem* block;
    std::string label;  // `side`, out of a loop `side-admin`; empty without one
    Env env;
    std::vector<std::string> keys;
  };
  std::vector<Attribute> attributes;
  std::vector<Block> blocks;
  std::size_t outer = 0;  // so many loops stand around the body itself
};

// One turn of a Decl.
struct Instance {
  const Decl* decl = nullptr;
  Expander* home = nullptr;  // of the stack or module that declares it
  Address address;
  Instance* parent = nullptr;
  std::vector<std::string> keys;
  Env env;
  Flat flat;
  std::map<std::string, Value, std::less<>> known;  // attributes that were evaluated already
  Needs needs;
  std::vector<std::string> evaluating;
  std::shared_ptr<Expander> inside = {};  // of a module: what it declares
};

// What the expanders of a stack and of its modules have in common.
struct Site {
  std::deque<Instance> instances;
  std::unordered_map<Address, Instance*, AddressHash> by_address;
  std::vector<std::pair<Address, Address>> waiting;  // who waits for whom, said by the one that is waited for
  std::size_t steps = 0;                             // see Expander::spend
  std::size_t held = 0;                              // bytes of the values made so far, about
  int depth = 0;                                     // of expressions inside each other
  bool too_deep = false;                             // reported
  bool too_many = false;                             // likewise
  Coercions coercions;
  ListIndexes lists;
};

// A param's value that counts more than any given one, and where it stands.
struct Override {
  Value value;
  Span span;
};

struct ExpandOptions {
  std::map<std::string, Override> overrides = {};
  bool rules = true;                   // assert and policy are looked at
  bool no_params = false;              // every param is unknown: for what can't depend on one
  const Poisoned* poisoned = nullptr;  // what is wrong already, if anything
  const ast::Test* test = nullptr;     // its `expect`s are evaluated, see expectations()
};

class Expander {
 public:
  Expander(const Unit& unit, const Types& types, const CompileInput& input, const ExpandOptions& options,
           Diagnostics& diagnostics)
      : unit_(unit),
        program_(unit.program),
        types_(types),
        input_(input),
        options_(options),
        diagnostics_(&diagnostics),
        own_site_(std::make_unique<Site>()),
        site_(own_site_.get()) {}
  Graph run();
  // After run().
  [[nodiscard]] const std::vector<Expectation>& expectations() const { return expectations_; }
  // Without expanding anything but what the expression needs.
  Value evaluate(const ast::Expr& e);
  // Likewise, of all params: a Map by name.
  Value param_values();

 private:
  // A module's, inside its parent's.
  Expander(Expander& parent, Instance& module, const Unit& unit)
      : unit_(unit),
        program_(unit.program),
        types_(unit.types),
        input_(parent.input_),
        options_(parent.options_),
        diagnostics_(parent.diagnostics_),
        site_(parent.site_),
        parent_(&parent),
        module_(&module) {}

  // evaluate.cpp
  Value eval(const ast::Expr& e, Context& at);
  Value eval_node(const ast::Expr& e, Context& at);
  bool may_go_on(Span span);
  // Counts what a computation costs; false if all that a stack may cost is spent, which is told once.
  bool spend(std::size_t steps, Span span);
  Value coerced(const Value& value, const Type& type, Span span);
  std::optional<Value> looked_up(std::string_view function, const List& arguments);
  bool charge(std::size_t bytes, Span span);
  Value made(Value value, Span span);
  Value eval_name(const ast::Expr& e, const ast::NameRef& ref, Context& at);
  Value with_unit(const ast::Expr& e, Value value);
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
  std::optional<std::string> map_key(const ast::Expr& e, Context& at);
  Value equal_keys(const std::string& key, Span span);
  void not_looped_over(const Value& source, Span span);
  Value declared(const ast::Expr& e, const Meaning& meaning, Context& at);
  Value let_value(const ast::Let& let, Context& at);
  Value as_text(Value value);
  Value apply(std::string_view function, const List& arguments, Span span);
  struct Turn {
    Value first, second;
    std::string key;
  };
  std::vector<Turn> turns(const ast::ForClause& clause, Context& at);
  static Env bind(Env env, const ast::ForClause& clause, const Turn& turn);

  // port_values.cpp: what the checker took for a port.
  Value port(const ast::Expr& e, Context& at);
  std::optional<std::string> port_named(const ast::Expr& e, Context& at);
  std::optional<std::string> container_named(const ast::Expr& e, Context& at);
  std::optional<std::string> joined(std::optional<std::string> before, const char* by, const ast::Expr& key,
                                    Context& at);

  // declarations.cpp
  void ensure(std::size_t item);
  void expand(const ast::Item& item, Context& at, Instance* parent);
  void instantiate(const Decl& decl, const Context& at, Instance* parent);
  void flatten(const ast::Items& items, Context& at, Instance* instance, Flat& out);
  bool may_be_key(const Value& element, Span span);
  void each_turn(const ast::For& f, Context& at, const std::function<void(Context&)>& inside);
  const ast::Items* chosen(const ast::If& i, Context& at);
  Value reference(const Decl& decl, const std::vector<std::string>& keys, std::size_t turns, Span use, Context& at);
  std::vector<const Decl*> twins(const Decl& decl);
  Value member_of(const Ref& object, const std::string& name, Span span, Context& at);
  Value attribute(Instance& instance, const std::string& name, Span use);
  Value block_value(Instance& instance, const Block& slot);
  Value not_declared(const Decl& decl, const Address& address, Span use);
  [[nodiscard]] bool is_undecided(const Decl& decl) const;

  // module_turns.cpp
  void expand_module(Instance& instance);
  Instance* module_named(const ast::Expr& e, Context& at);
  Value output_of(Instance& module, const std::string& name, Context& at);
  Value outputs_of(Instance& module, Context& at);
  Value opened(const Value& modules, Context& at);
  Value given_by_parent(const ast::Param& param, Needs& needs, bool& given);
  std::string platform_of_module();

  // param_values.cpp
  struct Memo {
    Value value;
    Needs needs;
    enum { open, doing, done } progress = open;
  };
  Memo& param(const std::string& name, Span use);
  Value param_value(const ast::Param& param, Needs& needs);
  Value overridden(const Override& given, const Type& type, const std::string& name);
  void params();
  void unknown_params();

  // asserts.cpp
  void asserts();
  struct Rule {  // whose an assert is: a policy's, about what; empty for the stack's own
    std::string policy;
    std::string subject;
    Span place;
  };
  void would_show(Span span, std::string_view what);
  void check_assert(const ast::Assert& a, Context& at, const Rule& rule);
  void policies(const Graph& graph);
  void policy_items(const ast::Items& items, Context& at, const Rule& rule);
  std::vector<Part> parts_of(const ast::Expr& condition, Context& at);
  void evaluate_test();

  // config.cpp
  Value config(const Schema& schema, const Flat& flat, Instance& instance, const std::string& path, Span place,
               std::vector<std::pair<std::string, Span>>& places);
  void report_missing(const Schema& schema, const std::vector<std::string_view>& given, const Flat& flat, Span place);
  Value block_config(const Block& slot, const std::vector<Flat::Block>& blocks, Instance& instance,
                     const std::string& path, std::vector<std::pair<std::string, Span>>& places);
  Value attribute_value(const Attribute& attribute, const Flat::Attribute& given, Instance& instance);
  // False if it isn't of the type at all: nothing that follows from it is worth a message.
  bool check_value(const Type& type, const Value& value, Span span, const std::string& what);
  bool check_form(const Type& type, const Value& value, Span span, const std::string& what);  // it may be secret
  void must_be_known(const Value& value, Span span, const std::string& what);
  Resource resource(Instance& instance, const std::string& default_platform);
  Resource existing(Instance& instance, const std::string& default_platform);
  Options options(Instance& instance);
  // refactorings.cpp
  std::vector<std::string> ignored(const Instance& instance);
  std::optional<Move> move(Instance& instance);
  std::optional<Address> former_address(const ast::Expr& e, const std::string& kind, Context& at);
  std::optional<Address> evaluated(const WrittenAddress& written, Context& at);
  void moves(Graph& graph);
  void imports(Graph& graph);
  Value in_stack(const std::string& path, Span span);

  // expander.cpp
  void expand_all();
  void check_lets();
  void choose_platform(const std::string& platform);
  void rules(const Graph& graph);
  void outputs(Graph& graph);
  std::string default_platform(Graph& graph);
  void add_platforms(Graph& graph);
  void check_platforms(Graph& graph);
  void add_waiting(Graph& graph);
  void order(Graph& graph);

  const Unit& unit_;
  const Program& program_;
  const Types& types_;
  const CompileInput& input_;
  const ExpandOptions& options_;
  Diagnostics* diagnostics_;
  std::unique_ptr<Site> own_site_;  // of the stack
  Site* site_;
  Expander* parent_ = nullptr;  // of a module
  Instance* module_ = nullptr;  // of a module: its block in the parent
  std::string prefix_;          // of a module: "blog." before the paths of its addresses
  std::string platform_;        // what resources are on that name none
  std::map<std::string, Memo> params_;
  std::map<std::string, Memo> outputs_;  // of a module, as its parent asked for them
  std::unordered_map<const ast::Let*, Memo> lets_;
  enum class Progress { todo, doing, done };
  std::vector<Progress> items_;
  std::unordered_map<const Decl*, std::map<std::vector<std::string>, Instance*>> by_decl_;
  std::unordered_set<const void*> undecided_;  // loops and branches (by their first item) whose turn isn't known
  std::vector<Expander*> modules_;             // the turns of its module blocks, after expand_all
  std::vector<Expectation> expectations_;
};

// The value of an expression at the top of `unit`, before its types are all known (`so_far`): where a module is.
Value evaluate_alone(const ast::Expr& e, const Unit& unit, const Types& so_far, const CompileInput& input,
                     Diagnostics& diagnostics);

// A value of this type from a --set text, or why not.
std::optional<Value> parse_param(const Type& type, const ParamValue& given, std::string& problem);
}  // namespace infra
