// Phase 1, names: what the files of a stack declare, before any type or value is looked at.
#pragma once
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "compiler/kinds.h"
#include "compiler/names/environments.h"
#include "grammar/ast.h"

namespace infra {

// A resource, platform or module block as it is written: one Decl, however often its loops turn.
struct Decl {
  const Kind* kind = nullptr;
  std::string label;
  const ast::BlockItem* block = nullptr;
  Span span;
  const Decl* parent = nullptr;            // the vpc of a subnet
  std::vector<const ast::For*> loops;      // around it, the outermost first; a parent's loops come first
  std::vector<const ast::Item*> branches;  // the `if`s around it, to tell exclusive declarations from duplicates
  std::vector<const Decl*> children;       // by label
  std::size_t item = 0;                    // index of the top item that it stands in, see Program::items
  [[nodiscard]] const Decl* child(std::string_view name) const;
};

// Everything declared in the files of one folder, or in one library file, by name. Items point into the files, which
// must outlive this.
struct Program {
  std::string library;  // the path of a library file as its users see it; empty for a stack
  std::map<std::string, const ast::Use*> uses;
  std::map<std::string, const Program*> libraries;  // by the alias of `use`; without those that can't be read
  std::map<std::string, const ast::Param*> params;
  std::map<std::string, const ast::Let*> lets;
  std::map<std::string, const ast::Fn*> functions;
  std::map<std::string, const ast::TypeDecl*> types;
  std::map<std::string, const ast::Output*> outputs;
  std::map<std::string, const ast::Assign*> settings;  // `platform = …` at the top
  std::vector<const ast::Assert*> asserts;
  std::map<std::string, const ast::Policy*> policies;
  std::vector<Environment> environments;  // in the order of the files
  std::vector<const ast::Test*> tests;    // in the order of the files
  std::vector<const ast::Item*> items;    // blocks, loops and branches at the top, in the order of the files
  const ast::Stack* stack = nullptr;
  std::deque<Decl> decls;
  std::unordered_map<std::string, std::vector<const Decl*>> by_label;  // those without a parent
  std::unordered_map<const ast::BlockItem*, const Decl*> by_block;
  // The declaration `kind.label` without a parent, or nullptr.
  [[nodiscard]] const Decl* find(std::string_view kind, const std::string& label) const;
};

// What may have been meant by a param that there isn't: the nearest; all of them only if they are few.
std::string meant_param(const std::string& name, const std::vector<std::string>& params);

// The files of a stack's folder, or the one file of a library. `libraries` stays empty: see compilation_units.h.
Program collect_names(const std::vector<ast::File>& files, const std::string& library, Diagnostics& diagnostics);

}  // namespace infra
