// A stack's files → its resource graph: names → types → expansion → checks → graph.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "base/sources/source.h"
#include "base/values/platform_table.h"
#include "base/values/type.h"
#include "compiler/graph.h"

namespace infra {

struct Index;

// A value for a param, from --set, --values or the environment.
struct ParamValue {
  std::string text;    // as given: "3", "dev", "[1, 2]"; strings need no quotes
  std::string origin;  // "--set replicas=3", "INFRA_PARAM_REPLICAS", for messages; never holds a secret's text
};

// Where modules come from that aren't in the stack's folder. Fetching is I/O, so whoever calls the compiler does it.
class ModuleSource {
 public:
  virtual ~ModuleSource() = default;
  // Makes the files of a commit (40 hexadecimal digits) readable in CompileInput::sources, and says below which folder.
  virtual Result<std::string> mount(const std::string& url, const std::string& commit) = 0;
};

// The environment that a run is in: see compiler/names/environments.h.
struct ChosenEnvironment {
  std::string name;      // empty: none
  std::string platform;  // of what names none; empty: the stack's own
  bool protect = false;  // nothing may be destroyed or replaced
  friend bool operator==(const ChosenEnvironment&, const ChosenEnvironment&) = default;
};

// The engine of a node that names none, as Docker's own tools find it.
struct DefaultEngine {
  std::string endpoint = "unix:///var/run/docker.sock";
  std::string ca, cert, key;  // files; empty: none
};

// Starts work beside the caller's own, and returns what waits until it is done. Both read CompileInput::sources, which
// must stand that (base/sources/locked_tree.h).
using Aside = std::function<std::function<void()>(std::function<void()> work)>;

struct CompileInput {
  const SourceTree& sources;
  std::string default_stack;  // the folder's name
  std::map<std::string, ParamValue> params;
  bool complete = true;  // false (`validate`): a param without a value is unknown of its type, not an error
  const PlatformTable& platforms;
  ModuleSource* modules = nullptr;  // none: a module from git is an error
  Index* index = nullptr;           // for editors: noted on the way, see compiler/index.h
  ChosenEnvironment environment = {};
  DefaultEngine engine = {};
  Aside aside = nullptr;  // none: one thing after the other
};

// The stack with another member of a param's finite type than this run's: see variants.h.
struct Variant {
  std::string param;   // "env"
  std::string member;  // "prod"
  Graph graph;
};

struct Compiled {
  SourceMap sources;
  Diagnostics diagnostics;
  std::optional<Graph> graph;              // unless there were errors
  std::vector<Variant> variants;           // those without errors
  std::vector<std::string> secret_params;  // names of the declared params that are Secret, with a value or not
  std::map<std::string, Type> outputs;     // what each output's type is, also if there were errors elsewhere
};

Compiled compile(const CompileInput& input);

}  // namespace infra
