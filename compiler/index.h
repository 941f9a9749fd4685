// What an editor asks of the compiler: which declaration a name means, the type and value of an expression, what may
// stand at a place. The phases note it here while they find it out for themselves, so that there is no second resolver
// that could disagree. Without one (plan, apply) each note costs a comparison with nullptr.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/sources/source.h"
#include "base/values/type.h"
#include "base/values/value.h"
#include "compiler/functions/functions.h"
#include "compiler/kinds.h"
#include "grammar/ast.h"

namespace infra {

struct Program;

enum class SymbolKind { param, let, function, type, output, declaration, local, label, library };

// Something that the files give a name to, known by the place of that name.
struct Symbol {
  SymbolKind kind = SymbolKind::local;
  std::string name;
  std::string doc;
  std::string of = {};  // a declaration's kind, or a label's: "service", "container"
  Type type = {};
  const ast::Expr* value = nullptr;  // what a let, an output or a param's default is made from
  const ast::Fn* fn = nullptr;
  Span twin = {};  // the first declaration of this name; another one stands in another branch of an `if`
};

struct Use {
  Span at;      // the name where it is used; with the brackets around it, if there are any
  Span symbol;  // the name where it is declared
  std::string name;
};

// A word that a schema or the standard library explains; a Type: one name of this union.
using WordMeaning = std::variant<const Kind*, const Attribute*, const Block*, const Function*, Type>;
struct Word {
  Span at;
  WordMeaning meaning;
};

struct ExpressionFacts {
  Type type;
  std::optional<Type> expected;
  std::optional<Value> value;
  bool varies = false;  // evaluated more than once, in the turns of a loop, with different results
};

struct Body {  // the inside of a block
  const ast::Item* item = nullptr;
  const Schema* schema = nullptr;
  bool resource = false;  // takes common_options() too
};

// What could stand at the place that was asked for.
struct Candidate {
  enum Kind { symbol, enumerator, attribute, field, function, type_name } kind = symbol;
  std::string text;
  Type type;
  bool fits = true;  // its type is one that is expected there
  std::string doc = {};
  SymbolKind of = SymbolKind::local;  // for symbol
  const Function* library = nullptr;  // for function: null if the stack declares it
};

// A question: the editor puts a name at this place and wants to know what else could be there.
struct Probe {
  Span at;
  bool met = false;
  std::optional<Type> expected;
  std::vector<Candidate> candidates;
};

// What an editor compiled last. Syntax trees that what was typed since leaves as they are go from there to the new
// index; nothing else of it is to be looked at after that.
struct Earlier {
  const SourceMap& sources;
  std::vector<ast::File>& files;
};

struct Index {
  std::vector<ast::File> files;    // what everything below points into
  std::map<Span, Symbol> symbols;  // by the place of the name
  std::vector<Use> uses;
  std::vector<Word> words;
  std::vector<Body> bodies;
  std::unordered_map<const ast::Expr*, ExpressionFacts> expressions;
  std::optional<Probe> probe;      // given: types are enough, nothing is expanded
  std::optional<Earlier> earlier;  // given: parsing is done for what is new

  void declare(Span name, Symbol symbol) { symbols.insert_or_assign(name, std::move(symbol)); }
  void use(Span at, Span symbol, std::string name) { uses.push_back({at, symbol, std::move(name)}); }
  void word(Span at, WordMeaning meaning) { words.push_back({at, std::move(meaning)}); }
  void type(const ast::Expr& e, const Type& type) { expressions[&e].type = type; }
  void expect(const ast::Expr& e, const Type& type) { expressions[&e].expected = type; }
  void value(const ast::Expr& e, const Value& value);
  void symbol_type(Span name, const Type& type);
  // Not twice: a type may be resolved again.
  [[nodiscard]] bool asked(Span at) const { return probe && !probe->met && probe->at == at; }
};

// The names that a stack declares; their types come later.
void index_declarations(const Program& program, Index& index);

}  // namespace infra
