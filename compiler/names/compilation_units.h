// What one compile reads: the stack's folder, the library files that are used, the folders of its modules. Each is
// parsed once and kept, since everything after points into the syntax trees.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "base/sources/source.h"
#include "compiler/compile.h"
#include "compiler/names/program.h"
#include "compiler/names/sub_tree.h"
#include "compiler/types/checker.h"
#include "grammar/ast.h"

namespace infra {

// A folder of .infra files: the stack, or what a module stands for.
struct Unit {
  std::string folder;  // in the stack's tree; "" is the stack itself
  SubTree tree;        // what its `use`, `read` and modules see
  std::vector<ast::File> files;
  Program program;
  Types types;
};

class Units : public ModuleLoader {
 public:
  Units(const CompileInput& input, SourceMap& sources) : input_(input), sources_(sources) {}

  // The stack: read, with its names collected and types checked; everything that it uses, too. nullptr without files.
  const Unit* stack(Diagnostics& diagnostics);
  // The extents of everything at the top of all files that were read.
  [[nodiscard]] std::vector<Span> top_items() const;
  // The syntax trees, when nothing else is going to be compiled: an index points into them.
  void hand_over(Index& index);
  const Unit* load(const Decl& module, const ast::Assign& from, const Types& so_far, Diagnostics& diagnostics) override;

 private:
  // Where a module's files are, in the stack's tree.
  struct Place {
    std::string folder;
    std::string floor;
  };
  Unit* read_unit(const Place& place, Span use, Diagnostics& diagnostics);
  Result<std::string> within_sum(Result<std::string> text);
  void read_files(Unit& unit, Span use, Diagnostics& diagnostics);
  ast::File parsed(const std::string& path, std::string text, Diagnostics& diagnostics);
  void link(Program& program, const SubTree& tree, Diagnostics& diagnostics);
  const Program* library(const std::string& path, const std::string& floor, const ast::Use& use,
                         Diagnostics& diagnostics);
  std::optional<Place> place_of(const Value& from, const Unit& parent, Span span, Diagnostics& diagnostics);
  std::optional<Place> remote_place(const Value& from, Span span, Diagnostics& diagnostics);
  [[nodiscard]] std::string shown(const std::string& path) const;

  struct Library {
    std::vector<ast::File> files;
    Program program;
    bool readable = false;
  };
  const CompileInput& input_;
  SourceMap& sources_;
  std::map<std::string, std::unique_ptr<Unit>> units_;         // by folder
  std::map<std::string, std::unique_ptr<Library>> libraries_;  // by path
  std::size_t read_ = 0;                                       // bytes of all files so far
  std::vector<Unit*> checking_;       // the stack, then the module in it that is being checked …
  std::vector<std::string> linking_;  // paths of libraries, likewise
};

}  // namespace infra
