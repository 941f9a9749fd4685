// The syntax of the infra language as plain values. Built in one pass from ANTLR's parse; knows nothing of kinds.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/sources/source.h"
#include "base/values/value.h"

namespace infra::ast {
// One line a node reads best here.
// clang-format off

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;
struct TypeExpr;
using TypePtr = std::unique_ptr<TypeExpr>;

struct Name {
  std::string text;
  Span span;
};

// ── Expressions ──────────────────────────────────────────────────────────────
struct Literal { Value value; };                       // every literal of LANGUAGE.md section 2 without `${}`, and null
struct Interpolation { std::vector<ExprPtr> parts; };  // literal strings and expressions in turn
struct NameRef { std::string name; };                  // also a bare enum name
struct Member { ExprPtr object; Name name; bool optional = false; };  // a.b, a?.b
struct Index { ExprPtr object; ExprPtr index; };
struct CallExpr { ExprPtr function; std::vector<ExprPtr> arguments; };  // f(x); x.f(a) has a Member as its function
struct Unary { std::string op; ExprPtr operand; };     // "-" "not"
struct Binary { std::string op; ExprPtr left, right; Span op_span; };
                                                       // + - * / % == != < <= > >= and or ?? in
struct Conditional { ExprPtr condition, yes, no; };
struct RangeExpr { ExprPtr low, high; };               // 2..10, replicas..50
struct ListExpr { std::vector<ExprPtr> items; };
struct MapEntry { Name key; ExprPtr key_expr; ExprPtr value; };  // key_expr is set for ("a${x}"): value; else key is the text
struct MapExpr { std::vector<MapEntry> entries; };
struct ForClause { Name first; std::optional<Name> second; ExprPtr source; ExprPtr condition; };  // condition may be null
struct ListFor { ForClause clause; ExprPtr item; };
struct MapFor { ForClause clause; ExprPtr key, value; };
struct Broken {};                                      // could not be parsed; already reported

struct Expr {
  Span span;
  std::variant<Literal, Interpolation, NameRef, Member, Index, CallExpr, Unary, Binary, Conditional, RangeExpr, ListExpr,
               MapExpr, ListFor, MapFor, Broken>
      node;
};

// ── Types ────────────────────────────────────────────────────────────────────
struct TypeName { std::string name; std::vector<TypePtr> arguments; };  // Int, List<T>, Map<String, T>, Size, Secret<T>
struct TypeLiteral { std::string text; };                               // "dev"
struct TypeUnion { std::vector<TypePtr> members; };
struct TypeOptional { TypePtr inner; };
struct TypeRecord { std::vector<std::pair<Name, TypePtr>> fields; };
struct TypeRefined { TypePtr base; ExprPtr range; std::string regex; Span argument; };  // Int(1..50), String(/…/)
struct TypeExpr {
  Span span;
  std::variant<TypeName, TypeLiteral, TypeUnion, TypeOptional, TypeRecord, TypeRefined> node;
};

// ── Items ────────────────────────────────────────────────────────────────────
struct Item;
using Items = std::vector<Item>;

struct Assign { Name name; ExprPtr value; };
// kind label { items }; label is absent for `health { }`.
struct BlockItem { Name kind; std::optional<Name> label; std::string doc; bool existing = false; Items items; };
struct For { ForClause clause; Items items; };
struct If { ExprPtr condition; Items then_items, else_items; };  // `else if` is an If alone in else_items
struct Stack { Name name; };
struct Param { Name name; std::string doc; TypePtr type; ExprPtr fallback; };   // type or fallback may be null
struct Let { Name name; std::string doc; TypePtr type; ExprPtr value; };
struct FnParam { Name name; TypePtr type; };
struct Fn { Name name; std::string doc; std::vector<FnParam> parameters; TypePtr result; ExprPtr body; };
struct TypeDecl { Name name; std::string doc; TypePtr type; };
struct Output { Name name; std::string doc; TypePtr type; ExprPtr value; };
struct Use { std::string path; Span path_span; Name alias; };
struct Assert { ExprPtr condition; ExprPtr message; };                          // message may be null
struct Policy { Name name; std::string doc; Name kind; Name variable; Items items; };
struct Test { std::string name; Span name_span; Items items; };                 // with { }, expect, rejects below
struct With { Items items; };
struct Expect { ExprPtr condition; };
struct Rejects { Name code; Items items; };

struct Item {
  Span span;  // from the first token to the end of the header (a block's label), for messages; see whole
  Span whole; // everything, with the closing brace
  std::variant<Assign, BlockItem, For, If, Stack, Param, Let, Fn, TypeDecl, Output, Use, Assert, Policy, Test, With,
               Expect, Rejects>
      node;
};

struct File {
  FileId id = 0;
  Items items;
  std::optional<Span> flaws = {};  // around all places of the messages that parsing it gave
};

// clang-format on
}  // namespace infra::ast
