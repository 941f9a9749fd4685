// A stack's files → its resource graph: names → types → expansion → checks → graph.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/platform_table.h"
#include "base/source.h"
#include "base/type.h"
#include "compiler/graph.h"

namespace infra {

// A value for a param, from --set, --values or the environment.
struct ParamValue {
  std::string text;    // as given: "3", "dev", "[1, 2]"; strings need no quotes
  std::string origin;  // "--set replicas=3", "INFRA_PARAM_REPLICAS", for messages; never holds a secret's text
};

struct CompileInput {
  const SourceTree& sources;
  std::string default_stack;  // the folder's name
  std::map<std::string, ParamValue> params;
  bool complete = true;  // false (`validate`): a param without a value is unknown of its type, not an error
  const PlatformTable& platforms;
};

struct Compiled {
  SourceMap sources;
  Diagnostics diagnostics;
  std::optional<Graph> graph;           // unless there were errors
  std::map<std::string, Type> outputs;  // what each output's type is, also if there were errors elsewhere
};

Compiled compile(const CompileInput& input);

}  // namespace infra
