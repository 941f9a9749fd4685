// `env NAME { … }`: what a stack's files say about its environments. They are read before anything is compiled, since
// they say which values and which state a run has, so everything in them is written out.
#pragma once
#include <string>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "grammar/ast.h"

namespace infra {

struct Environment {
  std::string name;
  std::string values;    // a path in the stack's folder; empty: not given
  std::string state;     // empty: not given
  std::string platform;  // the label of a platform's block; empty: the stack's own
  bool protect = false;
  Span span;
  Span platform_span;
};

bool is_environment(const ast::BlockItem& block);

// Of one file, in its order. E0202, E0203, E0204, E0213 and E0214 for what can't be.
std::vector<Environment> read_environments(const ast::File& file, Diagnostics& diagnostics);

struct Program;
// Those of a stack together: E0202 for two of one name, E0201 for a platform that isn't declared.
void check_environments(const Program& program, Diagnostics& diagnostics);

}  // namespace infra
